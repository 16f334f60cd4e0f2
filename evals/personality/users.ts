import { TRAITS, type Observation, type TraitScores } from "../../src/domain/personality.js";
import { randoms } from "../qa/statistics.js";

/** How a simulated person changes: not at all, all at once in the middle, or steadily all the time. */
export type Drift = "still" | "step" | "drift";

export interface UserOptions {
  readonly drift: Drift;
  readonly turns: number;
  /** Standard deviation of what a message shows about its author, before it is rounded to an integer. */
  readonly noise: number;
  /** Share of messages that show anything of a trait. */
  readonly evidence: number;
  readonly seed: number;
}

/** A simulated user: who they are at every turn, and what each message seems to show of it. Nothing here is about real people. */
export interface SimulatedUser {
  readonly truth: readonly TraitScores[];
  readonly observations: readonly Observation[];
  /** The turn of the step, if there is one. */
  readonly change: number | undefined;
}

const clip = (value: number): number => Math.min(5, Math.max(1, value));

/**
 * A user whose traits are known: each drawn from a normal distribution around 3 (standard deviation 0.9) within 1 to 5, once more for
 * the end where they change. A message shows a trait with probability `evidence`, as the true value plus noise, rounded; a 3 says nothing, as
 * in the method itself. That the middle of the scale cannot be observed is a property of the method, not of the simulation.
 */
export function simulateUser({ drift, turns, noise, evidence, seed }: UserOptions): SimulatedUser {
  const random = randoms(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = (): TraitScores => Object.fromEntries(TRAITS.map((trait) => [trait, clip(3 + 0.9 * normal())])) as unknown as TraitScores;
  const [begin, end] = [draw(), draw()];
  const change = drift === "step" ? Math.floor(turns / 2) : undefined;
  const share = (turn: number): number =>
    drift === "still" ? 0 : drift === "step" ? (turn >= change! ? 1 : 0) : turn / Math.max(1, turns - 1);
  const truth = Array.from({ length: turns }, (_, turn) => mixed(begin, end, share(turn)));
  const observations = truth.map((scores, turn) => ({
    message: String(turn).padStart(6, "0"),
    at: turn,
    scores: Object.fromEntries(
      TRAITS.map((trait) => {
        // Drawn in every case, so that users of another evidence or noise are the same people.
        const [shows, error] = [random(), normal()];
        return [trait, shows < evidence ? Math.round(clip(scores[trait] + noise * error)) : 3];
      }),
    ) as unknown as TraitScores,
  }));
  return { truth, observations, change };
}

const mixed = (a: TraitScores, b: TraitScores, share: number): TraitScores =>
  Object.fromEntries(TRAITS.map((trait) => [trait, (1 - share) * a[trait] + share * b[trait]])) as unknown as TraitScores;
