import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { answerFrom } from "./answer.js";
import type { Embedder } from "./embedder.js";
import { textOf, type IndexAnswer, type IndexQuery, type IndexState, type MemoryIndex } from "./index-port.js";
import { WEIGHTS, type Weights } from "./ranking.js";
import type { SnapshotStore } from "./snapshot-store.js";
import { UserIndex } from "./user-index.js";

export interface LocalIndexOptions {
  readonly embedder?: Embedder | undefined;
  readonly weights?: Weights;
  /** Indexes of users who were not asked for lately are given up beyond this, and built again when they are. Default 512 MB. */
  readonly maxBytes?: number;
  /** Where indexes are kept over a restart. */
  readonly snapshots?: SnapshotStore | undefined;
  /** Reads records from the log; without it the index keeps them. */
  readonly read?: ((userId: string, ids: readonly MemoryId[]) => Promise<readonly (MemoryRecord | undefined)[]>) | undefined;
}

interface Held {
  index: UserIndex;
  state: IndexState;
  /** As last counted, embeddings included. */
  bytes: number;
  /** Memories that were analysed since the last snapshot. */
  unsaved: number;
  /** Of the snapshots, before the log was last read: one that saw no erase since may be replaced. */
  generation: number;
  /** Whether all memories were compared with their embeddings. */
  compared: boolean;
}

/** A snapshot is written again when this share of the memories, and at least so many, are not in it. */
const UNSAVED_SHARE = 0.1;
const UNSAVED_LEAST = 100;

/** Exact search in memory, one index a user: nobody's words weigh on another's, and erasing is dropping. */
export class LocalIndex implements MemoryIndex {
  readonly name: string;
  /** In the order of use, the longest unused first. */
  readonly #users = new Map<string, Held>();
  readonly #options: LocalIndexOptions;
  readonly #embedder: Embedder | undefined;
  readonly #weights: Weights;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(options: LocalIndexOptions = {}) {
    this.#options = options;
    this.#embedder = options.embedder;
    this.name = `local ${options.embedder?.model ?? "words"}`;
    this.#weights = options.weights ?? WEIGHTS;
    this.#maxBytes = options.maxBytes ?? 512 * 2 ** 20;
  }

  async state(userId: string): Promise<IndexState | undefined> {
    const { snapshots } = this.#options;
    const held = this.#use(userId) ?? this.#restore(userId);
    if (held && snapshots) held.generation = snapshots.generation(userId);
    return held?.state;
  }

  async put(userId: string, records: readonly MemoryRecord[], state: IndexState): Promise<void> {
    const held = this.#use(userId) ?? this.#begin(userId, state);
    if (held.index.worn) held.index = held.index.compacted();
    const fresh = records.filter((record) => !held.index.has(record));
    for (const record of fresh) held.index.put(record);
    held.state = state;
    held.unsaved += fresh.length;
    if (this.#embedder) await this.#embed(userId, held, this.#embedder, fresh);
    if (fresh.length > 0) this.#makeRoom(userId, held);
  }

  async remove(userId: string, ids: readonly MemoryId[]): Promise<void> {
    const held = this.#use(userId);
    for (const id of ids) held?.index.remove(id);
    this.#embedder?.remove(userId, ids);
  }

  async size(userId: string): Promise<number> {
    return this.#users.get(userId)?.index.size ?? 0;
  }

  async search(userId: string, query: IndexQuery): Promise<IndexAnswer> {
    const held = this.#use(userId);
    if (!held || held.index.size === 0) return { candidates: [], total: 0, inWindow: 0 };
    const nearest = this.#embedder ? await this.#embedder.nearest(userId, textOf(query), query.limit) : [];
    return answerFrom(held.index, nearest, query, this.#weights);
  }

  async drop(userId: string): Promise<void> {
    this.#release(userId);
    this.#embedder?.drop(userId);
    this.#options.snapshots?.drop(userId);
  }

  async settled(userId: string): Promise<void> {
    await this.#embedder?.settled(userId);
  }

  async save(userId: string): Promise<void> {
    const held = this.#users.get(userId);
    const { snapshots } = this.#options;
    if (!held || !snapshots || held.unsaved < Math.max(UNSAVED_LEAST, held.index.size * UNSAVED_SHARE)) return;
    // What was removed leaves no word behind.
    if (held.index.size < held.index.length) held.index = held.index.compacted();
    snapshots.save(userId, held.generation, held.state, held.index.columns());
    held.unsaved = 0;
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

  #begin(userId: string, state: IndexState, index = new UserIndex({ keep: !this.#options.read })): Held {
    const generation = this.#options.snapshots?.generation(userId) ?? 0;
    const held: Held = { index, state, bytes: 0, unsaved: 0, generation, compared: false };
    this.#users.set(userId, held);
    return held;
  }

  #restore(userId: string): Held | undefined {
    const found = this.#options.snapshots?.load(userId);
    if (!found) return undefined;
    const held = this.#begin(userId, found.state, new UserIndex({ columns: found.columns }));
    this.#makeRoom(userId, held);
    return held;
  }

  async #embed(userId: string, held: Held, embedder: Embedder, fresh: readonly MemoryRecord[]): Promise<void> {
    let wanted = fresh;
    if (!held.compared || embedder.lacks(userId)) {
      const known = new Map(fresh.map((record) => [record.id, record]));
      const missing = embedder.missing(userId, [...held.index.ids()]);
      const others = missing.filter((id) => !known.has(id));
      const read = await this.#options.read?.(userId, others);
      const kept = read ?? others.map((id) => held.index.memoryAt(held.index.placeOf(id)!).record);
      wanted = [...fresh, ...kept.filter((record) => record !== undefined)];
      held.compared = true;
    }
    // Also with nothing new: what could not be embedded before is tried again.
    embedder.follow(userId, wanted);
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
