import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { differences, explain } from "./compare.js";
import { measure, type Measured } from "./measure.js";

const BASELINE = fileURLToPath(new URL("./baseline.json", import.meta.url));

const command = new Command("eval:gate")
  .description(
    "Holds what a change of ours could spoil without a test failing: retrieval, rendered prompts, recorded answers through the graph, tokens.",
  )
  .option("--update", "write what is now as the new baseline", false)
  .option("--json", "print the measurement", false)
  .action(async ({ update, json }: { update: boolean; json: boolean }) => {
    const stale: string[] = [];
    const now = await measure((reason) => stale.push(reason));
    if (json) process.stdout.write(`${JSON.stringify(now, null, 2)}\n`);
    const before = (existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, "utf8")) : {}) as Partial<Measured>;
    // Without answers there is no graph to compare; why is said by itself.
    const known = stale.length > 0 ? { ...before, graph: undefined } : before;
    const found = differences(JSON.parse(JSON.stringify(known)), JSON.parse(JSON.stringify(now)));
    if (update && stale.length === 0) {
      writeFileSync(BASELINE, `${JSON.stringify(now, null, 1)}\n`);
      process.stdout.write(`${found.length} values changed:\n${found.map(explain).join("\n")}\n${BASELINE}\n`);
      return;
    }
    const worse = found.filter(({ better }) => !better);
    process.stderr.write([...found.map(explain), ...stale].map((text) => `${text}\n`).join(""));
    if (worse.length + stale.length > 0) {
      process.stderr.write(
        `${worse.length} values are not those of evals/gate/baseline.json${stale.length > 0 ? ", and the recorded answers do not fit" : ""}. Are they meant? Then: ${stale.length > 0 ? "make the recording again as it says, and " : ""}npm run eval:gate -- --update\n`,
      );
      process.exitCode = 1;
    } else if (!json) process.stdout.write("Retrieval, prompts, recorded answers and tokens are as they were.\n");
  });

await command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
