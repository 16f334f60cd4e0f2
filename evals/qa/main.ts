import { homedir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { list, Misuse, runCommand, toStdout, whole, type Write } from "../command.js";
import { LOADERS, type SuiteName } from "../loaders/index.js";
import { OverBudget } from "../models/meter.js";
import { isFree, readPrices, type Prices } from "../models/prices.js";
import { progressBars } from "../report/bars.js";
import type { Fault } from "../suite.js";
import { Hopeless } from "./health.js";
import { estimateText } from "./estimate.js";
import { OtherRun } from "./journal.js";
import { caution } from "./report.js";
import { BadData } from "../loaders/read-suite.js";
import { plan, run, type RunOptions } from "./run.js";
import { SYSTEM_NAMES, systemNamed } from "./systems/named.js";

const amount = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError("is no amount of US dollars.");
  return value;
};

export function evalCommand(write: Write = toStdout): Command {
  return new Command("eval")
    .description(
      "Puts conversations of a public data set into systems with a memory, asks its questions, scores the answers and compares the systems.",
    )
    .addOption(new Option("--suite <name>", "what the data are").choices(Object.keys(LOADERS)).makeOptionMandatory())
    .requiredOption("--data <path>", "file or folder of the data set, as it is distributed")
    .option("--variant <name>", "which part of the data set: noise, size or form; see docs/evals.md")
    .option("--system <names>", `systems, with commas: ${SYSTEM_NAMES.join(", ")}`, list, ["personagraph"])
    .option("--model <name>", "answers: openai:gpt-5-mini, ollama:llama3.1, keyless, scripted:FILE …", "keyless")
    .option("--memory-model <name>", "proposes memories; default: the model")
    .option("--judge <name>", "model that judges open answers; without one they have a token F1 only")
    .option("--votes <n>", "how often the judge is asked about each answer", whole(1), 1)
    .option(
      "--pairwise",
      "compare the answers of the first system with those of the others, in both orders, for accuracy and personalisation",
      false,
    )
    .option("--embeddings <name>", "embeddings for recall, such as openai:text-embedding-3-small; default: none")
    .option("--base-url <url>", "address of an OpenAI-compatible server")
    .option("--out <folder>", "results and reports; default: .eval/<suite>-<data>")
    .option("--cache <folder>", "answers of models, by content", join(homedir(), ".cache", "personagraph-eval"))
    .option("--parallel <n>", "conversations at a time", whole(1), 4)
    .option("--limit <n>", "memories put before the model", whole(1), 8)
    .option("--context-tokens <n>", "what full-context may show", whole(100), 100_000)
    .option("--conversations <n>", "only the first n", whole(1))
    .option("--questions <n>", "only the first n of each conversation", whole(1))
    .option("--prices <file>", 'JSON: {"openai:gpt-5-mini": {"input": 0.25, "output": 2}}, US dollars for a million tokens')
    .option("--max-cost <dollars>", "stop before more than this is spent; needs prices", amount)
    .option("--partial", "use what is whole of half-written files", false)
    .option("--dry-run", "check the data and estimate the cost, and do nothing else", false)
    .option("--yes", "do not ask before money is spent", false)
    .option("--json", "print the summary as JSON", false)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void process.stderr.write(text), writeOut: write })
    .action(async (flags: Flags) => evaluate(flags, write));
}

interface Flags {
  readonly suite: SuiteName;
  readonly data: string;
  readonly variant?: string;
  readonly system: readonly string[];
  readonly model: string;
  readonly memoryModel?: string;
  readonly judge?: string;
  readonly votes: number;
  readonly pairwise: boolean;
  readonly embeddings?: string;
  readonly baseUrl?: string;
  readonly out?: string;
  readonly cache: string;
  readonly parallel: number;
  readonly limit: number;
  readonly contextTokens: number;
  readonly conversations?: number;
  readonly questions?: number;
  readonly prices?: string;
  readonly maxCost?: number;
  readonly partial: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

async function evaluate(flags: Flags, write: Write): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write("\nStopping after the questions at hand; Ctrl-C again stops at once. Run the same command to go on.\n");
    stop.abort();
  };
  const prices: Prices = flags.prices === undefined ? {} : await readPrices(flags.prices);
  const options: RunOptions = {
    ...flags,
    prices,
    systems: await Promise.all(flags.system.map(systemNamed)),
    memoryModel: flags.memoryModel ?? flags.model,
    out: flags.out ?? join(".eval", `${flags.suite}-${basename(flags.data).replace(/\W+/g, "-")}`),
    signal: stop.signal,
  };
  if (flags.pairwise && flags.judge === undefined) throw new Misuse("--pairwise needs a --judge.");
  if (flags.pairwise && options.systems.length < 2)
    throw new Misuse("--pairwise needs two systems or more, as --system personagraph,full-context.");
  const { estimate, faults } = await plan(options);
  process.stderr.write(`${estimateText(estimate)}\n${faultsText(faults)}`);
  if (flags.dryRun) return;
  await agreeToCost(flags, options, estimate.cost);
  process.on("SIGINT", interrupt);
  const bars = progressBars();
  try {
    const summary = await run(options, faults, bars, estimate.questions);
    bars.stop();
    write(flags.json ? `${JSON.stringify(summary, null, 2)}\n` : `${resultText(summary)}\n`);
    const files = ["report.md", "report.html", "report.json"].map((name) => join(options.out, name)).join("  ");
    process.stderr.write(`${[caution(summary), files].filter(Boolean).join("\n")}\n`);
    if (stop.signal.aborted) process.exitCode = 130;
  } finally {
    bars.stop();
    process.off("SIGINT", interrupt);
  }
}

/** Embeddings run on this machine: nobody bills them. */
const isLocal = (embeddings: string | undefined): boolean =>
  embeddings === undefined || /^(?:transformers|ollama|lmstudio|vllm):/.test(embeddings);

async function agreeToCost({ yes, maxCost, embeddings }: Flags, { model, memoryModel, judge }: RunOptions, cost: number): Promise<void> {
  if ([model, memoryModel, judge ?? model].every(isFree) && isLocal(embeddings)) return;
  if (maxCost !== undefined && Number.isNaN(cost)) throw new Misuse("--max-cost needs the prices of all models: --prices FILE.");
  if (maxCost !== undefined && cost > maxCost)
    process.stderr.write(`The estimate is above the limit of $${maxCost}; the run will stop there.\n`);
  if (yes) return;
  if (!process.stdin.isTTY) throw new Misuse("This calls models that may cost money. Add --yes to go ahead, or --dry-run to look only.");
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const said = await asking.question("Go ahead? [y/N] ");
  asking.close();
  if (!/^y(es)?$/i.test(said.trim())) throw new Misuse("Nothing was done.");
}

function faultsText(faults: readonly Fault[]): string {
  const lost = faults.reduce((sum, { questions }) => sum + questions, 0);
  const shown = faults.slice(0, 10).map(({ kind, where, what }) => `  ${kind}: ${where}: ${what}\n`);
  const more = faults.length > shown.length ? `  and ${faults.length - shown.length} more, all counted in the report\n` : "";
  return faults.length === 0 ? "" : `${faults.length} faults in the data, ${lost} questions left out:\n${shown.join("")}${more}`;
}

const resultText = ({ systems }: Awaited<ReturnType<typeof run>>): string =>
  systems
    .map(({ system, asked, outcomes, f1 }) => {
      const counts = Object.entries(outcomes)
        .filter(([, n]) => n > 0)
        .map(([name, n]) => `${n} ${name}`);
      return `${system.padEnd(14)} ${asked} asked: ${counts.join(", ")}${f1.n > 0 ? `; token F1 ${(100 * f1.mean).toFixed(1)} %` : ""}`;
    })
    .join("\n");

/** Codes of the process: 0 done, 1 a mistake in the call or the data, 3 stopped by the cost limit, 130 by Ctrl-C. */
export const main = (args: readonly string[]): Promise<void> =>
  runCommand(evalCommand(), args, {
    mendable: (error) => error instanceof BadData || error instanceof OtherRun || error instanceof OverBudget || error instanceof Hopeless,
    codeOf: (error) => (error instanceof OverBudget ? 3 : 1),
  });
