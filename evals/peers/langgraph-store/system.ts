import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { embeddingsOr } from "../../models/hashed-embeddings.js";
import { said } from "../../qa/ask.js";
import { rankingSystem } from "../../qa/systems/plain.js";
import type { System } from "../../qa/system.js";
import type { Turn } from "../../suite.js";
import { fromInstall } from "../installed.js";

/** The part of `@langchain/langgraph` that is used, whichever install it comes from. */
export interface StoreModule {
  readonly InMemoryStore: new (options: { index: { dims: number; embeddings: EmbeddingsInterface; fields: string[] } }) => {
    put(namespace: string[], key: string, value: Record<string, unknown>): Promise<void>;
    search(namespace: string[], options: { query: string; limit: number }): Promise<{ key: string }[]>;
  };
}

/** LangGraph's long-term memory as its documentation shows it: each message put into an `InMemoryStore` with an index, and searched. */
export const langgraphStore = storeSearch(
  async () => (await fromInstall("langgraph-store", "@langchain/langgraph", "dist/index.js")) as StoreModule,
);

export function storeSearch(load: () => Promise<StoreModule>): System {
  return rankingSystem("langgraph-store", async ({ embeddings: given, baseUrl, limit }) => {
    const { InMemoryStore } = await load();
    const embeddings = await embeddingsOr(given, baseUrl);
    const dims = (await embeddings.embedQuery("dimensions")).length;
    const store = new InMemoryStore({ index: { dims, embeddings, fields: ["text"] } });
    const turns = new Map<string, Turn>();
    return {
      async remember(more) {
        for (const turn of more) {
          turns.set(turn.id, turn);
          await store.put(["eval", "messages"], turn.id, { text: `${turn.speaker}: ${said(turn)}`, at: turn.at });
        }
      },
      find: async ({ text }) => ({
        turns: (await store.search(["eval", "messages"], { query: text, limit })).map(({ key }) => turns.get(key)!),
      }),
    };
  });
}
