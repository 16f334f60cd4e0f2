// A graph of your own, with an agent that remembers as one of its nodes. Runs without a key: npx tsx examples/import-as-node.ts
import { HumanMessage } from "@langchain/core/messages";
import { END, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createPersonaAgent } from "personagraph";

const agent = createPersonaAgent({ store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" });

const graph = new StateGraph(MessagesAnnotation)
  .addNode("agent", agent)
  .addEdge(START, "agent")
  .addEdge("agent", END)
  .compile({ checkpointer: new MemorySaver() });

const say = async (text: string, thread: string): Promise<string> => {
  const input = { messages: [new HumanMessage(text)] };
  const { messages } = await graph.invoke(input, { context: { userId: "ada" }, configurable: { thread_id: thread } });
  return messages.at(-1)?.text ?? "";
};

console.log(await say("My sister Mia is a nurse in Porto.", "monday"));
console.log(await say("What does my sister do?", "friday"));
