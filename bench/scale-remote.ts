import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashedTerms } from "../src/recall/hashed-terms.js";
import type { IndexFactory } from "../src/recall/index-port.js";
import { readRecords } from "../src/recall/news.js";
import { WEIGHTS } from "../src/recall/ranking.js";
import { createRecall } from "../src/recall/recall.js";
import { MemoryLog } from "../src/store/memory-log.js";
import { SqliteStore } from "../src/store/sqlite-store.js";
import type { MessageRecord } from "../src/domain/message.js";
import { summarise } from "./measure.js";
import { row, type Size } from "./scale-stores.js";
import { inTurns, NOW, residentMb, rounded, Texts, userOf, writeLog, type ScaleRow } from "./scale-world.js";

/** As many as recall asks for; the peer asks for the same. */
export const K = 120;
export const KINDS = ["message", "fact", "episode"] as const;
const AT_ONCE = 4;

/** An index in a server, and the same work on the server's own API. */
export interface Target {
  readonly engine: string;
  readonly index: IndexFactory;
  readonly peerIs: string;
  /** The K nearest of the user's memories, with what lies beside them. */
  ask(userId: string, vector: number[]): Promise<unknown>;
  /** Into a place of the peer's own. */
  upsert(userId: string, records: readonly MessageRecord[], vectors: number[][]): Promise<unknown>;
  /** When all is written. */
  figures(): Pick<ScaleRow, "engineMb" | "engineFiles" | "diskMb">;
  stop(): Promise<void>;
}

/** Log in SQLite, index in the server, our own vectors, so that no embedding model is in the figures. */
export async function remote(size: Size, target: Target): Promise<ScaleRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-scale-"));
  const store = new SqliteStore({ path: join(folder, "memory.db"), indexed: ["recordedAt"] });
  try {
    const texts = new Texts(size.perUser, size.questions);
    await writeLog(store, size.users, texts, 1);
    const log = new MemoryLog(store);
    const index = target.index({ weights: WEIGHTS, read: (userId, ids) => readRecords(log, userId, ids), warn: console.warn });
    const writing = performance.now();
    await inTurns(size.users, AT_ONCE, async (i) => {
      // Read long ago: what was written since is nothing.
      await index.put(userOf(i), texts.of(i), { through: Date.now(), erasures: "null" });
      await index.settled!(userOf(i));
      if (i > 0 && i % 500 === 0) process.stderr.write(`${i} of ${size.users} users indexed\n`);
    });
    const writes = ((size.users * size.perUser) / (performance.now() - writing)) * 1000;
    await index.close();
    const peerWrites = await upsertInto(target, size, texts);

    const recall = createRecall({ log, index: target.index });
    const asked = Math.min(size.users, size.questions);
    const nth = (i: number): string => userOf(Math.floor(((i % asked) * size.users) / asked));
    const question = (i: number): string => texts.queries[i % texts.queries.length]!;
    const bare = async (i: number): Promise<unknown> => target.ask(nth(i), await hashedTerms.query(question(i)));
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
        engine: target.engine,
        ...size,
        writes,
        peerWrites,
        cold: rounded(summarise(cold)),
        warm: rounded(summarise(warm)),
        peer: rounded(summarise(peer)),
        peerIs: target.peerIs,
        residentMb: residentMb(),
        ...target.figures(),
      }),
    ];
  } finally {
    store.close();
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function upsertInto(target: Target, { users, perUser }: Size, texts: Texts): Promise<number> {
  const some = Math.min(users, Math.ceil(3_000 / perUser));
  const batch = Math.min(perUser, 256);
  const start = performance.now();
  await inTurns(some, AT_ONCE, async (i) => {
    const records = texts.of(i).slice(0, batch);
    await target.upsert(userOf(i), records, await hashedTerms.documents(records.map(({ text }) => text)));
  });
  return ((some * batch) / (performance.now() - start)) * 1000;
}

async function clock(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
