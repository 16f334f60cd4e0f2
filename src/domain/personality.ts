/**
 * The Personality Evolving Mechanism of PersonaVLM (arXiv 2604.13074): Big Five traits from 1 to 5, 3 at the start, each an
 * exponential moving average whose weight for a new observation falls from 0.5 to 0.1 over 50 turns.
 */
export const TRAITS = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"] as const;
export type Trait = (typeof TRAITS)[number];
export type TraitScores = Readonly<Record<Trait, number>>;

/** What one message showed: an integer from 1 to 5 for every trait; 3 means no evidence. */
export interface Observation {
  /** Key of the user's message. */
  readonly message: string;
  readonly at: number;
  readonly scores: TraitScores;
}

export interface Personality {
  readonly scores: TraitScores;
  /** User messages taken into account, neutral ones too. */
  readonly turns: number;
  /** Event time of the last of them; 0 when there is none. */
  readonly at: number;
}

export const NEUTRAL = 3;
export const NEUTRAL_SCORES: TraitScores = Object.freeze(
  Object.fromEntries(TRAITS.map((trait) => [trait, NEUTRAL])) as Record<Trait, number>,
);
export const UNKNOWN_PERSONALITY: Personality = Object.freeze({ scores: NEUTRAL_SCORES, turns: 0, at: 0 });

const ALPHA_MAX = 0.5;
const ALPHA_MIN = 0.1;
const ALPHA_TURNS = 50;

/** The weight of a new observation after `turns` turns: cosine decay from 0.5 to 0.1 (PersonaVLM, PEM). */
export function alpha(turns: number): number {
  return ALPHA_MIN + ((ALPHA_MAX - ALPHA_MIN) * (1 + Math.cos((Math.PI * Math.min(turns, ALPHA_TURNS)) / ALPHA_TURNS))) / 2;
}

/** One step. A trait that was not observed (3) stays as it is; the turn counts all the same. */
export function observe(before: Personality, seen: Observation): Personality {
  const weight = alpha(before.turns);
  const scores = Object.fromEntries(
    TRAITS.map((trait) => {
      const p = before.scores[trait];
      const s = seen.scores[trait];
      return [trait, s === NEUTRAL ? p : (1 - weight) * p + weight * s];
    }),
  ) as Record<Trait, number>;
  return { scores, turns: before.turns + 1, at: seen.at };
}

/** The personality after one message, and what that message showed. */
export interface PersonalityPoint extends Personality {
  /** Key of the user's message. */
  readonly message: string;
  readonly observed: TraitScores;
}

/**
 * How the personality came about, one point an observation, starting from `start`. They are folded in the order of event time
 * and then message key, whatever order they arrive in; an observation given twice counts once.
 */
export function personalityPoints(observations: Iterable<Observation>, start: Personality = UNKNOWN_PERSONALITY): PersonalityPoint[] {
  const once = new Map([...observations].map((seen) => [seen.message, seen]));
  const inOrder = [...once.values()].sort((a, b) => a.at - b.at || (a.message < b.message ? -1 : 1));
  let now = start;
  return inOrder.map((seen) => ({ ...(now = observe(now, seen)), message: seen.message, observed: seen.scores }));
}

/** The personality that a set of observations amounts to: the last point. */
export function foldPersonality(observations: Iterable<Observation>, start: Personality = UNKNOWN_PERSONALITY): Personality {
  const last = personalityPoints(observations, start).at(-1);
  if (!last) return start;
  const { scores, turns, at } = last;
  return { scores, turns, at };
}
