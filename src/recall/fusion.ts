import type { MemoryId } from "../domain/record.js";

/** A candidate's score by part; parts add up to it. */
export type Parts = Readonly<Record<string, number>>;
export const total = (parts: Parts): number => Object.values(parts).reduce((sum, value) => sum + value, 0);

/**
 * Adds likeness in meaning to lexical scores. Cosines crowd together and their level depends on the model, so they count by
 * how far they stand above the least of those nearest, on the scale of the best lexical score.
 */
export function fuse(lexical: ReadonlyMap<MemoryId, Parts>, nearest: readonly (readonly [id: MemoryId, cosine: number])[], weight: number): Map<MemoryId, Parts> {
  const fused = new Map(lexical);
  const [best, least] = [nearest[0]?.[1] ?? 0, nearest.at(-1)?.[1] ?? 0];
  const scale = weight * Math.max(1, ...[...lexical.values()].map(total));
  for (const [id, cosine] of nearest) {
    if (cosine <= 0) break;
    const share = best > least ? (cosine - least) / (best - least) : 1;
    fused.set(id, { ...lexical.get(id), meaning: share * scale });
  }
  return fused;
}
