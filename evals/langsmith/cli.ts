import { Command } from "commander";
import { Client } from "langsmith";
import { progressBars } from "../report/bars.js";
import { upload } from "./upload.js";

const command = new Command("eval:langsmith")
  .description("Puts a run of npm run eval into LangSmith: data set, an experiment a system, scores as feedback. Needs LANGSMITH_API_KEY.")
  .requiredOption("--run <folder>", "the --out folder of the run")
  .option("--dataset <name>", "name of the data set; default: <suite>-<data>")
  .option("--prefix <name>", "what experiments are called: <prefix>-<system>")
  .option("--json", "print what was uploaded as JSON", false)
  .action(async ({ run, dataset, prefix, json }: { run: string; dataset?: string; prefix?: string; json: boolean }) => {
    if (!process.env["LANGSMITH_API_KEY"])
      throw new Error("LANGSMITH_API_KEY is not set, so nothing is sent. The reports of the run are in its folder.");
    const bars = progressBars();
    const onStep = (done: number, all: number): void => {
      if (done === 1) bars.begin("answers", all);
      bars.step("answers");
    };
    const uploaded = await upload(new Client({ autoBatchTracing: false }), { run, dataset, prefix, onStep });
    bars.stop();
    const { dataset: name, examples, experiments } = uploaded;
    process.stdout.write(
      json
        ? `${JSON.stringify(uploaded, null, 2)}\n`
        : `${name}: ${examples} new examples\n${experiments.map((experiment) => `${experiment.name}: ${experiment.runs} runs`).join("\n")}\n`,
    );
  });

await command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
