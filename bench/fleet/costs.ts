import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HumanMessage } from "@langchain/core/messages";
import { createPersonaAgent } from "../../src/persona-agent.js";
import { createRecall } from "../../src/recall/recall.js";
import { SqliteSnapshotStore } from "../../src/recall/snapshot-store.js";
import { UserIndex } from "../../src/recall/user-index.js";
import { MemoryLog, put } from "../../src/store/memory-log.js";
import { SqliteStore } from "../../src/store/sqlite-store.js";
import { fixedClock, scriptedPersona } from "../../src/testing/index.js";
import { corpus, recordsOf } from "../corpus.js";
import { summarise } from "../measure.js";

/** What grows with a user's memories: so much at none, so much more for each. */
export interface Line {
  readonly base: number;
  readonly each: number;
}

/** What one step costs one worker, in ms of its thread, and in bytes of its memory. */
export interface Costs {
  /** A recall of a user whose index is at hand. */
  readonly warm: Line;
  /** The first recall of a user: the index is read from its snapshot. */
  readonly cold: Line;
  /** The index of a user in memory, bytes. */
  readonly bytes: Line;
  /** All else that a turn costs, its memory update included. */
  readonly turn: number;
}

export const at = ({ base, each }: Line, memories: number): number => base + each * memories;

const SIZES = [1_000, 10_000] as const;

/** Measures the real components on this machine: LocalIndex over SqliteStore, and turns of the agent with a scripted model. */
export async function measureCosts(rounds = 60): Promise<Costs> {
  const folder = mkdtempSync(join(tmpdir(), "bench-fleet-"));
  try {
    const [small, large] = [await recallOf(folder, SIZES[0], rounds), await recallOf(folder, SIZES[1], rounds)];
    return {
      warm: line(small.warm, large.warm),
      cold: line(small.cold, large.cold),
      bytes: line(small.bytes, large.bytes),
      turn: await turnOf(join(folder, "turns.db"), rounds),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Through two points; noise may not make more memories cheaper than fewer, nor none cheaper than nothing. */
function line(small: number, large: number): Line {
  const each = Math.max(0, (large - small) / (SIZES[1] - SIZES[0]));
  return { base: Math.max(0, small - each * SIZES[0]), each };
}

async function recallOf(folder: string, size: number, rounds: number): Promise<{ warm: number; cold: number; bytes: number }> {
  const store = new SqliteStore({ path: join(folder, `${size}.db`), indexed: ["recordedAt"] });
  const log = new MemoryLog(store);
  const now = Date.now();
  const { texts, queries } = corpus(size, rounds);
  const records = recordsOf(texts, now);
  await log.of("ada").write(records.map((record) => put("message", record.key, record)));
  const index = new UserIndex({ keep: true });
  const warm: number[] = [];
  const cold: number[] = [];
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    into.push(performance.now() - start);
  };
  for (const round of Array(6).keys()) {
    const recall = createRecall({ log, snapshots: new SqliteSnapshotStore(store.database) });
    const ask = (query: string) => recall.recall("ada", { query, now });
    // The first of all has no snapshot yet, and writes it.
    await timed(round === 0 ? [] : cold, () => ask(queries[round]!));
    for (const query of round < 2 ? queries : []) await timed(round === 0 ? [] : warm, () => ask(query));
    await recall.close();
  }
  for (const record of records) index.put(record);
  store.close();
  return { warm: summarise(warm).p50, cold: summarise(cold).p50, bytes: index.bytes };
}

/** Time of the thread in a turn with its update inline, less its recall, which the simulation counts by itself. */
async function turnOf(path: string, rounds: number): Promise<number> {
  const store = new SqliteStore({ path });
  const clock = fixedClock(Date.UTC(2026, 0, 1));
  const model = scriptedPersona({ extract: (said) => [{ text: said }] });
  const agent = createPersonaAgent({ model, store, clock, update: "inline" });
  const turn = (i: number) =>
    agent.invoke({ messages: [new HumanMessage(`I met friend number ${i} in Porto.`)] }, { context: { userId: `u${i % 8}` } });
  for (let i = 0; i < 10; i++) await turn(i);
  const before = process.cpuUsage();
  for (let i = 10; i < 10 + rounds; i++) {
    clock.advance(60_000);
    await turn(i);
  }
  const { user, system } = process.cpuUsage(before);
  store.close();
  return (user + system) / 1000 / rounds;
}
