import type { Usage } from "../models/meter.js";
import { OverBudget, type Meter } from "../models/meter.js";
import { recallAt } from "../retrieval/replay.js";
import type { Conversation, Question } from "../suite.js";
import { ask, said } from "./ask.js";
import { Health } from "./health.js";
import { lineKey, type AnswerLine, type Journal } from "./journal.js";
import { forEachAtMost } from "./pool.js";
import type { Subject, System, Tools } from "./system.js";

export interface AnsweringOptions {
  readonly systems: readonly System[];
  readonly tools: Tools;
  readonly meter: Meter;
  readonly journal: Journal;
  /** Conversations, of one system each, that are worked on at a time. */
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  readonly onAnswer?: (system: string) => void;
}

/** Puts each conversation into each system and asks its questions; answers that the journal has already are not asked for again. */
export async function answerAll(conversations: AsyncIterable<Conversation>, options: AnsweringOptions): Promise<void> {
  const health = new Health("answers");
  async function* jobs(): AsyncGenerator<{ conversation: Conversation; system: System }> {
    for await (const conversation of conversations) for (const system of options.systems) yield { conversation, system };
  }
  await forEachAtMost(
    options.parallel,
    jobs(),
    async ({ conversation, system }) => answerOne(conversation, system, options, health),
    options.signal,
  );
}

const answerKey = (system: string, conversation: string, id: string): string =>
  lineKey({ type: "answer", system, conversation, question: { id } } as AnswerLine);

async function answerOne(conversation: Conversation, system: System, options: AnsweringOptions, health: Health): Promise<void> {
  const { journal, tools, signal, onAnswer } = options;
  const done = ({ id }: Question): boolean => {
    const line = journal.get(answerKey(system.name, conversation.id, id));
    return line?.type === "answer" && line.error === undefined;
  };
  // The conversation grows as the questions come: each knows of what was said before it.
  const ordered = [...conversation.questions].sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity));
  for (const question of ordered) if (done(question)) onAnswer?.(system.name);
  const open = ordered.filter((question) => !done(question));
  if (open.length === 0 || signal?.aborted) return;
  const subject = await system.open(conversation, tools);
  try {
    const told = new Telling(conversation, system.name, subject, options);
    for (const question of open) {
      if (signal?.aborted) return;
      const failure = await told.until(question.until ?? conversation.turns.length);
      const line = await answerQuestion(conversation, question, system.name, subject, options, failure);
      journal.add(line);
      onAnswer?.(system.name);
      if (line.error === undefined) health.succeeded();
      else health.failed(line.error);
    }
  } finally {
    await subject.close();
  }
}

/** Tells a system more and more of a conversation, and keeps what that took. */
class Telling {
  #place = 0;
  #usage: Usage | undefined;
  #ms = 0;
  #failure: string | undefined;
  readonly #remarks = new Set<string>();

  constructor(
    private readonly conversation: Conversation,
    private readonly system: string,
    private readonly subject: Subject,
    private readonly options: AnsweringOptions,
  ) {}

  /** Why the system could not take it in, if it could not. */
  async until(place: number): Promise<string | undefined> {
    const { turns } = this.conversation;
    if (place <= this.#place || this.#failure !== undefined) return this.#failure;
    const more = turns.slice(this.#place, place);
    this.#place = place;
    const { meter, journal } = this.options;
    try {
      const whole = turns[place]?.session !== turns[place - 1]?.session;
      const { value, usage, ms } = await meter.measure(() => this.subject.remember(more, { whole }));
      for (const remark of value) this.#remarks.add(remark);
      this.#usage = this.#usage ? sum(this.#usage, usage) : usage;
      this.#ms += ms;
      const common = { type: "ingest", system: this.system, conversation: this.conversation.id } as const;
      journal.add({ ...common, usage: stored(this.#usage), ms: this.#ms, turns: this.#place, remarks: [...this.#remarks] });
    } catch (error) {
      if (error instanceof OverBudget) throw error;
      this.#failure = `the conversation could not be remembered: ${reason(error)}`;
    }
    return this.#failure;
  }
}

async function answerQuestion(
  conversation: Conversation,
  question: Question,
  system: string,
  subject: Subject,
  { meter }: AnsweringOptions,
  failure: string | undefined,
): Promise<AnswerLine> {
  const { id, text, category, expected, evidence } = question;
  const held = new Set(evidence.flat());
  const { evidenceUnit: unit } = question;
  const about = {
    type: "answer",
    system,
    conversation: conversation.id,
    question: { id, text, category, expected: structuredClone(expected) as AnswerLine["question"]["expected"] },
    notes: conversation.turns.filter((turn) => held.has(unit === "turn" ? turn.id : turn.session)).map(said),
  } as const;
  const start = performance.now();
  try {
    if (failure !== undefined) throw new Error(failure);
    const { value, usage, ms } = await meter.measure(() => subject.answer(ask(question, conversation)));
    const sessions = new Map(conversation.turns.map((turn) => [turn.id, turn.session]));
    const found = question.scored ? recallAt(Infinity, value.shown, question, sessions) : null;
    return { ...about, answer: value.text, shown: value.shown.length, found, remarks: [...(value.notes ?? [])], usage: stored(usage), ms };
  } catch (error) {
    if (error instanceof OverBudget) throw error;
    const usage = { calls: 0, input: 0, output: 0, cost: 0, savedMs: 0, counted: false };
    return { ...about, error: reason(error), shown: 0, found: null, remarks: [], usage, ms: performance.now() - start };
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** JSON has no NaN. */
export const stored = (usage: Usage): AnswerLine["usage"] => ({ ...usage, cost: Number.isNaN(usage.cost) ? null : usage.cost });

const sum = (a: Usage, b: Usage): Usage => ({
  calls: a.calls + b.calls,
  input: a.input + b.input,
  output: a.output + b.output,
  cost: a.cost + b.cost,
  savedMs: a.savedMs + b.savedMs,
  counted: a.counted || b.counted,
});
