import fc from "fast-check";
import { alpha, foldPersonality, NEUTRAL_SCORES, observe, TRAITS, UNKNOWN_PERSONALITY, type Observation } from "./personality.js";

const seen = (message: string, at: number, openness: number): Observation => ({ message, at, scores: { ...NEUTRAL_SCORES, openness } });

describe("the personality evolving mechanism", () => {
  it("gives the worked values of the paper", () => {
    const first = observe(UNKNOWN_PERSONALITY, seen("a", 1, 5));
    expect(first.scores.openness).toBe(4);
    const second = observe(first, seen("b", 2, 5));
    expect(second.scores.openness).toBeCloseTo(4.4996, 4);
    expect([alpha(0), alpha(50), alpha(1000)]).toEqual([0.5, 0.1, 0.1]);
    expect(alpha(25)).toBeCloseTo(0.3, 12);
  });

  it("leaves every trait that shows nothing as it is, but counts the turn", () => {
    const before = { scores: { ...NEUTRAL_SCORES, neuroticism: 4.2 }, turns: 7, at: 1 };
    expect(observe(before, seen("n", 2, 3))).toEqual({ ...before, turns: 8, at: 2 });
  });

  const observations = fc.uniqueArray(
    fc.record({
      message: fc.string({ minLength: 1, maxLength: 8 }),
      at: fc.integer({ min: 0, max: 50 }),
      scores: fc.record(
        Object.fromEntries(TRAITS.map((trait) => [trait, fc.integer({ min: 1, max: 5 })])) as Record<
          (typeof TRAITS)[number],
          fc.Arbitrary<number>
        >,
      ),
    }),
    { selector: ({ message }) => message, maxLength: 80 },
  );

  it("comes to the same digits in any order of arrival, and when observations are delivered twice", () => {
    fc.assert(
      fc.property(observations, fc.infiniteStream(fc.nat()), (list, dice) => {
        const shuffled = list.map((entry) => [dice.next().value as number, entry] as const).sort((a, b) => a[0] - b[0]);
        const replayed = [...shuffled.map(([, entry]) => entry), ...list.slice(0, 5)];
        expect(foldPersonality(replayed)).toEqual(foldPersonality(list));
      }),
    );
  });

  it("stays between 1 and 5", () => {
    fc.assert(
      fc.property(observations, (list) => {
        for (const score of Object.values(foldPersonality(list).scores)) expect(score >= 1 && score <= 5).toBe(true);
      }),
    );
  });
});
