// The deployed agent as a node of your own graph, which runs elsewhere: `npm start` in one terminal, and in another: npx tsx examples/remote-graph.ts
import { HumanMessage } from "@langchain/core/messages";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { RemoteGraph } from "@langchain/langgraph/remote";

const url = process.env["LANGGRAPH_API_URL"] ?? "http://127.0.0.1:2024";
const remote = new RemoteGraph({ graphId: "agent", url });

const graph = new StateGraph(MessagesAnnotation)
  // Whose memory it is travels in the context. Without a thread of its own the remote run keeps none; its memory needs none.
  .addNode("agent", async ({ messages }, { context }) => {
    const state = (await remote.invoke({ messages }, {
      context,
      configurable: { thread_id: undefined },
    } as never)) as typeof MessagesAnnotation.State;
    return { messages: state.messages };
  })
  .addEdge(START, "agent")
  .compile();

for (const text of ["My brother Tom is a pilot.", "What does my brother do?"]) {
  const { messages } = await graph.invoke({ messages: [new HumanMessage(text)] }, { context: { userId: process.env["USER_ID"] ?? "bob" } });
  console.log(messages.at(-1)!.text);
}
