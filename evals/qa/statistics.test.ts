import { describe, expect, test } from "@jest/globals";
import { bootstrap, percentile, wilson } from "./statistics.js";

describe("Wilson's interval", () => {
  test("is that of the textbook", () => {
    expect(wilson(8, 10)).toMatchObject({ mean: 0.8, low: expect.closeTo(0.4902, 3), high: expect.closeTo(0.9433, 3) });
    expect(wilson(0, 20)).toMatchObject({ low: 0, high: expect.closeTo(0.1611, 3) });
    expect(wilson(20, 20)).toMatchObject({ low: expect.closeTo(0.8389, 3), high: 1 });
    expect(wilson(0, 0)).toEqual({ mean: NaN, low: NaN, high: NaN, n: 0 });
  });
});

describe("the bootstrap", () => {
  test("is wider over conversations that stand or fall together than over questions apart", () => {
    const together = Array.from({ length: 10 }, (_, n) => Array<number>(20).fill(n % 2));
    const apart = together.flat().map((value) => [value]);
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    expect(bootstrap(together).mean).toBe(0.5);
    expect(width(bootstrap(together))).toBeGreaterThan(3 * width(bootstrap(apart)));
  });
  test("resamples the values where there are too few clusters, and gives the same again", () => {
    const few = [[0, 1, 0, 1, 1, 0, 1, 1]];
    const { low, high } = bootstrap(few);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.7);
    expect(bootstrap(few)).toEqual(bootstrap(few));
    expect(bootstrap([[], []]).n).toBe(0);
  });
  test("says nothing of the certainty of a handful of values", () => {
    expect(bootstrap([[1], [1, 0]])).toEqual({ mean: 2 / 3, low: NaN, high: NaN, n: 3 });
  });
});

test("percentiles are members of the sample", () => {
  expect([percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 0.95), percentile([], 0.5)]).toEqual([2, 3, NaN]);
});
