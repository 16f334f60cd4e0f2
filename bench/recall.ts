import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InMemoryStore } from "@langchain/langgraph";
import MiniSearch from "minisearch";
import { createRecall } from "../src/recall/recall.js";
import { SqliteSnapshotStore } from "../src/recall/snapshot-store.js";
import { SqliteVectorStore } from "../src/recall/vector-store.js";
import { MemoryLog, put } from "../src/store/memory-log.js";
import { SqliteStore } from "../src/store/sqlite-store.js";
import { corpus, hashed, random, recordsOf } from "./corpus.js";

/**
 * `npm run bench:recall -- --json [--quick] [--sizes 1000,10000]`: build, memory and search time of recall, beside what else
 * there is, in one run.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    sizes: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log("npm run bench:recall -- [--json] [--quick] [--sizes 1000,10000]");
  process.exit(0);
}
const SIZES = values.sizes ? values.sizes.split(",").map(Number) : values.quick ? [1_000] : [1_000, 10_000, 100_000];
const USERS = values.quick ? 100 : 10_000;
const QUERIES = values.quick ? 50 : 200;
/** Beyond this a peer needs minutes, and the figure says nothing new. */
const MAX_FOR_STORE = 10_000;
const WARM_UP = 20;

interface Row {
  readonly what: string;
  readonly messages: number;
  readonly users: number;
  readonly buildMs: number;
  readonly memoryMb: number;
  readonly firstMs?: number;
  readonly p50: number;
  readonly p95: number;
}
const rows: Row[] = [];
const folder = mkdtempSync(join(tmpdir(), "bench-recall-"));
const embeddings = {
  embedDocuments: async (texts: string[]) => texts.map((text) => hashed(text)),
  embedQuery: async (text: string) => hashed(text),
};

for (const size of SIZES) {
  // A scan of 100,000 takes its time.
  const { texts, queries } = corpus(size, (size > MAX_FOR_STORE ? Math.min(QUERIES, 50) : QUERIES) + WARM_UP);
  await ours(size, texts, queries, false);
  await ours(size, texts, queries, true);
  await scan(size, texts, queries);
  await vectorScan(size, texts, queries);
  await miniSearch(size, texts, queries);
  if (size <= MAX_FOR_STORE) await inMemoryStore(size, texts, queries);
}
await manyUsers();
rmSync(folder, { recursive: true, force: true });
if (values.json) {
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    load: loadavg().map((value) => Math.round(value * 10) / 10),
  };
  console.log(JSON.stringify({ date: new Date().toISOString(), ...machine, quick: values.quick, rows }, null, 2));
} else console.table(rows);

async function ours(size: number, texts: readonly string[], queries: readonly string[], vectors: boolean): Promise<void> {
  const store = new SqliteStore({ path: join(folder, `${size}${vectors}.db`), indexed: ["recordedAt"] });
  const log = new MemoryLog(store);
  const now = Date.now();
  await log.of("ada").write(recordsOf(texts, now).map((record) => put("message", record.key, record)));
  const before = memory();
  const make = () =>
    createRecall({
      log,
      snapshots: new SqliteSnapshotStore(store.database),
      ...(vectors && { embeddings, vectorStore: new SqliteVectorStore(store.database) }),
    });
  let recall = make();
  const ask = (query: string) => recall.recall("ada", { query, now });
  const start = performance.now();
  await ask(queries[0]!);
  // Embeddings come in the background; wait for the last.
  const embedded = () => (store.database.prepare("SELECT count(*) AS n FROM recall_vectors").get([]) as { n: number }).n;
  while (vectors && embedded() < size) await new Promise((done) => setTimeout(done, 50));
  const buildMs = performance.now() - start;
  // As after a restart of the process, but for what the engine has made ready for itself.
  await recall.close();
  recall = make();
  const first = performance.now();
  await ask(queries[0]!);
  const firstMs = performance.now() - first;
  const times = await measure(queries, ask);
  add({
    what: vectors ? "recall, with vectors" : "recall, lexical",
    messages: size,
    users: 1,
    buildMs,
    memoryMb: memory() - before,
    firstMs,
    ...times,
  });
  await recall.close();
  store.close();
}

async function manyUsers(): Promise<void> {
  const store = new SqliteStore({ path: join(folder, "users.db"), indexed: ["recordedAt"] });
  const log = new MemoryLog(store);
  const now = Date.now();
  const { texts, queries } = corpus(100 * 50, 500 + WARM_UP);
  const logs = Array.from({ length: 50 }, (_, i) =>
    recordsOf(texts.slice(i * 100, i * 100 + 100), now).map((record) => put("message", record.key, record)),
  );
  const built = performance.now();
  for (let user = 0; user < USERS; user++) await log.of(`u${user}`).write(logs[user % 50]!);
  const buildMs = performance.now() - built;
  const before = memory();
  const recall = createRecall({ log, snapshots: new SqliteSnapshotStore(store.database) });
  const next = random(3);
  const ask = (query: string) => recall.recall(`u${Math.floor(next() * USERS)}`, { query, now });
  add({
    what: "recall, any user, first question",
    messages: USERS * 100,
    users: USERS,
    buildMs,
    memoryMb: memory() - before,
    ...(await measure(queries, ask)),
  });
  const asked = (query: string) => recall.recall(`u${Math.floor(next() * 50)}`, { query, now });
  for (const query of queries) await asked(query);
  add({
    what: "recall, users at hand",
    messages: USERS * 100,
    users: USERS,
    buildMs,
    memoryMb: memory() - before,
    ...(await measure(queries, asked)),
  });
  await recall.close();
  store.close();
}

async function scan(size: number, texts: readonly string[], queries: readonly string[]): Promise<void> {
  const lower = texts.map((text) => text.toLowerCase());
  await peer(
    "scan for words",
    size,
    async () => (query) => {
      const words = query
        .toLowerCase()
        .split(/\W+/)
        .filter((word) => word.length > 3);
      return lower
        .map((text, i) => [i, words.filter((word) => text.includes(word)).length] as const)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 10);
    },
    queries,
  );
}

async function vectorScan(size: number, texts: readonly string[], queries: readonly string[]): Promise<void> {
  await peer(
    "scan of 384-dimension Float32Array",
    size,
    async () => {
      const rows = texts.map((text) => Float32Array.from(hashed(text)));
      return (query) => {
        const asked = Float32Array.from(hashed(query));
        const scores = rows.map((row, i) => {
          let sum = 0;
          for (let j = 0; j < row.length; j++) sum += row[j]! * asked[j]!;
          return [i, sum] as const;
        });
        return scores.sort((a, b) => b[1] - a[1]).slice(0, 10);
      };
    },
    queries,
  );
}

async function miniSearch(size: number, texts: readonly string[], queries: readonly string[]): Promise<void> {
  await peer(
    "MiniSearch",
    size,
    async () => {
      const index = new MiniSearch({ fields: ["text"] });
      index.addAll(texts.map((text, id) => ({ id, text })));
      return (query) => index.search(query).slice(0, 10);
    },
    queries,
  );
}

async function inMemoryStore(size: number, texts: readonly string[], queries: readonly string[]): Promise<void> {
  await peer(
    "LangGraph InMemoryStore, vectors",
    size,
    async () => {
      const store = new InMemoryStore({ index: { dims: 384, embeddings: embeddings as never, fields: ["text"] } });
      for (let i = 0; i < texts.length; i += 100) {
        await store.batch(texts.slice(i, i + 100).map((text, j) => ({ namespace: ["ada"], key: `m${i + j}`, value: { text } })));
      }
      return (query) => store.search(["ada"], { query, limit: 10 });
    },
    queries,
  );
}

async function peer(
  what: string,
  messages: number,
  build: () => Promise<(query: string) => unknown>,
  queries: readonly string[],
): Promise<void> {
  const before = memory();
  const start = performance.now();
  const ask = await build();
  const buildMs = performance.now() - start;
  const times = await measure(queries, async (query) => ask(query));
  add({ what, messages, users: 1, buildMs, memoryMb: memory() - before, ...times });
}

async function measure(queries: readonly string[], ask: (query: string) => Promise<unknown>): Promise<{ p50: number; p95: number }> {
  const times: number[] = [];
  for (const [i, query] of queries.entries()) {
    const start = performance.now();
    await ask(query);
    if (i >= WARM_UP) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1]!, p95: times[Math.floor(times.length * 0.95)]! };
}

/** What is held now, in MB; exact only with `node --expose-gc`. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

function add(row: Row): void {
  const round = (value: number): number => Math.round(value * 100) / 100;
  rows.push(
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? round(value) : value]),
    ) as unknown as Row,
  );
  process.stderr.write(`${row.what}, ${row.messages} messages: p50 ${round(row.p50)} ms\n`);
}
