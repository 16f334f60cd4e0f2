import { AsyncLocalStorage } from "node:async_hooks";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { openaiServer } from "../../../src/testing/openai-server.js";
import type { CachedModel } from "../../models/cached-model.js";
import { plainPrompt, said } from "../../qa/ask.js";
import { perQuestion, type System } from "../../qa/system.js";
import type { Turn } from "../../suite.js";
import { openMem0, search, USER } from "./open.js";

/**
 * mem0's TypeScript package (`mem0ai/oss`) with its in-memory vector store. Its model is ours, over an OpenAI-compatible server on
 * loopback, so that calls are cached, counted and limited like all others; its telemetry is off. Each exchange is added with its time,
 * and what a memory was made from is known by the exchange it was added with.
 */
export const mem0: System = {
  name: "mem0",
  async open(_, { model, memoryModel, embeddings, baseUrl, limit }) {
    // What comes in over HTTP belongs to whoever is being served, so that it is counted there.
    let served = AsyncLocalStorage.snapshot();
    let unread = 0;
    const server = await openaiServer({
      answer: async ({ messages }) => {
        const text = await served(() => answerOf(memoryModel, messages));
        if (!/\{.*\}/s.test(text)) unread++;
        return text;
      },
    });
    muteExtractionErrors();
    const { memory, close } = await openMem0({ embeddings, baseUrl }, { baseURL: server.url, model: memoryModel.model });
    return {
      async remember(turns) {
        served = AsyncLocalStorage.snapshot();
        for (const exchange of exchangesOf(turns)) {
          // It takes no time for what is added ("not supported by the OSS Memory SDK"), so that the time stands in the text.
          const messages = exchange.map((turn) => ({
            role: turn.role === "assistant" ? "assistant" : "user",
            content: `[${turn.at ?? "?"}] ${turn.speaker}: ${said(turn)}`,
          }));
          await memory.add(messages, { userId: USER, metadata: { turns: exchange.map(({ id }) => id), at: exchange[0]!.at } });
        }
        return unread > 0 ? [`${unread} answers of the memory model were no JSON; mem0 keeps nothing of such an exchange`] : [];
      },
      async answer(asked) {
        const { results } = await search(memory, asked.text, limit);
        const rows = results.map(({ memory: text, metadata }, n): Turn => ({
          id: `${n}`,
          session: "",
          at: metadata?.at ?? null,
          speaker: "memory",
          role: "record",
          text,
        }));
        const { text } = await model.invoke(plainPrompt(asked, rows));
        return { text, shown: [...new Set(results.flatMap(({ metadata }) => metadata?.turns ?? []))] };
      },
      async close() {
        await server.close();
        close();
      },
    };
  },
  estimate: (load) => ({
    model: perQuestion(load, load.limit * 40),
    // Its extraction prompt has about 8,700 tokens.
    memoryModel: { calls: load.exchanges, input: load.exchanges * 9000 + load.tokens, output: load.exchanges * 150 },
  }),
};

async function answerOf(model: CachedModel, messages: readonly { readonly role: string; readonly content: unknown }[]): Promise<string> {
  const roles = { system: SystemMessage, assistant: AIMessage };
  const { text } = await model.invoke(
    messages.map(({ role, content }) => new (roles[role as keyof typeof roles] ?? HumanMessage)(String(content))),
  );
  return text;
}

let muted = false;
/** It prints a stack for every answer that it cannot read, through the progress bars; they are counted in the report instead. */
function muteExtractionErrors(): void {
  if (muted) return;
  muted = true;
  const print = console.error.bind(console);
  console.error = (...parts: unknown[]) => {
    if (!String(parts[0]).startsWith("Error parsing extraction response")) print(...parts);
  };
}

/** What the user says with what follows it; a message of nobody's exchange stands alone. */
function exchangesOf(turns: readonly Turn[]): Turn[][] {
  const exchanges: Turn[][] = [];
  for (const turn of turns) {
    const last = exchanges.at(-1);
    if (!last || turn.role === "user" || last[0]!.session !== turn.session) exchanges.push([turn]);
    else last.push(turn);
  }
  return exchanges;
}
