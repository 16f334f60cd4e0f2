import { OverBudget, type Meter } from "../models/meter.js";
import { stored } from "./answering.js";
import { Health } from "./health.js";
import type { AnswerLine, Journal, PairLine } from "./journal.js";
import { judgeAnswer, judgePair, type Judge, type Verdict } from "./judge.js";
import { forEachAtMost } from "./pool.js";

export interface JudgingOptions {
  readonly journal: Journal;
  readonly meter: Meter;
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  readonly onVerdict?: () => void;
}

/** Answers that only a judge can tell right from wrong, and that have no verdict yet, or none because the judge could not be asked. */
export function unjudged(journal: Journal): AnswerLine[] {
  return journal.of("answer").filter((line) => {
    const open = ["text", "points", "abstain"].includes(line.question.expected.kind) && line.answer !== undefined;
    return (
      open && !journal.hasVerdict({ type: "judged", system: line.system, conversation: line.conversation, question: line.question.id })
    );
  });
}

export async function judgeAll(judge: Judge, { journal, meter, parallel, signal, onVerdict }: JudgingOptions): Promise<void> {
  const health = new Health("verdicts");
  await forEachAtMost(
    parallel,
    unjudged(journal),
    async ({ system, conversation, question, answer }) => {
      const { value, usage } = await meter.measure(() =>
        tried(() => judgeAnswer(judge, question.text, question.expected as never, answer!)),
      );
      journal.add({ type: "judged", system, conversation, question: question.id, verdict: value, usage: stored(usage) });
      onVerdict?.();
      note(health, value);
    },
    signal,
  );
}

export interface PairJob {
  readonly criterion: PairLine["criterion"];
  readonly first: AnswerLine;
  readonly second: AnswerLine;
}

/** Every open question that the first system and another have both answered, for both criteria, as the paper compares. */
export function pairsOf(journal: Journal, first: string): PairJob[] {
  const answers = journal
    .of("answer")
    .filter(({ answer, question }) => answer !== undefined && ["text", "points"].includes(question.expected.kind));
  const place = ({ conversation, question }: AnswerLine): string => JSON.stringify([conversation, question.id]);
  const ours = new Map(answers.filter(({ system }) => system === first).map((line) => [place(line), line]));
  return answers.flatMap((second) => {
    const own = second.system === first ? undefined : ours.get(place(second));
    if (!own) return [];
    return (["accuracy", "personalisation"] as const)
      .filter(
        (criterion) =>
          !journal.hasVerdict({
            type: "pair",
            criterion,
            first,
            second: second.system,
            conversation: second.conversation,
            question: second.question.id,
          }),
      )
      .map((criterion) => ({ criterion, first: own, second }));
  });
}

export async function judgePairs(
  judge: Judge,
  first: string,
  { journal, meter, parallel, signal, onVerdict }: JudgingOptions,
): Promise<void> {
  const health = new Health("verdicts");
  await forEachAtMost(
    parallel,
    pairsOf(journal, first),
    async ({ criterion, first: own, second }) => {
      const { conversation, question, notes } = own;
      const pair = { question: question.text, notes: [...notes, ...reference(own)], first: own.answer!, second: second.answer! };
      const { value, usage } = await meter.measure(() => tried(() => judgePair(judge, criterion, pair)));
      journal.add({
        type: "pair",
        criterion,
        first,
        second: second.system,
        conversation,
        question: question.id,
        verdict: value,
        usage: stored(usage),
      });
      onVerdict?.();
      note(health, value);
    },
    signal,
  );
}

const reference = ({ question: { expected } }: AnswerLine): readonly string[] =>
  expected.kind === "points" ? expected.points : expected.kind === "text" ? expected.answers : [];

/** A judge that cannot be asked gives no verdict; the answer stays unjudged, until the next run asks again. */
async function tried(judging: () => Promise<Verdict>): Promise<Verdict & { readonly error?: string }> {
  try {
    return await judging();
  } catch (error) {
    if (error instanceof OverBudget) throw error;
    return { score: undefined, votes: 1, nonsense: 0, error: error instanceof Error ? error.message : String(error) };
  }
}

function note(health: Health, { error }: { readonly error?: string }): void {
  if (error === undefined) health.succeeded();
  else health.failed(error);
}
