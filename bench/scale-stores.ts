import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BaseStore } from "@langchain/langgraph";
import { PostgresStore } from "@langchain/langgraph-checkpoint-postgres/store";
import { startPostgres } from "../scripts/services/postgres.js";
import { createRecall, type RecallOptions } from "../src/recall/recall.js";
import { SqliteSnapshotStore } from "../src/recall/snapshot-store.js";
import { MemoryLog } from "../src/store/memory-log.js";
import { namespaceOf } from "../src/store/namespace.js";
import { openPostgres } from "../src/store/open-postgres.js";
import { SqliteStore } from "../src/store/sqlite-store.js";
import { diskMb, inTurns, NOW, residentMb, round, Texts, timed, userOf, writeLog, type ScaleRow } from "./scale-world.js";

export interface Size {
  readonly users: number;
  readonly perUser: number;
  readonly questions: number;
}

/** Cold: every question is the first to its user in a new process's recall, which has no snapshot of them either; then the same again. */
async function ask(store: BaseStore, { users, questions }: Size, texts: Texts, more: Partial<RecallOptions> = {}) {
  const recall = createRecall({ log: new MemoryLog(store), ...more });
  // Users spread over all that there are.
  const asked = Math.min(users, questions);
  const nth = (i: number): string => userOf(Math.floor((i * users) / asked) % users);
  const one = (i: number) => recall.recall(nth(i), { query: texts.queries[i % texts.queries.length]!, now: NOW });
  const cold = await timed(asked, one);
  const warm = await timed(questions, (i) => one(i % asked));
  await recall.close();
  // The least that any search of ours has to read of a store that cannot search by words.
  const read = (i: number) => store.search(namespaceOf(nth(i % asked), "message"), { limit: 10_000_000 });
  const peer = await timed(Math.min(questions, 50), read);
  return { cold, warm, peer };
}

export async function sqlite(size: Size): Promise<ScaleRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-scale-"));
  try {
    const texts = new Texts(size.perUser, size.questions);
    const path = join(folder, "memory.db");
    let store = new SqliteStore({ path, indexed: ["recordedAt"] });
    const writes = await writeLog(store, size.users, texts, 1);
    const peerWrites = await insertInto(store, size, texts);
    store.close();
    store = new SqliteStore({ path, indexed: ["recordedAt"] });
    const snapshots = new SqliteSnapshotStore(store.database);
    const first = await ask(store, size, texts, { snapshots });
    // As after a restart, where what was learnt at the first question lies beside the log.
    const again = await ask(store, size, texts, { snapshots });
    const base = { ...size, peerIs: "reading the user's messages from the store", residentMb: residentMb(), diskMb: diskMb(folder) };
    store.close();
    return [
      row({ engine: "SqliteStore + LocalIndex, never asked before", ...base, writes, peerWrites, ...first }),
      row({ engine: "SqliteStore + LocalIndex, restarted", ...base, ...again }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same rows with the engine's own client, in transactions of the same size. */
async function insertInto(store: SqliteStore, { users, perUser }: Size, texts: Texts): Promise<number> {
  const { database } = store;
  database.exec("CREATE TABLE peer (user TEXT, key TEXT, value TEXT, PRIMARY KEY (user, key)) WITHOUT ROWID");
  const insert = database.prepare("INSERT INTO peer VALUES (?, ?, ?)");
  const some = Math.min(users, Math.ceil(50_000 / perUser));
  const start = performance.now();
  for (let i = 0; i < some; i++) {
    database.exec("BEGIN");
    for (const record of texts.of(i)) insert.run([userOf(i), record.key, JSON.stringify(record)]);
    database.exec("COMMIT");
  }
  const rate = ((some * perUser) / (performance.now() - start)) * 1000;
  database.exec("DROP TABLE peer");
  return rate;
}

export async function postgres(size: Size): Promise<ScaleRow[]> {
  const server = await startPostgres({ shared_buffers: "512MB", max_wal_size: "4GB" });
  try {
    const texts = new Texts(size.perUser, size.questions);
    const store = await openPostgres(server.url);
    const writes = await writeLog(store, size.users, texts, 4);
    const bare = PostgresStore.fromConnString(server.url, { schema: "peer" });
    await bare.setup();
    const some = Math.min(size.users, Math.ceil(2_000 / size.perUser));
    const start = performance.now();
    await inTurns(some, 4, async (i) => {
      await bare.batch(
        texts
          .of(i)
          .slice(0, 2_000)
          .map((record) => ({ namespace: namespaceOf(userOf(i), "message"), key: record.key, value: { ...record } })),
      );
    });
    const peerWrites = ((some * Math.min(size.perUser, 2_000)) / (performance.now() - start)) * 1000;
    await bare.stop();
    const times = await ask(store, size, texts);
    await store.stop();
    const base = {
      ...size,
      peerIs: "LangGraph's PostgresStore: reading the user's messages, writing",
      residentMb: residentMb(),
      diskMb: diskMb(server.folder),
    };
    return [row({ engine: "PostgresStore + LocalIndex", ...base, writes, peerWrites, ...times })];
  } finally {
    await server.stop();
  }
}

export const row = ({ writes, peerWrites, ...rest }: ScaleRow & { questions?: number }): ScaleRow => {
  const { questions: _questions, ...kept } = rest;
  const ratio = kept.warm && kept.peer ? round(kept.warm.p50 / kept.peer.p50) : undefined;
  return {
    ...kept,
    ...(writes !== undefined && { writes: Math.round(writes) }),
    ...(peerWrites !== undefined && { peerWrites: Math.round(peerWrites) }),
    ...(ratio !== undefined && { ratio }),
  };
};
