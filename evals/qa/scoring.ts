import { abstains, answerF1, chosenLabel } from "./answers.js";
import type { AnswerLine, Journal, JudgedLine } from "./journal.js";
import { lineKey } from "./journal.js";

/** What became of a question. Only `right` is right. Unjudged: the judge was asked and said nothing that can be used; unscored: nobody was asked. */
export type Outcome = "right" | "wrong" | "unjudged" | "unreadable" | "failed" | "unscored";

export interface Scored {
  readonly line: AnswerLine;
  readonly outcome: Outcome;
  /** Token F1 of an answer with a reference; absent for the others, 0 when it failed. */
  readonly f1?: number;
  /** Share of the points that the answer meets, as the judge says. */
  readonly points?: number;
  /** Whether the question has no answer in the conversation. */
  readonly unanswerable: boolean;
  readonly abstained: boolean;
}

/**
 * - a choice is right when its label is; an answer that names none or several is unreadable;
 * - a text is right when the judge says so, and has a token F1 without one;
 * - points are right when the judge finds all of them met;
 * - of what cannot be answered, admitting that is right: the judge tells, and without one a rule over common wordings.
 */
export function score(journal: Journal): Scored[] {
  return journal.of("answer").map((line) => scored(line, verdictOf(journal, line)));
}

function verdictOf(journal: Journal, { system, conversation, question }: AnswerLine): JudgedLine["verdict"] | undefined {
  const line = journal.get(lineKey({ type: "judged", system, conversation, question: question.id } as JudgedLine));
  return line?.type === "judged" ? line.verdict : undefined;
}

function scored(line: AnswerLine, verdict: JudgedLine["verdict"] | undefined): Scored {
  const { answer, question } = line;
  const { expected } = question;
  const unanswerable = expected.kind === "abstain";
  if (answer === undefined) return { line, outcome: "failed", unanswerable, abstained: false, ...(expected.kind === "text" && { f1: 0 }) };
  const common = { line, unanswerable, abstained: abstains(answer) };
  const judged = verdict === undefined ? undefined : verdict.score === undefined ? "unjudged" : verdict.score > 0.5 ? "right" : "wrong";
  switch (expected.kind) {
    case "choice": {
      const label = chosenLabel(answer, expected.options);
      return {
        ...common,
        abstained: label === undefined && common.abstained,
        outcome: label === undefined ? "unreadable" : label === expected.answer ? "right" : "wrong",
      };
    }
    case "text":
      return {
        ...common,
        outcome: judged ?? "unscored",
        f1: answerF1(answer, { kind: "text", answers: expected.answers, list: expected.list ?? false }),
      };
    case "points":
      return {
        ...common,
        outcome: judged === undefined ? "unscored" : judged === "unjudged" ? judged : verdict!.score === 1 ? "right" : "wrong",
        ...(verdict?.score !== undefined && { points: verdict.score }),
      };
    case "abstain":
      return {
        ...common,
        abstained: judged ? judged === "right" : common.abstained,
        outcome: judged ?? (common.abstained ? "right" : "wrong"),
      };
    case "none":
      return { ...common, outcome: "unscored" };
  }
}
