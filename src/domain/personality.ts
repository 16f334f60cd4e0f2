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

/** One observation and the personality after it. */
export interface PersonalityStep {
  readonly seen: Observation;
  readonly after: Personality;
}

/**
 * The way of a personality through a set of observations, starting from `start`. They are taken in the order of event time
 * and then message key, whatever order they arrive in; an observation given twice counts once.
 */
export function personalitySteps(observations: Iterable<Observation>, start: Personality = UNKNOWN_PERSONALITY): PersonalityStep[] {
  const once = new Map([...observations].map((seen) => [seen.message, seen]));
  const inOrder = [...once.values()].sort((a, b) => a.at - b.at || (a.message < b.message ? -1 : 1));
  let after = start;
  return inOrder.map((seen) => ({ seen, after: (after = observe(after, seen)) }));
}

/** The personality that they amount to. */
export const foldPersonality = (observations: Iterable<Observation>, start: Personality = UNKNOWN_PERSONALITY): Personality =>
  personalitySteps(observations, start).at(-1)?.after ?? start;
