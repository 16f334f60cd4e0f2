import { TRAITS, type TraitScores } from "../../src/domain/personality.js";
import { bootstrap, meanOf, type Interval } from "../qa/statistics.js";
import { ESTIMATORS, type Estimator } from "./estimators.js";
import { simulateUser, type Drift, type SimulatedUser, type UserOptions } from "./users.js";

/** Root mean square distance over the five traits, in points of the scale from 1 to 5. */
export const distance = (a: TraitScores, b: TraitScores): number => Math.sqrt(meanOf(TRAITS.map((trait) => (a[trait] - b[trait]) ** 2)));

/** Traits that changed by at least this count for the lag. */
const CHANGED = 1;

/** Turns from the change until the belief has come half of the way from the old value to the new, for each trait that changed; Infinity: never. */
export function lags({ truth, change }: SimulatedUser, beliefs: readonly TraitScores[]): number[] {
  if (change === undefined) return [];
  return TRAITS.flatMap((trait) => {
    const [before, after] = [truth[change - 1]![trait], truth[change]![trait]];
    if (Math.abs(after - before) < CHANGED) return [];
    const half = (before + after) / 2;
    const there = beliefs.findIndex((belief, turn) => turn >= change && (after > before ? belief[trait] >= half : belief[trait] <= half));
    return there < 0 ? Infinity : there - change;
  });
}

/** How restless a belief is about somebody who does not change: its mean movement a turn, over the second half. */
export function restlessness(beliefs: readonly TraitScores[]): number {
  const later = beliefs.slice(Math.floor(beliefs.length / 2));
  return meanOf(later.slice(1).map((belief, n) => meanOf(TRAITS.map((trait) => Math.abs(belief[trait] - later[n]![trait])))));
}

export interface Row {
  readonly estimator: string;
  /** Mean distance to the truth after each turn. */
  readonly curve: readonly number[];
  readonly final: Interval;
  readonly restless: Interval;
  readonly lag: { readonly median: number; readonly reached: number; readonly n: number } | undefined;
}

export interface Experiment {
  readonly drift: Drift;
  readonly rows: readonly Row[];
}

export interface StudyOptions {
  readonly users: number;
  readonly turns: number;
  readonly noise: number;
  readonly evidence: number;
  readonly seed: number;
}

/** The estimators over the same users, whose traits are known because they are made up. */
export function experiment(drift: Drift, { users, ...options }: StudyOptions): Experiment {
  const people = Array.from({ length: users }, (_, n) =>
    simulateUser({ ...options, drift, seed: options.seed * 100_003 + n } satisfies UserOptions),
  );
  return { drift, rows: Object.entries(ESTIMATORS).map(([name, estimator]) => rowOf(name, estimator, people)) };
}

function rowOf(estimator: string, estimate: Estimator, people: readonly SimulatedUser[]): Row {
  const all = people.map((user) => ({ user, beliefs: estimate(user.observations) }));
  const distances = all.map(({ user, beliefs }) => beliefs.map((belief, turn) => distance(belief, user.truth[turn]!)));
  const turns = people[0]?.truth.length ?? 0;
  const delays = all.flatMap(({ user, beliefs }) => lags(user, beliefs)).sort((a, b) => a - b);
  return {
    estimator,
    curve: Array.from({ length: turns }, (_, turn) => meanOf(distances.map((row) => row[turn]!))),
    final: bootstrap(distances.map((row) => [row.at(-1)!])),
    restless: bootstrap(all.map(({ beliefs }) => [restlessness(beliefs)])),
    lag:
      delays.length === 0
        ? undefined
        : { median: delays[delays.length >> 1]!, reached: delays.filter(Number.isFinite).length / delays.length, n: delays.length },
  };
}

/** Mean distance in the end of people who do not change, by how noisy their messages are. */
export const NOISES = [0.25, 0.5, 1, 1.5, 2];
export const noiseSweep = (options: StudyOptions): { readonly noise: number; readonly final: Readonly<Record<string, number>> }[] =>
  NOISES.map((noise) => ({
    noise,
    final: Object.fromEntries(experiment("still", { ...options, noise }).rows.map(({ estimator, final }) => [estimator, final.mean])),
  }));
