import type { MemoryId, MemoryRecord } from "../domain/record.js";
import type { Embedder } from "./embedder.js";
import { fuse } from "./fusion.js";
import type { IndexAnswer, IndexQuery, IndexState, MemoryIndex } from "./index-port.js";
import { readQuestion, withSpelling } from "./query.js";
import { WEIGHTS, type Weights } from "./ranking.js";
import { search } from "./search.js";
import { inside } from "./time-window.js";
import { UserIndex } from "./user-index.js";

export interface LocalIndexOptions {
  readonly embedder?: Embedder | undefined;
  readonly weights?: Weights;
  /** Indexes of users who were not asked for lately are given up beyond this, and built again when they are. Default 512 MB. */
  readonly maxBytes?: number;
}

interface Held {
  readonly index: UserIndex;
  state: IndexState;
  /** As last counted, embeddings included. */
  bytes: number;
}

/** Exact search in memory, one index a user: nobody's words weigh on another's, and erasing is dropping. */
export class LocalIndex implements MemoryIndex {
  /** In the order of use, the longest unused first. */
  readonly #users = new Map<string, Held>();
  readonly #embedder: Embedder | undefined;
  readonly #weights: Weights;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ embedder, weights = WEIGHTS, maxBytes = 512 * 2 ** 20 }: LocalIndexOptions = {}) {
    this.#embedder = embedder;
    this.#weights = weights;
    this.#maxBytes = maxBytes;
  }

  async state(userId: string): Promise<IndexState | undefined> {
    return this.#use(userId)?.state;
  }

  async put(userId: string, records: readonly MemoryRecord[], state: IndexState): Promise<void> {
    let held = this.#use(userId);
    if (!held) this.#users.set(userId, (held = { index: new UserIndex(), state, bytes: 0 }));
    if (held.index.worn) held = this.#renew(userId, held);
    const fresh = records.filter((record) => !known(held.index, record));
    for (const record of fresh) held.index.put(record);
    held.state = state;
    // Also with nothing new: what could not be embedded before is tried again.
    this.#embedder?.follow(userId, this.#embedder.lacks(userId) ? held.index.records(() => true) : fresh);
    if (fresh.length > 0) this.#makeRoom(userId, held);
  }

  async search(userId: string, { query, keywords, kinds, exclude, window, limit }: IndexQuery): Promise<IndexAnswer> {
    const held = this.#use(userId);
    if (!held || held.index.size === 0) return { candidates: [], total: 0, inWindow: 0 };
    const nearest = this.#embedder ? await this.#embedder.nearest(userId, [query, ...keywords].join("\n"), limit) : [];
    const { index } = held;
    const fits = (record: MemoryRecord): boolean =>
      kinds.has(record.kind) && !exclude.has(record.id) && (!window || inside(record.at, window));
    const question = withSpelling(
      readQuestion(query, keywords, index.languages()),
      (term) => index.passages.has(term),
      (trigram) => index.spellings(trigram),
    );
    const found = search(index, question, fits, this.#weights, limit);
    const near = nearest.flatMap(([id, cosine]) => {
      const record = index.get(id as MemoryId);
      return record && fits(record) ? [[record, cosine] as const] : [];
    });
    const candidates = fuse(found.best, near, this.#weights.vector);
    const matched = Math.max(found.total, candidates.length);
    if (!window) return { candidates, total: matched, inWindow: 0 };
    const inWindow = index.records(fits);
    const known = new Set(candidates.map(({ record }) => record.id));
    const others = inWindow.filter(({ id }) => !known.has(id)).sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
    return {
      candidates: [...candidates, ...others.slice(0, limit).map((record) => ({ record, score: 0, parts: {} }))],
      total: inWindow.length,
      inWindow: inWindow.length,
    };
  }

  async drop(userId: string): Promise<void> {
    this.#release(userId);
    this.#embedder?.drop(userId);
  }

  async close(): Promise<void> {
    this.#users.clear();
    this.#bytes = 0;
    await this.#embedder?.close();
  }

  #use(userId: string): Held | undefined {
    const held = this.#users.get(userId);
    if (held) {
      this.#users.delete(userId);
      this.#users.set(userId, held);
    }
    return held;
  }

  #renew(userId: string, held: Held): Held {
    const index = new UserIndex();
    for (const record of held.index.records(() => true)) index.put(record);
    const renewed = { ...held, index };
    this.#users.set(userId, renewed);
    return renewed;
  }

  #makeRoom(userId: string, held: Held): void {
    const bytes = held.index.bytes + (this.#embedder?.bytes(userId) ?? 0);
    this.#bytes += bytes - held.bytes;
    held.bytes = bytes;
    for (const id of this.#users.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      if (id !== userId) this.#release(id);
    }
  }

  #release(userId: string): void {
    this.#bytes -= this.#users.get(userId)?.bytes ?? 0;
    this.#users.delete(userId);
    this.#embedder?.release(userId);
  }
}

function known(index: UserIndex, record: MemoryRecord): boolean {
  const held = index.get(record.id);
  return held !== undefined && held.version === record.version && held.recordedAt === record.recordedAt;
}
