import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChromaClient, type Collection } from "chromadb";
import { startChroma } from "../scripts/services/chroma.js";
import { chromaIndex } from "../src/recall/chroma/chroma-index.js";
import { Collections } from "../src/recall/chroma/collections.js";
import { resolveChroma } from "../src/recall/chroma/options.js";
import { scopeOf } from "../src/recall/chroma/rows.js";
import { hashedTerms } from "../src/recall/hashed-terms.js";
import { readRecords } from "../src/recall/news.js";
import { WEIGHTS } from "../src/recall/ranking.js";
import { createRecall } from "../src/recall/recall.js";
import { MemoryLog } from "../src/store/memory-log.js";
import { SqliteStore } from "../src/store/sqlite-store.js";
import { summarise } from "./measure.js";
import { row, type Size } from "./scale-stores.js";
import { diskMb, inTurns, NOW, openFiles, residentMb, rounded, Texts, userOf, writeLog, type ScaleRow } from "./scale-world.js";

/** As many as recall asks for; the peer asks for the same. */
const K = 120;
const AT_ONCE = 4;

/** Log in SQLite, index in Chroma, our own vectors, so that no embedding model is in the figures. */
export async function chroma(size: Size, shards: number): Promise<ScaleRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-scale-"));
  const server = await startChroma({ path: join(folder, "chroma") });
  const store = new SqliteStore({ path: join(folder, "memory.db"), indexed: ["recordedAt"] });
  try {
    const texts = new Texts(size.perUser, size.questions);
    await writeLog(store, size.users, texts, 1);
    const log = new MemoryLog(store);
    const options = { url: server.url, shards, timeoutMs: 60_000 };
    const factory = chromaIndex(options);
    const index = factory({ weights: WEIGHTS, read: (userId, ids) => readRecords(log, userId, ids), warn: console.warn });
    const writing = performance.now();
    await inTurns(size.users, AT_ONCE, async (i) => {
      // Read long ago: what was written since is nothing.
      await index.put(userOf(i), texts.of(i), { through: Date.now(), erasures: "null" });
      await index.settled!(userOf(i));
      if (i > 0 && i % 500 === 0) process.stderr.write(`${i} of ${size.users} users indexed\n`);
    });
    const writes = ((size.users * size.perUser) / (performance.now() - writing)) * 1000;
    await index.close();

    const collections = new Collections(resolveChroma(options), hashedTerms.model);
    const client = new ChromaClient({ host: server.host, port: server.port, ssl: false });
    const opened = new Map<string, Collection>();
    const collectionOf = async (userId: string): Promise<Collection> => {
      const name = collections.nameOf(userId);
      if (!opened.has(name)) opened.set(name, await client.getCollection({ name }));
      return opened.get(name)!;
    };
    const peerWrites = await upsertInto(client, size, texts);
    const recall = createRecall({ log, index: factory });
    const asked = Math.min(size.users, size.questions);
    const nth = (i: number): string => userOf(Math.floor(((i % asked) * size.users) / asked));
    const question = (i: number): string => texts.queries[i % texts.queries.length]!;
    const bare = async (i: number): Promise<void> => {
      const collection = await collectionOf(nth(i));
      await collection.query({
        queryEmbeddings: [await hashedTerms.query(question(i))],
        nResults: K,
        where: { scope: { $in: ["message", "fact", "episode"].map((kind) => scopeOf(nth(i), kind)) } },
        include: ["documents", "metadatas", "distances"],
      });
    };
    const ours = async (i: number): Promise<void> => {
      const { warning } = await recall.recall(nth(i), { query: question(i), now: NOW });
      if (warning) throw new Error(warning.message);
    };
    const [cold, warm, peer]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < asked; i++) cold.push(await clock(() => ours(i)));
    // In turn, so that whatever else the machine does falls on both.
    for (let i = 0; i < size.questions; i++) {
      peer.push(await clock(() => bare(i)));
      warm.push(await clock(() => ours(i)));
    }
    await recall.close();
    return [
      row({
        engine: `SqliteStore + ChromaIndex, ${shards} collections`,
        ...size,
        writes,
        peerWrites,
        cold: rounded(summarise(cold)),
        warm: rounded(summarise(warm)),
        peer: rounded(summarise(peer)),
        peerIs: `chromadb: query of ${K} with the same filter, upsert in the same batches`,
        residentMb: residentMb(),
        engineMb: residentMb(server.pid),
        engineFiles: openFiles(server.pid),
        diskMb: diskMb(join(folder, "chroma")),
      }),
    ];
  } finally {
    store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function upsertInto(client: ChromaClient, { users, perUser }: Size, texts: Texts): Promise<number> {
  const collection: Collection = await client.createCollection({ name: "peer", embeddingFunction: null });
  const some = Math.min(users, Math.ceil(3_000 / perUser));
  const batch = Math.min(perUser, 256);
  const start = performance.now();
  await inTurns(some, AT_ONCE, async (i) => {
    const records = texts.of(i).slice(0, batch);
    await collection.upsert({
      ids: records.map(({ id }) => `${i}/${id}`),
      embeddings: await hashedTerms.documents(records.map(({ text }) => text)),
      documents: records.map(({ text }) => text),
      metadatas: records.map(({ at }) => ({ at, user: userOf(i) })),
    });
  });
  const rate = ((some * batch) / (performance.now() - start)) * 1000;
  await client.deleteCollection({ name: "peer" });
  return rate;
}

async function clock(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
