import type { Costs } from "./costs.js";
import { turnsOf, type Load } from "./load.js";
import { monthly, PRICES } from "./price.js";
import { simulate } from "./simulate.js";

const load: Load = { users: 2_000, daily: 0.5, turns: 10, peak: 3, memories: 1_000, skew: 1.2 };
const costs: Costs = { warm: { base: 1, each: 0 }, cold: { base: 10, each: 0 }, bytes: { base: 1_000, each: 0 }, turn: 20 };
const roomy = { cache: 1e9, network: 0 };

describe("the load", () => {
  const turns = turnsOf(load, 2, 1);

  it("has as many turns as users, habits and peak say, in the order they come", () => {
    expect(turns.length / ((2_000 * 0.5 * 10 * 3 * 2) / 24)).toBeCloseTo(1, 0);
    expect(turns.map(({ at }) => at)).toEqual(turns.map(({ at }) => at).sort((a, b) => a - b));
    expect(turnsOf(load, 2, 1)).toEqual(turns);
  });

  it("is skewed: a tenth of the users send about half of it", () => {
    const many = turnsOf({ ...load, daily: 1, turns: 100 }, 2, 2);
    const counts = new Map<number, number>();
    for (const { user } of many) counts.set(user, (counts.get(user) ?? 0) + 1);
    const busiest = [...counts.values()].sort((a, b) => b - a).slice(0, 200);
    expect(busiest.reduce((a, b) => a + b) / many.length).toBeCloseTo(0.47, 1);
  });
});

describe("the fleet", () => {
  const turns = turnsOf(load, 2, 1);

  it("answers at once when nobody waits: warm in warm time, cold in cold time", () => {
    const { p50, p99, hitRate } = simulate(turns, costs, { workers: 4, routing: "user", ...roomy }, 1);
    expect(p50).toBeCloseTo(1);
    expect(p99).toBeGreaterThanOrEqual(10);
    expect(hitRate).toBeGreaterThan(0.7);
  });

  it("grows a queue without end when a thread has more to do than time", () => {
    const { busiest, p50 } = simulate(turns, { ...costs, turn: 5_000 }, { workers: 1, routing: "user", ...roomy }, 1);
    expect(busiest).toBeGreaterThan(1);
    expect(p50).toBeGreaterThan(10_000);
  });

  it("finds fewer indexes at hand where any worker may be asked, and none where nothing is kept", () => {
    const hits = (routing: "user" | "any", cache = 1e9) => simulate(turns, costs, { workers: 4, routing, cache, network: 0 }, 1).hitRate;
    expect(hits("any")).toBeLessThan(hits("user"));
    expect(hits("user", 1_000)).toBeLessThan(0.5);
  });
});

it("prices a user as the sum of its parts, mostly the model", () => {
  const { total, models, ...rest } = monthly({ ...load, users: 1_000_000 }, 3, 512, PRICES);
  expect(total).toBeCloseTo(models + rest.compute + rest.database + rest.storage);
  expect(models / total).toBeGreaterThan(0.9);
});
