import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { basename, join } from "node:path";
import { Command, Option } from "commander";
import { list, Misuse, runCommand, toStdout, whole, type Write } from "../command.js";
import { LOADERS, type SuiteName } from "../loaders/index.js";
import { BadData, readSuite } from "../loaders/read-suite.js";
import type { OpenFinder } from "../qa/system.js";
import { systemNamed } from "../qa/systems/named.js";
import { progressBars } from "../report/bars.js";
import type { Conversation, Fault } from "../suite.js";
import { rankings, type Ranking } from "./rankings.js";
import { retrievalHtml, retrievalMarkdown, type RetrievalReport } from "./report.js";
import { rowOf, type SetSummary } from "./summary.js";

interface Flags {
  readonly data: readonly string[];
  readonly suite: SuiteName;
  readonly variant?: string;
  readonly system: readonly string[];
  readonly limit: number;
  readonly embeddings?: string;
  readonly baseUrl?: string;
  readonly out?: string;
  readonly report: string;
  readonly json: boolean;
}

export const retrievalCommand = (write: Write = toStdout): Command =>
  new Command("eval:retrieval")
    .description(
      "Puts conversations whose evidence is labelled into memories, asks their questions, and counts what is found. No model is asked.",
    )
    .requiredOption("--data <path>", "file or folder of a data set; may be given several times", (path, paths: string[] = []) => [
      ...paths,
      path,
    ])
    .addOption(new Option("--suite <name>", "what the data are").choices(Object.keys(LOADERS)).default("memqa"))
    .option("--variant <name>", "which part of the data set: noise, size or form; see docs/evals.md")
    .option("--system <names>", "who looks, with commas: recall-only (ours), rag-bm25, langgraph-store", list, ["recall-only"])
    .option("--limit <n>", "turns that are looked for", whole(1), 20)
    .option("--embeddings <name>", "embeddings, such as openai:text-embedding-3-small; default: none")
    .option("--base-url <url>", "address of an OpenAI-compatible server")
    .option("--out <file>", 'also write what was found, {"id", "ranked", "ms"} a line; of one system on one data set')
    .option("--report <folder>", "Markdown, HTML and JSON", join(".eval", "retrieval"))
    .option("--json", "print the summary as JSON", false)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void process.stderr.write(text), writeOut: write })
    .action((flags: Flags) => evaluate(flags, write));

async function evaluate(flags: Flags, write: Write): Promise<void> {
  const { data, system, out, report: folder, json, limit, suite, embeddings } = flags;
  if (out !== undefined && (system.length > 1 || data.length > 1)) throw new Misuse("--out takes one --system on one --data.");
  const finders = await Promise.all(system.map(finderNamed));
  const sets: SetSummary[] = [];
  for (const path of data) sets.push(await setOf(path, finders, flags));
  const vectors = system.includes("langgraph-store") ? { vectors: embeddings ?? "hashed words, no model" } : {};
  const report: RetrievalReport = { settings: { suite, limit, embeddings: embeddings ?? "none", ...vectors }, sets };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "retrieval.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, "retrieval.md"), retrievalMarkdown(report));
  writeFileSync(join(folder, "retrieval.html"), retrievalHtml(report));
  write(json ? `${JSON.stringify(report, null, 2)}\n` : retrievalMarkdown(report));
  process.stderr.write(`${["retrieval.md", "retrieval.html", "retrieval.json"].map((name) => join(folder, name)).join("  ")}\n`);
}

interface Named {
  readonly name: string;
  readonly finder: OpenFinder;
}

async function finderNamed(name: string): Promise<Named> {
  const { finder } = await systemNamed(name);
  if (!finder) throw new Misuse(`The system "${name}" finds nothing by itself; it can be measured with npm run eval.`);
  return { name, finder };
}

async function setOf(path: string, finders: readonly Named[], flags: Flags): Promise<SetSummary> {
  const faults: Fault[] = [];
  const conversations: Conversation[] = [];
  for await (const conversation of readSuite(flags.suite, path, (fault) => faults.push(fault), { variant: flags.variant }))
    conversations.push(conversation);
  const said = faults.map(({ where, what }) => `${where}: ${what}`);
  if (faults.some(({ kind }) => kind === "half-written")) throw new BadData(`The data are not whole:\n  ${said.join("\n  ")}`);
  const questions = conversations.flatMap((conversation) => conversation.questions);
  const scored = questions.filter((question) => question.scored).length;
  if (scored === 0) throw new BadData(`${path} has no question with labelled evidence.${said.map((fault) => `\n  ${fault}`).join("")}`);
  const bars = progressBars();
  const rows = [];
  try {
    for (const { name, finder } of finders)
      rows.push(rowOf(name, await found(conversations, finder, flags, bars, `${basename(path)} ${name}`)));
  } finally {
    bars.stop();
  }
  return { data: basename(path), conversations: conversations.length, questions: questions.length, scored, rows, faults: said };
}

async function found(
  conversations: readonly Conversation[],
  finder: OpenFinder,
  { limit, embeddings, baseUrl, out }: Flags,
  bars: ReturnType<typeof progressBars>,
  stage: string,
): Promise<Ranking[]> {
  bars.begin(
    stage,
    conversations.reduce((sum, { questions }) => sum + questions.length, 0),
  );
  const file = out === undefined ? undefined : createWriteStream(out);
  if (file) await once(file, "open");
  const all: Ranking[] = [];
  for await (const ranking of rankings(conversations, finder, { limit, embeddings, baseUrl, contextTokens: Infinity })) {
    const { id, ranked, ms } = ranking;
    file?.write(`${JSON.stringify({ id, ranked, ms: Math.round(ms * 1000) / 1000 })}\n`);
    all.push(ranking);
    bars.step(stage);
  }
  if (file) {
    file.end();
    await once(file, "finish");
  }
  return all;
}

export const main = (args: readonly string[]): Promise<void> =>
  runCommand(retrievalCommand(), args, { mendable: (error) => error instanceof BadData });
