// LangChain's createAgent with memory: one line. Runs without a key: npx tsx examples/middleware.ts
import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { personaMiddleware } from "personagraph/middleware";
import { standInModel } from "./stand-in-model.js";

const agent = createAgent({
  model: standInModel(), // your chat model
  systemPrompt: "You are the assistant of a tea shop.",
  // Without memoryModel, memories are proposed by the agent's own model.
  middleware: [personaMiddleware({ memoryModel: "keyless", store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" })],
  checkpointer: new MemorySaver(),
});

const say = async (text: string, thread: string): Promise<string> => {
  const { messages } = await agent.invoke(
    { messages: [new HumanMessage(text)] },
    { context: { userId: "ada" }, configurable: { thread_id: thread } },
  );
  return messages.at(-1)?.text ?? "";
};

console.log(await say("I drink my tea without sugar.", "monday"));
console.log(await say("How do I take my tea?", "friday"));
