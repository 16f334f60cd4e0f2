import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { extractPrompt } from "../../prompts/extract.js";
import { NEUTRAL, TRAITS, type Observation, type Trait, type TraitScores } from "../../src/domain/personality.js";
import { extractWith } from "../prompts/cases.js";
import { forEachAtMost } from "../qa/pool.js";
import { bootstrap, meanOf, type Interval } from "../qa/statistics.js";
import { ESTIMATORS, finalOf } from "./estimators.js";
import type { LabelledTexts } from "./labelled-text.js";

/** Characters of one message that a text is cut into. */
const MESSAGE = 800;

export interface LabelledRow {
  readonly estimator: string;
  readonly trait: Trait;
  /** Correlation with the label (Pearson's r), which needs two different labels. */
  readonly correlation: number;
  /** Of texts that got a score other than 3: the share on the right side of it. */
  readonly side: Interval;
}

export interface LabelledStudy {
  readonly rows: readonly LabelledRow[];
  readonly texts: number;
  readonly messages: number;
  /** Messages that the model gave no usable answer to; they count as showing nothing. */
  readonly failed: number;
  /** Share of observations that show something. */
  readonly evidence: number;
}

/** Reads each text as its author's messages, infers the traits with our own prompt, and compares what the estimators come to with the labels. */
export async function labelledStudy(
  { texts }: LabelledTexts,
  model: BaseChatModel,
  { parallel = 4, onText = (): void => {} } = {},
): Promise<LabelledStudy> {
  const seen = new Map<number, readonly Observation[]>();
  let failed = 0;
  await forEachAtMost(parallel, texts.entries(), async ([n, { text }]) => {
    const observations: Observation[] = [];
    for (const [turn, message] of messagesOf(text).entries()) {
      const prompt = extractPrompt({ known: [], context: [], messages: [[1, "user", "", message]] });
      const scores = await extractWith(model, prompt).then(
        ({ traits }) => traits as TraitScores,
        () => void failed++,
      );
      if (scores) observations.push({ message: String(turn).padStart(6, "0"), at: turn, scores });
    }
    seen.set(n, observations);
    onText();
  });
  const all = [...seen.values()].flat();
  const rows = Object.entries(ESTIMATORS).flatMap(([estimator, estimate]) => {
    const finals = texts.map(({ scores }, n) => ({ label: scores, belief: finalOf(estimate, seen.get(n) ?? []) }));
    return TRAITS.map((trait): LabelledRow => {
      const pairs = finals.map(({ label, belief }) => [label[trait], belief[trait]] as const);
      const decided = pairs.filter(([label, belief]) => belief !== NEUTRAL && label !== NEUTRAL);
      return {
        estimator,
        trait,
        correlation: pearson(pairs),
        side: bootstrap(decided.map(([label, belief]) => [label > NEUTRAL === belief > NEUTRAL ? 1 : 0])),
      };
    });
  });
  const shown = all.flatMap(({ scores }) => TRAITS.map((trait) => (scores[trait] === NEUTRAL ? 0 : 1)));
  return { rows, texts: texts.length, messages: all.length + failed, failed, evidence: meanOf(shown) };
}

/** Cut at the ends of sentences, into messages of about the same length. */
export function messagesOf(text: string): string[] {
  const messages: string[] = [];
  for (const sentence of text.split(/(?<=[.!?。])\s+/)) {
    const last = messages.at(-1);
    if (last !== undefined && last.length + sentence.length < MESSAGE) messages[messages.length - 1] = `${last} ${sentence}`;
    else messages.push(...(sentence.match(new RegExp(`[^]{1,${MESSAGE}}`, "g")) ?? []));
  }
  return messages;
}

/** Fewer pairs than this correlate whatever they are: two always lie on a line. */
const ENOUGH_PAIRS = 5;

/** NaN of fewer than five pairs, and where one side does not vary. */
export function pearson(pairs: readonly (readonly [number, number])[]): number {
  if (pairs.length < ENOUGH_PAIRS) return Number.NaN;
  const [mx, my] = [meanOf(pairs.map(([x]) => x)), meanOf(pairs.map(([, y]) => y))];
  const sum = (value: (x: number, y: number) => number): number => pairs.reduce((total, [x, y]) => total + value(x - mx, y - my), 0);
  const spread = Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
  return spread === 0 ? Number.NaN : sum((x, y) => x * y) / spread;
}
