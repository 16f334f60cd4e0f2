import { describe, expect, test } from "@jest/globals";
import { takeIn } from "../domain/message.js";
import { MemoryLog, put } from "../store/memory-log.js";
import { SqliteStore } from "../store/sqlite-store.js";
import { CachedEmbeddings } from "./cached-embeddings.js";
import { Embedder } from "./embedder.js";
import { LocalIndex } from "./local-index.js";
import { createRecall } from "./recall.js";
import { SqliteVectorStore } from "./vector-store.js";

const NOW = Date.UTC(2026, 4, 20, 12);
/** Means the same by one dimension: whatever is about music, or about the sea. */
const MEANINGS = [/cello|instrument|music/i, /sea|harbour|boat/i];

function embeddings(dimensions = 4) {
  const calls = { documents: 0, queries: 0, failing: false };
  const embed = (text: string): number[] => Array.from({ length: dimensions }, (_, i) => (MEANINGS[i]?.test(text) ? 1 : 0.01));
  return {
    calls,
    embedDocuments: async (texts: string[]) => {
      if (calls.failing) throw new Error("the model is away");
      calls.documents += texts.length;
      return texts.map(embed);
    },
    embedQuery: async (text: string) => {
      if (calls.failing) throw new Error("the model is away");
      calls.queries++;
      return embed(text);
    },
  };
}

async function memory(model: ReturnType<typeof embeddings>, store = new SqliteStore(), name = "test") {
  const log = new MemoryLog(store);
  const warnings: string[] = [];
  const vectorStore = new SqliteVectorStore(store.database);
  const embedder = new Embedder({
    embeddings: new CachedEmbeddings(model, name),
    model: name,
    store: vectorStore,
    onError: (thrown) => warnings.push(String(thrown)),
  });
  const recall = createRecall({ log, clock: { now: () => NOW + 1 }, index: () => new LocalIndex({ embedder }) });
  const { records } = takeIn(
    ["I bought a cello.", "The boat is red.", "Lunch was fine."].map((text, i) => ({
      id: `m${i}`,
      role: "user" as const,
      text,
      thread: `t${i}`,
    })),
    { now: NOW, timezone: "UTC" },
  );
  await log.of("ada").write(records.map((record) => put("message", record.key, record)));
  const ask = async (query: string) => (await recall.recall("ada", { query, now: NOW })).hits;
  return { log, store, recall, embedder, warnings, ask, vectorStore };
}

describe("with embeddings", () => {
  test("what means the same is found without a common word, and says so", async () => {
    const { ask, recall } = await memory(embeddings());
    await recall.ready("ada");
    const [first] = await ask("harbour");
    expect(first).toMatchObject({ id: "message:m1", why: { meaning: expect.any(Number) } });
  });

  test("a restart embeds nothing again", async () => {
    const model = embeddings();
    const before = await memory(model);
    await before.ask("harbour");
    await before.embedder.settled("ada");
    expect(model.calls.documents).toBe(3);
    const after = await memory(model, before.store);
    await after.ask("instrument");
    await after.embedder.settled("ada");
    expect((await after.ask("instrument"))[0]!.id).toBe("message:m0");
    expect(model.calls.documents).toBe(3);
  });

  test("another model or another dimension is embedded anew, and words serve meanwhile", async () => {
    const first = await memory(embeddings(4));
    await first.ask("harbour");
    await first.embedder.settled("ada");
    for (const [dimensions, name] of [
      [8, "test"],
      [8, "other"],
    ] as const) {
      const model = embeddings(dimensions);
      const next = await memory(model, first.store, name);
      expect((await next.ask("cello"))[0]!.id).toBe("message:m0");
      await next.ask("cello");
      await next.embedder.settled("ada");
      expect((await next.ask("harbour"))[0]!.id).toBe("message:m1");
      expect(model.calls.documents).toBe(3);
      expect([...next.vectorStore.load("ada", name)].map(([, row]) => row.length)).toEqual([8, 8, 8]);
    }
  });

  test("a model that fails leaves the words, and is tried again", async () => {
    const model = embeddings();
    const { ask, embedder, warnings } = await memory(model);
    model.calls.failing = true;
    expect((await ask("cello"))[0]!.id).toBe("message:m0");
    await embedder.settled("ada");
    expect(warnings).toEqual(["Error: the model is away"]);
    model.calls.failing = false;
    await ask("cello");
    await embedder.settled("ada");
    expect((await ask("instrument"))[0]!.id).toBe("message:m0");
  });

  test("erasing leaves no embedding behind", async () => {
    const { ask, embedder, recall, vectorStore } = await memory(embeddings());
    await ask("harbour");
    await embedder.settled("ada");
    await recall.drop("ada");
    expect([...vectorStore.load("ada", "test")]).toEqual([]);
  });
});
