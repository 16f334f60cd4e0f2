import type { Clock } from "../domain/time.js";
import type { MemoryLog, UserLog } from "../store/memory-log.js";
import type { MemoryIndex } from "./index-port.js";
import { CitationCount, type Strengths } from "./strength.js";

/**
 * Another process stamps a record before its write is seen, and clocks differ; records this young are read again. After a large
 * import that would be most of the log at every question, so that then a shorter time has to do.
 */
const OVERLAP_MS = 10_000;
const SHORT_OVERLAP_MS = 1_000;
const LARGE = 300;
const KINDS = ["message", "fact", "episode", "procedure"] as const;

/** Keeps an index at the state of the log: what was written since, by whichever process, and a new beginning after an erase. */
export class Follower {
  readonly #log: MemoryLog;
  readonly #index: MemoryIndex;
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<Strengths>>();
  /** How many records the last reading gave, and how many bear the very time of the watermark. */
  readonly #read = new Map<string, { readonly all: number; readonly latest: number }>();
  readonly #citations = new Map<string, CitationCount>();

  constructor(log: MemoryLog, index: MemoryIndex, clock: Clock) {
    this.#log = log;
    this.#index = index;
    this.#clock = clock;
  }

  /** Starts after one that is running, since what that read may be older than the call. Gives how strong each memory is. */
  async follow(userId: string): Promise<Strengths> {
    const previous: Promise<unknown> = this.#running.get(userId) ?? Promise.resolve();
    const next = previous.catch(() => undefined).then(() => this.#sync(userId));
    this.#running.set(userId, next);
    try {
      return await next;
    } finally {
      if (this.#running.get(userId) === next) this.#running.delete(userId);
    }
  }

  forget(userId: string): void {
    this.#citations.delete(userId);
    this.#read.delete(userId);
  }

  async #sync(userId: string): Promise<Strengths> {
    const user = this.#log.of(userId);
    const erasures = await erasuresOf(user);
    let state = await this.#index.state(userId);
    if (state && state.erasures !== erasures) {
      await this.#index.drop(userId);
      this.forget(userId);
      state = undefined;
    }
    const records = (
      await Promise.all(KINDS.map((kind) => user.list(kind, state && { recordedAt: this.#since(userId, state.watermark) })))
    ).flat();
    // An erase that ran meanwhile: what was read may be gone.
    if ((await erasuresOf(user)) !== erasures) return this.#sync(userId);
    const watermark = records.reduce((latest, { recordedAt }) => Math.max(latest, recordedAt), state?.watermark ?? 0);
    const before = watermark === state?.watermark ? (this.#read.get(userId)?.latest ?? 0) : 0;
    this.#read.set(userId, {
      all: records.length,
      latest: Math.max(before, records.filter(({ recordedAt }) => recordedAt === watermark).length),
    });
    await this.#index.put(userId, records, { watermark, erasures });
    const citations = this.#citations.get(userId) ?? new CitationCount();
    if (state || records.length > 0) this.#citations.set(userId, citations);
    return citations.follow(user);
  }

  #since(userId: string, watermark: number): Record<string, number> {
    const { all, latest } = this.#read.get(userId) ?? { all: 0, latest: 0 };
    const overlap = this.#clock.now() - (all > LARGE ? SHORT_OVERLAP_MS : OVERLAP_MS);
    if (overlap <= watermark) return { $gte: overlap };
    // Clocks that stand still, or count coarsely, give many records one time.
    return latest > LARGE ? { $gt: watermark } : { $gte: watermark };
  }
}

const erasuresOf = async (user: UserLog): Promise<string> => JSON.stringify((await user.get("meta", "erasures")) ?? null);
