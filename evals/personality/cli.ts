import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { FolderCalls } from "../models/call-store.js";
import { Meter } from "../models/meter.js";
import { openModel } from "../models/open-model.js";
import { progressBars } from "../report/bars.js";
import { markdownTable } from "../report/table.js";
import type { Fault } from "../suite.js";
import { labelledStudy } from "./labelled-study.js";
import { readLabelledTexts } from "./labelled-text.js";
import { experiment, noiseSweep, type StudyOptions } from "./measures.js";
import { labelledTable, personalityHtml, personalityMarkdown, type PersonalityReport } from "./report.js";

const numberIn =
  (low: number, high: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`is not between ${low} and ${high}.`);
    return value;
  };

interface Flags extends StudyOptions {
  readonly out: string;
  readonly json: boolean;
  readonly labelled?: string;
  readonly texts: number;
  readonly model: string;
  readonly baseUrl?: string;
  readonly cache: string;
}

const command = new Command("eval:personality")
  .description("How well a belief about somebody's Big Five follows them: simulated users whose traits are known, or texts with labels.")
  .option("--users <n>", "simulated users", numberIn(1, 100_000, true), 200)
  .option("--turns <n>", "messages of each", numberIn(10, 100_000, true), 300)
  .option("--noise <sd>", "standard deviation of what a message shows", numberIn(0, 10, false), 1)
  .option("--evidence <share>", "share of messages that show a trait", numberIn(0, 1, false), 0.3)
  .option("--seed <n>", "another seed, other users", numberIn(0, 1e9, true), 1)
  .option("--out <folder>", "reports", join(".eval", "personality"))
  .option("--json", "print the figures as JSON", false)
  .option("--labelled <csv>", "instead: texts labelled with Big Five scores (essays, PANDORA)")
  .option("--texts <n>", "how many of them", numberIn(1, 1e9, true), 200)
  .option("--model <name>", "infers the traits of labelled texts", "keyless")
  .option("--base-url <url>", "address of an OpenAI-compatible server")
  .option("--cache <folder>", "answers of models, by content", join(homedir(), ".cache", "personagraph-eval"))
  .action(async (flags: Flags) => (flags.labelled === undefined ? simulated(flags) : labelled(flags, flags.labelled)));

function simulated({ users, turns, noise, evidence, seed, out, json }: Flags): void {
  const options = { users, turns, noise, evidence, seed };
  const report: PersonalityReport = {
    options,
    experiments: (["still", "step", "drift"] as const).map((drift) => experiment(drift, options)),
    noises: noiseSweep(options),
  };
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "personality.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(out, "personality.md"), personalityMarkdown(report));
  writeFileSync(join(out, "personality.html"), personalityHtml(report));
  // Curves are in the file; on the screen the ends of them are enough.
  const short = {
    ...report,
    experiments: report.experiments.map(({ drift, rows }) => ({ drift, rows: rows.map(({ curve: _, ...row }) => row) })),
  };
  process.stdout.write(json ? `${JSON.stringify(short, null, 2)}\n` : personalityMarkdown(report));
  process.stderr.write(`${["personality.md", "personality.html", "personality.json"].map((name) => join(out, name)).join("  ")}\n`);
}

async function labelled({ model: name, baseUrl, cache, texts, json }: Flags, file: string): Promise<void> {
  const faults: Fault[] = [];
  const read = await readLabelledTexts(file, (fault) => faults.push(fault));
  for (const { kind, where, what } of faults.slice(0, 10)) process.stderr.write(`${kind}: ${where}: ${what}\n`);
  if (faults.length > 0)
    process.stderr.write(`${faults.length} faults, ${faults.reduce((sum, { questions }) => sum + questions, 0)} texts left out\n`);
  if (read.texts.length === 0) throw new Error(`${file} gives no labelled text.`);
  const model = await openModel(name, { calls: new FolderCalls(cache), meter: new Meter(), baseUrl });
  const some = { ...read, texts: read.texts.slice(0, texts) };
  const bars = progressBars();
  bars.begin("texts", some.texts.length);
  const study = await labelledStudy(some, model, { onText: () => bars.step("texts") });
  bars.stop();
  if (name === "keyless" || name.startsWith("scripted:"))
    process.stderr.write(`No language model: ${name} is a set of rules or a script. These figures show that the study runs.\n`);
  process.stdout.write(json ? `${JSON.stringify(study, null, 2)}\n` : `${markdownTable(labelledTable(study))}\n`);
}

await command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
