import type { MemoryId } from "../domain/record.js";
import type { Clock } from "../domain/time.js";
import type { MemoryLog, Removed } from "../store/memory-log.js";
import type { IndexState, MemoryIndex } from "./index-port.js";
import { readErasures, readNews, readRecords, type News, type Since } from "./news.js";
import { CitationCount, type Strengths } from "./strength.js";

/** A write may be seen this long after its stamp: it waited for another transaction, or was stamped by a clock that is behind. */
const OVERLAP_MS = 30_000;
/** Reading the overlap again is cheap unless an import lies in it; then it is done at most for a tenth of the time. */
const MANY = 2_000;
const SHARE = 10;

/** What the follower remembers of a user between two readings; the index keeps the rest. */
interface Reading {
  readonly citations: CitationCount;
  /** Removals that were dealt with: those of the overlap are read more than once. */
  readonly removed: Map<MemoryId, number>;
  /** The latest `recordedAt` seen, and how many bear it. */
  latest: number;
  atLatest: number;
  /** Until then (`performance.now()`) the overlap is not read. */
  calmUntil: number;
  /** How far the index was told that it is. One that says less has lost what it was given, and is given it again. */
  through: number;
}

/** Keeps an index at the state of the log: what was written and removed since, by whichever process. */
export class Follower {
  readonly #log: MemoryLog;
  readonly #index: MemoryIndex;
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #readings = new Map<string, Reading>();

  constructor(log: MemoryLog, index: MemoryIndex, clock: Clock) {
    this.#log = log;
    this.#index = index;
    this.#clock = clock;
  }

  /** Starts after one that is running, since what that read may be older than the call. Gives how strong each memory is. */
  async follow(userId: string): Promise<Strengths> {
    const previous: Promise<unknown> = this.#running.get(userId) ?? Promise.resolve();
    const next = previous.then(() => this.#sync(userId));
    // Saved after the answer, and before the next reading: a snapshot holds one state of the log.
    const settled = next
      .then(() => this.#index.save && new Promise((resolve) => setImmediate(resolve)).then(() => this.#index.save!(userId)))
      .catch(() => undefined)
      .finally(() => {
        if (this.#running.get(userId) === settled) this.#running.delete(userId);
      });
    this.#running.set(userId, settled);
    return next;
  }

  /** Resolves when nothing is read or saved. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  forget(userId: string): void {
    this.#readings.delete(userId);
  }

  async #sync(userId: string): Promise<Strengths> {
    const state = await this.#index.state(userId);
    if (!state) return this.#begin(userId);
    const reading = this.#readings.get(userId) ?? begun();
    const calm = performance.now() < reading.calmUntil && state.through >= reading.through;
    const now = this.#clock.now();
    const started = performance.now();
    const since = calm ? afterLatest(reading) : { $gte: state.through - OVERLAP_MS };
    const news = await readNews(this.#log, userId, since, this.#readings.has(userId) ? since : undefined);
    if (news.erasures !== state.erasures) {
      await this.#index.drop(userId);
      return this.#begin(userId);
    }
    if (!calm && news.records.length > MANY) reading.calmUntil = performance.now() + SHARE * (performance.now() - started);
    return this.#take(userId, reading, news, state, { ...state, through: calm ? state.through : now });
  }

  async #begin(userId: string): Promise<Strengths> {
    this.#readings.delete(userId);
    const now = this.#clock.now();
    // An erase that runs meanwhile may leave in `news` what is gone.
    for (let before = await readErasures(this.#log, userId); ;) {
      const news = await readNews(this.#log, userId, undefined, undefined);
      const state = { through: now, erasures: before };
      if (news.erasures === before) return this.#take(userId, begun(), news, state, state);
      before = news.erasures;
    }
  }

  async #take(
    userId: string,
    reading: Reading,
    { records, removed, citations }: News,
    before: IndexState,
    state: IndexState,
  ): Promise<Strengths> {
    const latest = records.reduce((time, { recordedAt }) => Math.max(time, recordedAt), reading.latest);
    const atLatest = records.filter(({ recordedAt }) => recordedAt === latest).length;
    reading.atLatest = latest === reading.latest ? Math.max(reading.atLatest, atLatest) : atLatest;
    reading.latest = latest;
    const fresh = removed.filter(({ id, recordedAt }) => reading.removed.get(id) !== recordedAt);
    // An index that fails before the removals are done is no further than it was.
    await this.#index.put(userId, records, fresh.length > 0 ? before : state);
    const gone = fresh.length > 0 && (await this.#remove(userId, reading, fresh, before));
    if (fresh.length > 0) await this.#index.put(userId, [], state);
    reading.through = state.through;
    reading.citations.take(citations);
    // Nobody is remembered for asking.
    if (records.length > 0 || (await this.#index.size(userId)) > 0) this.#readings.set(userId, reading);
    if (!gone) return reading.citations.strengths;
    // The citations of an answer may have gone with it.
    const { citations: left } = await readNews(this.#log, userId, { $gt: Number.MAX_SAFE_INTEGER }, undefined);
    const recounted: Reading = { ...reading, citations: new CitationCount() };
    recounted.citations.take(left);
    this.#readings.set(userId, recounted);
    return recounted.citations.strengths;
  }

  /** A memory may be removed and written again under the same id: what the log holds now decides. */
  async #remove(userId: string, reading: Reading, fresh: readonly Removed[], state: IndexState): Promise<boolean> {
    const ids = fresh.map(({ id }) => id);
    const found = await readRecords(this.#log, userId, ids);
    const gone = ids.filter((_, i) => found[i] === undefined);
    await this.#index.put(
      userId,
      found.filter((record) => record !== undefined),
      state,
    );
    await this.#index.remove(userId, gone);
    for (const { id, recordedAt } of fresh) reading.removed.set(id, recordedAt);
    for (const [id, recordedAt] of reading.removed) if (recordedAt < state.through - 2 * OVERLAP_MS) reading.removed.delete(id);
    return gone.length > 0;
  }
}

const begun = (): Reading => ({
  citations: new CitationCount(),
  removed: new Map(),
  latest: -Infinity,
  atLatest: 0,
  calmUntil: 0,
  through: -Infinity,
});

/** An import bears one time: it is not read again for the sake of that. */
const afterLatest = ({ latest, atLatest }: Reading): Since => (atLatest > MANY ? { $gt: latest } : { $gte: latest });
