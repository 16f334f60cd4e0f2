import type { Candidate, Memory } from "./index-port.js";

/**
 * Adds likeness in meaning to lexical scores. Cosines crowd together and their level depends on the model, so they count by
 * how far they stand above the least of those nearest, on the scale of the best lexical score.
 */
export function fuse(
  lexical: readonly Candidate[],
  nearest: readonly (readonly [memory: Memory, cosine: number])[],
  weight: number,
): Candidate[] {
  const [best, least] = [nearest[0]?.[1] ?? 0, nearest.at(-1)?.[1] ?? 0];
  if (best <= 0) return [...lexical];
  const scale = weight * Math.max(1, ...lexical.map(({ score }) => score));
  const fused = new Map(lexical.map((candidate) => [candidate.memory.id, candidate]));
  for (const [memory, cosine] of nearest) {
    if (cosine <= 0) break;
    const meaning = (best > least ? (cosine - least) / (best - least) : 1) * scale;
    const { score, parts } = fused.get(memory.id) ?? { score: 0, parts: {} };
    fused.set(memory.id, { memory, score: score + meaning, parts: { ...parts, meaning } });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score);
}
