import {
  NEUTRAL,
  NEUTRAL_SCORES,
  observe,
  TRAITS,
  UNKNOWN_PERSONALITY,
  type Observation,
  type TraitScores,
} from "../../src/domain/personality.js";

/** What an estimator believes after each observation. */
export type Estimator = (observations: readonly Observation[]) => TraitScores[];

/** One number for each trait from its observations alone; what shows nothing leaves it as it is, but time goes on. */
function each(make: () => (seen: number | undefined) => number): Estimator {
  return (observations) => {
    const states = TRAITS.map((trait) => [trait, make()] as const);
    return observations.map(
      ({ scores }) =>
        Object.fromEntries(
          states.map(([trait, next]) => [trait, next(scores[trait] === NEUTRAL ? undefined : scores[trait])]),
        ) as unknown as TraitScores,
    );
  };
}

/** Ours: the personality evolving mechanism of PersonaVLM, as src/domain/personality.ts folds it. */
const pem: Estimator = (observations) => {
  let belief = UNKNOWN_PERSONALITY;
  return observations.map((seen) => (belief = observe(belief, seen)).scores);
};

/** Another setting of it: the weight falls from `from` to `to` over `span` turns; a turn is a message, or only one that shows the trait. */
export const ema = (from: number, to: number, span: number, turn: "message" | "evidence"): Estimator =>
  each(() => {
    let [value, turns] = [NEUTRAL, 0];
    return (seen) => {
      const weight = to + ((from - to) * (1 + Math.cos((Math.PI * Math.min(turns, span)) / span))) / 2;
      if (seen !== undefined) value += weight * (seen - value);
      if (seen !== undefined || turn === "message") turns++;
      return value;
    };
  });
const constant = (weight: number): Estimator => ema(weight, weight, 1, "message");

const mean: Estimator = each(() => {
  let [sum, n] = [0, 0];
  return (seen) => {
    if (seen !== undefined) [sum, n] = [sum + seen, n + 1];
    return n === 0 ? NEUTRAL : sum / n;
  };
});

const last: Estimator = each(() => {
  let value = NEUTRAL;
  return (seen) => (value = seen ?? value);
});

/** Variances of the Kalman filter: of a person before anything is known, of a step a turn, of an observation. The same in all cases. */
const PRIOR = 0.81;
const STEP = 0.002;
const OBSERVATION = 1;

/** A Kalman filter for a level that wanders (R. E. Kalman, 1960): its weight follows from how uncertain it is. */
const kalman: Estimator = each(() => {
  let [value, variance] = [NEUTRAL, PRIOR];
  return (seen) => {
    variance += STEP;
    if (seen !== undefined) {
      const gain = variance / (variance + OBSERVATION);
      value += gain * (seen - value);
      variance *= 1 - gain;
    }
    return value;
  };
});

export const ESTIMATORS: Readonly<Record<string, Estimator>> = {
  "ours (PEM: EMA, 0.5 to 0.1)": pem,
  "EMA, counting evidence only": ema(0.5, 0.1, 50, "evidence"),
  "EMA, 0.5 to 0.05": ema(0.5, 0.05, 50, "message"),
  "EMA, 0.1 always": constant(0.1),
  "EMA, 0.3 always": constant(0.3),
  "plain mean": mean,
  "last value": last,
  "Kalman filter": kalman,
};

/** What is believed in the end; of no observation, the neutral scores. */
export const finalOf = (estimator: Estimator, observations: readonly Observation[]): TraitScores =>
  estimator(observations).at(-1) ?? NEUTRAL_SCORES;
