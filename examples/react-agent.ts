// A ReAct agent as a node of your own graph, with recall before it and the update after it. Runs without a key: npx tsx examples/react-agent.ts
import { HumanMessage } from "@langchain/core/messages";
import { Annotation, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import {
  createMemoryGraph,
  PersonaAnnotation,
  personaPrompt,
  recallNode,
  searchMemoryTool,
  type PersonaHostState,
  type PersonaOptions,
} from "personagraph";
import { standInModel } from "./stand-in-model.js";

const options: PersonaOptions = { model: "keyless", store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" };
// `persona` is the one key that recall writes; it has to be declared.
const State = Annotation.Root({ ...MessagesAnnotation.spec, ...PersonaAnnotation.spec });

const agent = createReactAgent({
  llm: standInModel(), // your chat model
  tools: [searchMemoryTool(options)],
  stateSchema: State,
  prompt: (state: PersonaHostState) => personaPrompt(state, { search: true }),
});

const graph = new StateGraph(State)
  .addNode("recall", recallNode(options))
  .addNode("agent", agent)
  .addNode("remember", createMemoryGraph({ ...options, record: true }))
  .addEdge(START, "recall")
  .addEdge("recall", "agent")
  .addEdge("agent", "remember")
  .compile({ checkpointer: new MemorySaver() });

for (const [thread, text] of [
  ["monday", "My sister Mia is a nurse in Porto."],
  ["friday", "What does my sister do?"],
] as const) {
  const { messages } = await graph.invoke(
    { messages: [new HumanMessage(text)] },
    { context: { userId: "ada" }, configurable: { thread_id: thread } },
  );
  console.log(messages.at(-1)!.text);
}
