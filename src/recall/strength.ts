import type { MemoryId } from "../domain/record.js";
import type { Citation } from "../store/memory-log.js";

/** How often a memory was cited in an answer, and when last. */
export interface Strength {
  readonly times: number;
  readonly last: number;
}
export type Strengths = ReadonlyMap<MemoryId, Strength>;

/** Citations of one user, counted. They are appended one a memory and exchange, so that reading one twice changes nothing. */
export class CitationCount {
  readonly strengths = new Map<MemoryId, Strength>();
  readonly #seen = new Set<string>();

  take(citations: readonly Citation[]): void {
    for (const { memory, exchange, at } of citations) {
      const key = `${memory} ${exchange}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const known = this.strengths.get(memory);
      this.strengths.set(memory, { times: (known?.times ?? 0) + 1, last: Math.max(known?.last ?? at, at) });
    }
  }
}
