export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}
const NONE: Interval = { mean: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 };
const Z = 1.959964;

/** Wilson's 95% score interval of a share (E. B. Wilson, 1927): holds for few cases and for shares near 0 and 1. */
export function wilson(right: number, n: number): Interval {
  if (n === 0) return NONE;
  const p = right / n;
  const z2 = Z * Z;
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { mean: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half), n };
}

/** A generator of numbers in [0, 1) that gives the same ones again (mulberry32). */
export function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Fewer clusters than this cannot be resampled with any sense. */
export const ENOUGH_CLUSTERS = 5;

/**
 * The 95% percentile bootstrap of a mean (B. Efron, 1979), resampling whole clusters: questions about one conversation stand or fall
 * together. With fewer than five clusters it resamples the values themselves, and of fewer than five values it gives no interval (NaN): a
 * single value would be certain of itself. 1,000 samples; a fixed seed, so that a report repeated is the same.
 */
export function bootstrap(clusters: readonly (readonly number[])[], { samples = 1000, seed = 1 } = {}): Interval {
  const filled = clusters.filter((values) => values.length > 0);
  const units = filled.length >= ENOUGH_CLUSTERS ? filled : filled.flat().map((value) => [value]);
  const full = units.map((values) => ({ sum: values.reduce((a, b) => a + b, 0), n: values.length }));
  const n = full.reduce((sum, cluster) => sum + cluster.n, 0);
  if (n === 0) return NONE;
  const mean = full.reduce((sum, cluster) => sum + cluster.sum, 0) / n;
  if (full.length < ENOUGH_CLUSTERS) return { mean, low: Number.NaN, high: Number.NaN, n };
  const random = randoms(seed);
  const means = Array.from({ length: samples }, () => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < full.length; i++) {
      const drawn = full[Math.floor(random() * full.length)]!;
      sum += drawn.sum;
      count += drawn.n;
    }
    return sum / count;
  }).sort((a, b) => a - b);
  const at = (share: number): number => means[Math.min(samples - 1, Math.floor(samples * share))]!;
  return { mean, low: at(0.025), high: at(0.975), n };
}

/** Without interpolation; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
