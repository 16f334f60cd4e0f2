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

const constant = (weight: number): Estimator =>
  each(() => {
    let value = NEUTRAL;
    return (seen) => (seen === undefined ? value : (value += weight * (seen - value)));
  });

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
  "EMA, 0.1 always": constant(0.1),
  "plain mean": mean,
  "last value": last,
  "Kalman filter": kalman,
};

/** What is believed in the end; of no observation, the neutral scores. */
export const finalOf = (estimator: Estimator, observations: readonly Observation[]): TraitScores =>
  estimator(observations).at(-1) ?? NEUTRAL_SCORES;
