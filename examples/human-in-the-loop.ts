// A person looks at each answer before it counts: recall, answer, interrupt; and on resume the update, once. Runs without a key: npx tsx examples/human-in-the-loop.ts
import { HumanMessage } from "@langchain/core/messages";
import { Command, END, interrupt, MemorySaver, MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { createMemoryGraph, personaPrompt, PersonaMemory, PersonaValue, recallNode, type PersonaOptions } from "personagraph";
import { standInModel } from "./stand-in-model.js";

const options: PersonaOptions = { model: "keyless", store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" };
const model = standInModel(); // your chat model

const State = new StateSchema({ messages: MessagesValue, persona: PersonaValue });
const approve = ({ messages }: typeof State.State) => {
  const said: unknown = interrupt({ send: messages.at(-1)!.text });
  return new Command({ goto: said === "yes" ? "remember" : END });
};

const graph = new StateGraph(State)
  .addNode("recall", recallNode(options))
  .addNode("answer", async (state) => ({ messages: [await model.invoke(personaPrompt(state))] }))
  .addNode("approve", approve, { ends: ["remember", END] })
  .addNode("remember", createMemoryGraph({ ...options, record: true }))
  .addEdge(START, "recall")
  .addEdge("recall", "answer")
  .addEdge("answer", "approve")
  .addEdge("remember", END)
  .compile({ checkpointer: new MemorySaver() });

const run = { context: { userId: "ada" }, configurable: { thread_id: "monday" } };
const memory = new PersonaMemory(options);
await graph.invoke({ messages: [new HumanMessage("I work as a baker.")] }, run);
console.log("waiting:", (await memory.list("ada", "fact")).length, "facts");
await graph.invoke(new Command({ resume: "yes" }), run);
console.log("approved:", (await memory.list("ada", "fact")).map(({ text }) => text).join(" "));
