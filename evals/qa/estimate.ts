import { costOf, type Prices } from "../models/prices.js";
import { roughTokens } from "../models/tokens.js";
import { sessionsIn, type Conversation } from "../suite.js";
import { ask } from "./ask.js";
import { NO_CALLS, type Estimate, type Load, type System } from "./system.js";

export interface EstimateOptions {
  readonly systems: readonly System[];
  readonly limit: number;
  readonly contextTokens: number;
  readonly models: { readonly model: string; readonly memoryModel: string; readonly judge: string | undefined };
  readonly votes: number;
  readonly pairwise: boolean;
  readonly prices: Prices;
}

export interface Line {
  readonly what: string;
  readonly model: string;
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  /** NaN: the model has no price. */
  readonly cost: number;
}

export interface WholeEstimate {
  readonly conversations: number;
  readonly turns: number;
  readonly questions: number;
  readonly lines: readonly Line[];
  readonly cost: number;
}

/** What a run would take, from one reading of the data. Tokens are by four characters each, calls rather too many than too few. */
export async function estimate(conversations: AsyncIterable<Conversation>, options: EstimateOptions): Promise<WholeEstimate> {
  const totals = new Map<string, Line>();
  let [count, turns, questions] = [0, 0, 0];
  const add = (what: string, model: string, { calls, input, output }: Estimate): void => {
    const before = totals.get(what) ?? { what, model, calls: 0, input: 0, output: 0, cost: 0 };
    const cost = costOf(options.prices, { model, input, output });
    totals.set(what, {
      ...before,
      calls: before.calls + calls,
      input: before.input + input,
      output: before.output + output,
      cost: before.cost + (calls === 0 ? 0 : cost),
    });
  };
  for await (const conversation of conversations) {
    count++;
    turns += conversation.turns.length;
    questions += conversation.questions.length;
    const load = loadOf(conversation, options);
    for (const system of options.systems) {
      const { model, memoryModel } = system.estimate(load);
      add(`${system.name}: answers`, options.models.model, model);
      add(`${system.name}: memory`, options.models.memoryModel, memoryModel);
    }
    if (options.models.judge !== undefined) add("judge", options.models.judge, judging(conversation, options));
  }
  const lines = [...totals.values()].filter(({ calls }) => calls > 0);
  return { conversations: count, turns, questions, lines, cost: lines.reduce((sum, { cost }) => sum + cost, 0) };
}

function loadOf(conversation: Conversation, { limit, contextTokens }: EstimateOptions): Load {
  const { turns, questions } = conversation;
  return {
    turns: turns.length,
    exchanges: turns.filter(({ role }) => role === "user").length,
    sessions: sessionsIn(conversation).length,
    tokens: roughTokens(turns.reduce((sum, { text, caption }) => sum + text.length + (caption?.length ?? 0), 0)),
    questions: questions.length,
    questionTokens: roughTokens(questions.reduce((sum, question) => sum + ask(question, conversation).text.length, 0)),
    limit,
    contextTokens,
  };
}

/** Prompt, question, reference and answer of each judgement. */
const JUDGEMENT = 350;
function judging({ questions }: Conversation, { systems, votes, pairwise }: EstimateOptions): Estimate {
  const open = questions.filter(
    ({ expected }) => expected.kind === "text" || expected.kind === "points" || expected.kind === "abstain",
  ).length;
  const compared = pairwise
    ? questions.filter(({ expected }) => expected.kind === "text" || expected.kind === "points").length * (systems.length - 1) * 4
    : 0;
  const calls = votes * (open * systems.length + compared);
  return calls === 0 ? NO_CALLS : { calls, input: calls * JUDGEMENT, output: calls * 20 };
}

export const estimateText = ({ conversations, turns, questions, lines, cost }: WholeEstimate): string =>
  [
    `${conversations} conversations, ${turns} turns, ${questions} questions`,
    ...lines.map(
      (line) =>
        `  ${line.what.padEnd(28)} ${line.model}: about ${line.calls} calls, ${line.input} tokens in, ${line.output} out, ${Number.isNaN(line.cost) ? "no price known" : `$${line.cost.toFixed(4)}`}`,
    ),
    Number.isNaN(cost)
      ? "  cost: unknown; give the prices with --prices FILE"
      : `  cost: about $${cost.toFixed(4)}${cost > 0 ? ", and more for models that reason before they answer: those tokens are billed, too" : ""}`,
  ].join("\n");
