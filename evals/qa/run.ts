import { statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { SuiteName } from "../loaders/index.js";
import { BadData, readSuite } from "../loaders/read-suite.js";
import { FolderCalls } from "../models/call-store.js";
import { Meter } from "../models/meter.js";
import { openModel } from "../models/open-model.js";
import type { Prices } from "../models/prices.js";
import type { Conversation, Fault } from "../suite.js";
import { answerAll } from "./answering.js";
import { PLAIN_VERSION } from "./ask.js";
import { estimate, type WholeEstimate } from "./estimate.js";
import { Journal } from "./journal.js";
import { JUDGE_VERSION } from "./judge.js";
import { judgeAll, judgePairs, pairsOf, unjudged } from "./judging.js";
import { htmlReport, markdownReport } from "./report.js";
import { summarise, type Summary } from "./summary.js";
import type { System } from "./system.js";

export interface RunOptions {
  readonly suite: SuiteName;
  readonly data: string;
  readonly variant?: string | undefined;
  readonly systems: readonly System[];
  readonly model: string;
  readonly memoryModel: string;
  readonly judge?: string | undefined;
  readonly votes: number;
  readonly pairwise: boolean;
  readonly embeddings?: string | EmbeddingsInterface | undefined;
  readonly baseUrl?: string | undefined;
  readonly out: string;
  readonly cache: string;
  readonly parallel: number;
  readonly limit: number;
  readonly contextTokens: number;
  readonly conversations?: number | undefined;
  readonly questions?: number | undefined;
  readonly prices: Prices;
  readonly maxCost?: number | undefined;
  /** Go on over files that are half-written, with what is whole. */
  readonly partial: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What to show while it runs. */
export interface Progress {
  begin(stage: string, total: number): void;
  step(stage: string): void;
}
export const SILENT: Progress = { begin: () => {}, step: () => {} };

/** The first `conversations` of the data set, each with its first `questions`. */
export async function* conversationsOf(
  options: Pick<RunOptions, "suite" | "data" | "variant" | "conversations" | "questions">,
  report: (fault: Fault) => void,
): AsyncGenerator<Conversation> {
  let left = options.conversations ?? Infinity;
  for await (const conversation of readSuite(options.suite, options.data, report, { variant: options.variant })) {
    if (left-- <= 0) return;
    yield options.questions === undefined
      ? conversation
      : { ...conversation, questions: conversation.questions.slice(0, options.questions) };
  }
}

export interface Plan {
  readonly estimate: WholeEstimate;
  readonly faults: readonly Fault[];
}

/** Reads all data once: what is wrong with them, and what a run would take. @throws BadData */
export async function plan(options: RunOptions): Promise<Plan> {
  const faults: Fault[] = [];
  const { systems, limit, contextTokens, model, memoryModel, judge, votes, pairwise, prices } = options;
  const models = { model, memoryModel, judge };
  const conversations = conversationsOf(options, (fault) => faults.push(fault));
  const whole = await estimate(conversations, { systems, limit, contextTokens, models, votes, pairwise, prices });
  const broken = faults.filter(({ kind }) => kind === "half-written");
  if (broken.length > 0 && !options.partial)
    throw new BadData(
      `The data are not whole, so figures over them would not be those of the data set:\n${broken.map(({ where, what }) => `  ${where}: ${what}`).join("\n")}\nGet the file again, or go on with what is whole: --partial.`,
    );
  if (whole.questions === 0)
    throw new BadData(`${options.data} gives no question:\n${faults.map(({ where, what }) => `  ${where}: ${what}`).join("\n")}`);
  return { estimate: whole, faults };
}

/** What a run is: results of other settings are not mixed with its own. */
export const settingsOf = (options: RunOptions): Readonly<Record<string, unknown>> => ({
  suite: options.suite,
  data: basename(options.data),
  bytes: statSync(options.data).isDirectory() ? null : statSync(options.data).size,
  variant: options.variant ?? null,
  model: options.model,
  memoryModel: options.memoryModel,
  judge: options.judge ?? null,
  votes: options.votes,
  embeddings: typeof options.embeddings === "string" ? options.embeddings : options.embeddings ? "given in code" : null,
  limit: options.limit,
  contextTokens: options.contextTokens,
  prompts: { plain: PLAIN_VERSION, judge: JUDGE_VERSION },
});

/** Answers, judges and reports. Whatever ends it early, what was done is kept, and the same call goes on from there. */
export async function run(options: RunOptions, faults: readonly Fault[], progress: Progress = SILENT, total?: number): Promise<Summary> {
  const settings = settingsOf(options);
  const journal = new Journal(options.out, settings);
  for (const fault of faults) journal.add({ type: "fault", ...fault });
  const meter = new Meter(options.prices, options.maxCost);
  const { signal, parallel, baseUrl } = options;
  const calls = new FolderCalls(options.cache);
  const open = (name: string): ReturnType<typeof openModel> => openModel(name, { calls, meter, baseUrl });
  const { limit, contextTokens, embeddings, systems } = options;
  const tools = {
    model: await open(options.model),
    memoryModel: await open(options.memoryModel),
    embeddings,
    baseUrl,
    limit,
    contextTokens,
  };
  try {
    for (const { name } of systems) progress.begin(name, total ?? 0);
    await answerAll(
      conversationsOf(options, () => {}),
      { systems, tools, meter, journal, parallel, signal, onAnswer: (name) => progress.step(name) },
    );
    if (options.judge !== undefined)
      await judgeEverything(options, { journal, meter, parallel, signal }, await open(options.judge), progress);
  } finally {
    writeReports(options.out, summarise(journal, settings, namesOf(systems, journal)));
  }
  return summarise(journal, settings, namesOf(systems, journal));
}

async function judgeEverything(
  options: RunOptions,
  judging: Omit<Parameters<typeof judgeAll>[1], "onVerdict">,
  model: Awaited<ReturnType<typeof openModel>>,
  progress: Progress,
): Promise<void> {
  const judge = { model, votes: options.votes };
  const onVerdict = (): void => progress.step("judge");
  const first = options.systems[0]!.name;
  progress.begin("judge", unjudged(judging.journal).length + (options.pairwise ? pairsOf(judging.journal, first).length : 0));
  await judgeAll(judge, { ...judging, onVerdict });
  if (options.pairwise) await judgePairs(judge, first, { ...judging, onVerdict });
}

/** Systems of this call first, then those that an earlier call left in the folder. */
const namesOf = (systems: readonly System[], journal: Journal): string[] => [
  ...new Set([...systems.map(({ name }) => name), ...journal.of("answer").map(({ system }) => system)]),
];

export function writeReports(folder: string, summary: Summary): void {
  writeFileSync(join(folder, "report.json"), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(folder, "report.md"), markdownReport(summary));
  writeFileSync(join(folder, "report.html"), htmlReport(summary));
}
