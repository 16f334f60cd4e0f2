import type { MemoryId } from "../../domain/record.js";
import type { Analysed } from "../analysed.js";
import { versionOf, type Part } from "./engine.js";

/**
 * Memories of one user that a question was about, so that the next one need not read them again: reading them costs an engine more than
 * finding them. Whoever holds this follows the user's log and says here what changed, so that none is ever out of date.
 */
export class Kept {
  readonly #rows = new Map<MemoryId, Analysed>();

  /** `current` names the version of what was written since the log is followed. */
  constructor(private readonly current: (id: MemoryId) => string | undefined) {}

  get size(): number {
    return this.#rows.size;
  }

  /** Those that are there, in no order. */
  async read(part: Part, ids: readonly MemoryId[]): Promise<readonly Analysed[]> {
    const missing = ids.filter((id) => !this.#rows.has(id));
    const read = missing.length > 0 ? await part.rows(missing) : [];
    // What was changed meanwhile is on its way into the engine, and waits to be read again.
    for (const row of read) if ((this.current(row.id) ?? versionOf(row)) === versionOf(row)) this.#rows.set(row.id, row);
    const here = new Map(read.map((row) => [row.id, row]));
    return ids.flatMap((id) => here.get(id) ?? this.#rows.get(id) ?? []);
  }

  forget(ids: Iterable<MemoryId>): void {
    for (const id of ids) this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}
