// A supervisor and two agents that share one user's memory: what is told to one, the other knows. Runs without a key: npx tsx examples/supervisor.ts
import { HumanMessage } from "@langchain/core/messages";
import { Annotation, Command, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { createMemoryGraph, PersonaAnnotation, personaPrompt, recallNode, type PersonaHostState, type PersonaOptions } from "personagraph";
import { standInModel } from "./stand-in-model.js";

const options: PersonaOptions = { model: "keyless", store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" };
const State = Annotation.Root({ ...MessagesAnnotation.spec, ...PersonaAnnotation.spec });

const agent = (name: string) =>
  createReactAgent({
    name,
    llm: standInModel(`${name}: `),
    tools: [],
    stateSchema: State,
    prompt: (state: PersonaHostState) => personaPrompt(state),
  });

/** Yours will ask a model, with personaPrompt(state); it knows the user too. */
const supervisor = (state: typeof State.State) =>
  new Command({ goto: /\b(?:eat|cook|food|nuts)\b/i.test(state.messages.at(-1)!.text) ? "kitchen" : "travel" });

const graph = new StateGraph(State)
  .addNode("recall", recallNode(options))
  .addNode("supervisor", supervisor, { ends: ["kitchen", "travel"] })
  .addNode("kitchen", agent("kitchen"))
  .addNode("travel", agent("travel"))
  .addNode("remember", createMemoryGraph({ ...options, record: true }))
  .addEdge(START, "recall")
  .addEdge("recall", "supervisor")
  .addEdge("kitchen", "remember")
  .addEdge("travel", "remember")
  .compile({ checkpointer: new MemorySaver() });

for (const [thread, text] of [
  ["one", "I am allergic to nuts."],
  ["two", "Which allergies do I have to mention on the plane?"],
] as const) {
  const { messages } = await graph.invoke(
    { messages: [new HumanMessage(text)] },
    { context: { userId: "ada" }, configurable: { thread_id: thread } },
  );
  console.log(messages.at(-1)!.text);
}
