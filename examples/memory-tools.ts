// An agent that manages memory itself, with three tools. Runs without a key: npx tsx examples/memory-tools.ts
import { HumanMessage } from "@langchain/core/messages";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { forgetMemoryTool, saveMemoryTool, searchMemoryTool, type PersonaOptions } from "personagraph";
import { standInFor } from "./stand-in-model.js";

const options: PersonaOptions = { model: "keyless", store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" };
const tools = [searchMemoryTool(options), saveMemoryTool(options), forgetMemoryTool(options)];

/** Your model chooses the tool; here each turn has its own stand-in. */
const ask = async (text: string, tool: string, args: object): Promise<void> => {
  const agent = createReactAgent({ llm: standInFor(tool, args), tools });
  const { messages } = await agent.invoke({ messages: [new HumanMessage(text)] }, { configurable: { userId: "ada" } });
  console.log(messages.at(-1)!.text);
};

await ask("Remember that I am vegetarian.", "save_memory", { text: "The user is vegetarian.", keywords: ["food"] });
await ask("What may I eat?", "search_memory", { query: "vegetarian food" });
await ask("Forget that I am vegetarian.", "forget_memory", { query: "vegetarian" });
await ask("What may I eat?", "search_memory", { query: "vegetarian food" });
