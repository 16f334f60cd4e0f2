import type { MemoryId } from "../../domain/record.js";
import type { Analysed } from "../analysed.js";
import { UserIndex } from "../user-index.js";
import { versionOf, type Part } from "./engine.js";

/**
 * Memories of one user that a question was about, so that the next one need not read them again: reading them costs an engine more than
 * finding them. Whoever holds this follows the user's log and says here what changed, so that none is ever out of date.
 */
export class Kept {
  readonly #rows = new Map<MemoryId, Analysed>();
  /** Over some of the rows, as they are. */
  #index: UserIndex | undefined;

  /** `current` names the version of what was written since the log is followed. */
  constructor(private readonly current: (id: MemoryId) => string | undefined) {}

  get size(): number {
    return this.#rows.size;
  }

  /** Those that are there, in no order. */
  async read(part: Part, ids: readonly MemoryId[]): Promise<readonly Analysed[]> {
    const missing = ids.filter((id) => !this.#rows.has(id));
    const read = missing.length > 0 ? await part.rows(missing) : [];
    const here = new Map(read.map((row) => [row.id, row]));
    // What was changed meanwhile is on its way into the engine, and waits to be read again.
    for (const row of read) if ((this.current(row.id) ?? versionOf(row)) === versionOf(row)) this.#rows.set(row.id, row);
    if (read.length > 0) this.#index = undefined;
    return ids.flatMap((id) => here.get(id) ?? this.#rows.get(id) ?? []);
  }

  /** An index over these, which `read` gave: the one of the last time while they are the same. */
  indexOf(memories: readonly Analysed[]): UserIndex {
    const kept = memories.every((memory) => this.#rows.get(memory.id) === memory);
    const last = this.#index;
    if (kept && last?.size === memories.length && memories.every(({ id }) => last.placeOf(id) !== undefined)) return last;
    const index = new UserIndex();
    for (const memory of memories) index.place(memory);
    if (kept) this.#index = index;
    return index;
  }

  forget(ids: Iterable<MemoryId>): void {
    for (const id of ids) {
      this.#rows.delete(id);
      this.#index = undefined;
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#index = undefined;
  }
}
