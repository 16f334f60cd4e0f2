import type { Clock } from "../domain/time.js";
import type { MemoryLog, UserLog } from "../store/memory-log.js";
import type { MemoryIndex } from "./index-port.js";
import { CitationCount, type Strengths } from "./strength.js";

/** Another process stamps a record before its write is seen; within this time records are read again. */
const OVERLAP_MS = 1_000;
const KINDS = ["message", "fact", "episode", "procedure"] as const;

/** Keeps an index at the state of the log: what was written since, by whichever process, and a new beginning after an erase. */
export class Follower {
  readonly #log: MemoryLog;
  readonly #index: MemoryIndex;
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<Strengths>>();
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
    const records = (await Promise.all(KINDS.map((kind) => user.list(kind, state && { recordedAt: this.#since(state.watermark) })))).flat();
    // An erase that ran meanwhile: what was read may be gone.
    if ((await erasuresOf(user)) !== erasures) return this.#sync(userId);
    const watermark = records.reduce((latest, { recordedAt }) => Math.max(latest, recordedAt), state?.watermark ?? 0);
    await this.#index.put(userId, records, { watermark, erasures });
    const citations = this.#citations.get(userId) ?? new CitationCount();
    if (state || records.length > 0) this.#citations.set(userId, citations);
    return citations.follow(user);
  }

  #since(watermark: number): Record<string, number> {
    const overlap = this.#clock.now() - OVERLAP_MS;
    return overlap > watermark ? { $gt: watermark } : { $gte: overlap };
  }
}

const erasuresOf = async (user: UserLog): Promise<string> => JSON.stringify((await user.get("meta", "erasures")) ?? null);
