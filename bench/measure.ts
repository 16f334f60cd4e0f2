/** Times in ms; percentiles are taken from the sorted sample, without interpolation. */
export interface Sample {
  readonly p50: number;
  readonly p95: number;
  readonly n: number;
}

export function summarise(times: readonly number[]): Sample {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), n: sorted.length };
}

/** The two in turn, so that whatever else the machine does falls on both. */
export async function interleave<A, B>(rounds: number, a: (i: number) => Promise<A>, b: (i: number) => Promise<B>): Promise<[A[], B[]]> {
  const as: A[] = [];
  const bs: B[] = [];
  for (let i = 0; i < rounds; i++) {
    as.push(await a(i));
    bs.push(await b(i));
  }
  return [as, bs];
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const times = (a: number, b: number): string => `${(a / b).toFixed(2)}×`;
