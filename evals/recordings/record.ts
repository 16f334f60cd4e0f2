import { Command } from "commander";
import { resolveModel } from "../../src/models/resolve.js";
import { scriptedFile } from "../models/scripted-file.js";
import { askAll } from "../prompts/cases.js";
import { fourSessions } from "./four-sessions.js";
import { recordingModel, recordingFile, type RecordingName } from "./recording.js";

const SCENARIOS: Readonly<Record<RecordingName, (model: Parameters<typeof askAll>[0]) => Promise<unknown>>> = {
  prompts: askAll,
  "four-sessions": fourSessions,
};

const command = new Command("eval:record")
  .description("Asks a model what the recordings hold and writes its answers. They go on to be checked by npm test and npm run eval:gate.")
  .requiredOption("--model <name>", "openai:gpt-5-mini, ollama:llama3.1, keyless, scripted:FILE …")
  .option("--base-url <url>", "address of an OpenAI-compatible server")
  .action(async ({ model: name, baseUrl }: { model: string; baseUrl?: string }) => {
    const model = name.startsWith("scripted:")
      ? (await scriptedFile(name.slice("scripted:".length))).model
      : await resolveModel(name, { baseUrl });
    for (const [scenario, play] of Object.entries(SCENARIOS) as [RecordingName, (typeof SCENARIOS)[RecordingName]][]) {
      const recording = recordingModel(scenario, name, model);
      await play(recording.model);
      process.stdout.write(`${recordingFile(scenario)}: ${recording.save()} answers of ${name}\n`);
    }
    process.stdout.write("Now look at what changed: npm run eval:gate, and accept it with npm run eval:gate -- --update.\n");
  });

await command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
