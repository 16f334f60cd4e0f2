import { random } from "../corpus.js";
import { at, type Costs } from "./costs.js";
import type { Turn } from "./load.js";

export interface Fleet {
  readonly workers: number;
  /** Bytes of indexes that one worker keeps. */
  readonly cache: number;
  /** "user": a user always comes to the same worker; "any": whichever is next. */
  readonly routing: "user" | "any";
  /** Milliseconds of a round trip to the database; 0 for a file. */
  readonly network: number;
}

export interface Outcome {
  readonly turnsPerSecond: number;
  /** Share of the recalls whose index was at hand. */
  readonly hitRate: number;
  /** Busy share of the busiest worker's thread. */
  readonly busiest: number;
  /** What memory adds before the first token, ms: waiting for the thread, and the recall. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Indexes that the fullest worker held at the end, MB. */
  readonly cacheMb: number;
}

/** Of what a turn costs besides its recall, so many slices, spread over the seconds that the model writes and the update takes. */
const SLICES = 6;
const AFTER_SECONDS = 12;
/** The caches fill before anything is counted. */
const WARM_UP = 0.5;

/** Each worker is one thread with one queue; what stands in it is done in the order it came. */
export function simulate(turns: readonly Turn[], costs: Costs, { workers, cache, routing, network }: Fleet, seed: number): Outcome {
  const next = random(seed);
  const fleet = Array.from({ length: workers }, () => ({ free: 0, busy: 0, held: new Map<number, number>(), bytes: 0 }));
  const end = turns.at(-1)?.at ?? 0;
  const counted = end * WARM_UP;
  const waits: number[] = [];
  let hits = 0;

  const jobs = [
    ...turns.map((turn) => ({
      at: turn.at,
      turn,
      worker: routing === "user" ? spread(turn.user) % workers : Math.floor(next() * workers),
    })),
  ];
  const slices = jobs.flatMap(({ at: start, worker }) =>
    Array.from({ length: SLICES }, () => ({ at: start + next() * AFTER_SECONDS, turn: undefined, worker })),
  );
  for (const { at: arrived, turn, worker } of [...jobs, ...slices].sort((a, b) => a.at - b.at)) {
    const one = fleet[worker]!;
    let takes = costs.turn / SLICES;
    let away = 0;
    if (turn) {
      const hit = one.held.has(turn.user);
      takes = at(hit ? costs.warm : costs.cold, turn.memories);
      // A cold recall fetches its snapshot; a warm one asks what is new. The thread does other work meanwhile.
      away = network * (hit ? 1 : 2);
      keep(one, turn, at(costs.bytes, turn.memories), cache);
      if (hit && arrived >= counted) hits++;
    }
    const starts = Math.max(arrived, one.free);
    one.free = starts + takes / 1000;
    if (arrived >= counted) one.busy += takes / 1000;
    if (turn && arrived >= counted) waits.push((one.free - arrived) * 1000 + away);
  }
  const sorted = Float64Array.from(waits).sort();
  const percentile = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    turnsPerSecond: waits.length / (end - counted),
    hitRate: hits / waits.length,
    busiest: Math.max(...fleet.map(({ busy }) => busy)) / (end - counted),
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    cacheMb: Math.max(...fleet.map(({ bytes }) => bytes)) / 2 ** 20,
  };
}

/** Least recently used go first, as in LocalIndex. */
function keep(worker: { held: Map<number, number>; bytes: number }, { user }: Turn, bytes: number, most: number): void {
  worker.bytes += bytes - (worker.held.get(user) ?? 0);
  worker.held.delete(user);
  worker.held.set(user, bytes);
  for (const [oldest, size] of worker.held) {
    if (worker.bytes <= most || oldest === user) break;
    worker.held.delete(oldest);
    worker.bytes -= size;
  }
}

/** Neighbouring numbers go to different workers. */
const spread = (user: number): number => Math.imul(user ^ (user >>> 15), 0x2c1b3c6d) >>> 0;
