import type { ScoreParts } from "../domain/recall.js";
import type { MessageCues, QuestionCues } from "./cues.js";
import type { Role } from "./document.js";

/**
 * One setting for every kind of conversation. Chosen on half of the conversations of each public data set and checked on the
 * other half; what each part adds is in evals/retrieval/README.md.
 */
export const WEIGHTS = {
  /** BM25: how soon a repeated word stops counting, and how much length counts. */
  k1: 1.2,
  b: 0.65,
  /** The date and the speaker of a message, against a word of its text. */
  about: 0.8,
  /** A topic that the question shares with a memory, against a word of the same rarity. */
  topics: 0.85,
  /** Two words of the question side by side. */
  phrase: 0.4,
  /** What the assistant said, unless the question asks for it: long replies hold every word. */
  assistant: 0.2,
  assistantAsked: 0.9,
  firstPerson: 0.3,
  preference: 0.4,
  standing: 1,
  /** A person named in the question is the one who said it. */
  speaker: 0.6,
  /** What was said just before and after, and how that fades with distance. */
  neighbour: 0.35,
  neighbourFade: 0.6,
  neighbourAssistant: 0.25,
  /** The answer to a question that fits. */
  answer: 0.5,
  reach: 2,
  /** A fact that no longer holds keeps its history, behind what replaced it. */
  closed: 0.5,
  window: 0.3,
  /** Strength: cited before, and recent. */
  cited: 0.1,
  recent: 0.03,
  recentHalfLifeDays: 180,
  vector: 0.6,
} as const;
export type Weights = { readonly [Name in keyof typeof WEIGHTS]: number };

export interface Prior {
  readonly role: number;
  readonly cues: number;
  readonly speaker: number;
}

/** What who said it, and how, does to a message's own score: factors. */
export function priorOf(role: Role, message: MessageCues, named: boolean, question: QuestionCues, weights: Weights): Prior {
  if (role === "assistant") return { role: question.toAssistant ? weights.assistantAsked : weights.assistant, cues: 1, speaker: 1 };
  const fit = question.request ? (message.preference ? weights.preference : 0) + (message.standing ? weights.standing : 0) : 0;
  return { role: 1, cues: (1 + weights.firstPerson * message.firstPerson) * (1 + fit), speaker: named ? 1 + weights.speaker : 1 };
}

/** Share of strength that is left after so long. */
export const fading = (age: number, halfLife: number): number => 2 ** (-Math.max(0, age) / halfLife);

/** The parts of a score without those that did nothing. */
export const whyOf = (parts: Readonly<Record<string, number>>): ScoreParts =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => Math.abs(value) > 1e-9));
