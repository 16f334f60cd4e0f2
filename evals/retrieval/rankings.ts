import { recallAt } from "./replay.js";
import { ask } from "../qa/ask.js";
import type { FinderTools, OpenFinder } from "../qa/system.js";
import type { Conversation, Question } from "../suite.js";

/** What was found for a question, best first, and how well that fits its evidence. */
export interface Ranking {
  readonly conversation: string;
  readonly id: string;
  readonly category: string;
  /** Ids of turns. */
  readonly ranked: readonly string[];
  readonly ms: number;
  /** Undefined: the data name no evidence that is good enough to measure by. */
  readonly scores: Scores | undefined;
}

/** R@k: share of the evidence in the first k. hit@10: whether any of it is. MRR: one over the place of the first of it. */
export const MEASURES = ["R@5", "R@10", "R@20", "hit@10", "MRR"] as const;
export type Measure = (typeof MEASURES)[number];
export type Scores = Readonly<Record<Measure, number>>;

/** Puts each conversation into a finder of its own and asks its questions; each knows of what was said before it and nothing else. */
export async function* rankings(
  conversations: Iterable<Conversation> | AsyncIterable<Conversation>,
  open: OpenFinder,
  tools: FinderTools,
): AsyncGenerator<Ranking> {
  for await (const conversation of conversations) {
    const { turns, questions } = conversation;
    const sessions = new Map(turns.map(({ id, session }) => [id, session]));
    const finder = await open(tools);
    try {
      let told = 0;
      for (const question of [...questions].sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity))) {
        const until = question.until ?? turns.length;
        if (until > told) await finder.remember(turns.slice(told, until));
        told = Math.max(told, until);
        const start = performance.now();
        const found = await finder.find(ask(question, conversation));
        const ms = performance.now() - start;
        const ranked = found.turns?.map(({ id }) => id) ?? [];
        const { id, category } = question;
        yield { conversation: conversation.id, id, category, ranked, ms, scores: scoresOf(ranked, question, sessions) };
      }
    } finally {
      await finder.close?.();
    }
  }
}

function scoresOf(ranked: readonly string[], question: Question, sessions: ReadonlyMap<string, string>): Scores | undefined {
  if (!question.scored) return undefined;
  const at = (k: number): number => recallAt(k, ranked, question, sessions);
  const held = new Set(question.evidence.flat());
  const units = question.evidenceUnit === "session" ? [...new Set(ranked.map((id) => sessions.get(id) ?? id))] : ranked;
  const first = units.findIndex((id) => held.has(id)) + 1;
  return { "R@5": at(5), "R@10": at(10), "R@20": at(20), "hit@10": first > 0 && first <= 10 ? 1 : 0, MRR: first === 0 ? 0 : 1 / first };
}
