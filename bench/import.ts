/**
 * Importing one's past: throughput and peak memory of `personagraph import --no-derive` as a process of its own, over the formats; then
 * the same import killed in the middle (SIGKILL) and begun again, and everything compared.
 *
 *   npm run bench:import -- [--json] [--messages 100000]
 */
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PersonaMemory } from "../src/index.js";
import { chatgptLines, jsonLines, saidAt } from "./import-corpus.js";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, messages: { type: "string", default: "100000" }, help: { type: "boolean" } },
});
if (values.help) {
  console.log("npm run bench:import -- [--json] [--messages 100000]");
  process.exit(0);
}
const total = Number(values.messages);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const built = join(ROOT, "dist/cli.mjs");
const command = existsSync(built) ? [built] : ["--import", import.meta.resolve("tsx"), join(ROOT, "src/cli/main.ts")];
const folder = mkdtempSync(join(tmpdir(), "personagraph-bench-import-"));
const PEAK = `process.on("exit", () => require("node:fs").writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)))`;

async function write(name: string, lines: Iterable<string>): Promise<string> {
  const file = join(folder, name);
  const stream = createWriteStream(file);
  for (const line of lines) if (!stream.write(line)) await once(stream, "drain");
  stream.end();
  await once(stream, "finish");
  return file;
}

interface Run {
  readonly seconds: number;
  readonly peakMB: number;
  readonly added: number;
  readonly known: number;
}

/** Imports a file in a process of its own; with `killAfterMs` it does not live to the end. */
async function run(file: string, store: string, killAfterMs?: number): Promise<Run | undefined> {
  const peak = join(folder, "peak");
  const hook = join(folder, "peak.cjs");
  await write("peak.cjs", [PEAK]);
  const began = performance.now();
  const args = [
    "--require",
    hook,
    ...command,
    "import",
    file,
    "--user",
    "ada",
    "--store",
    store,
    "--no-derive",
    "--json",
    "--timezone",
    "UTC",
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, PEAK_FILE: peak },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = once(child, "close");
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs);
    child.kill("SIGKILL");
  }
  const [code] = (await ended) as [number | null];
  if (killAfterMs !== undefined && code === null) return undefined;
  if (code !== 0) throw new Error(`The import ended with ${code}: ${out}`);
  const { added, known } = JSON.parse(out) as { added: number; known: number };
  return { seconds: (performance.now() - began) / 1000, peakMB: Number(readFileSync(peak, "utf8")) / 1024, added, known };
}

/** Whether every message is there once, whole, with its time and what is pending for it. */
async function compare(
  store: string,
  prefix: string,
): Promise<{ messages: number; lost: number; doubled: number; different: number; pending: number }> {
  const memory = new PersonaMemory({ store });
  const messages = await memory.list("ada", "message");
  const pending = (await memory.pending("ada")).length;
  await memory.close();
  const seen = new Map<string, number>();
  let different = 0;
  for (const { key, text, at } of messages) {
    seen.set(key, (seen.get(key) ?? 0) + 1);
    const i = Number(/m(\d+)$/.exec(key)?.[1]);
    if (key !== `${prefix}m${i}` || text !== saidAt(i).text || at !== saidAt(i).at) different++;
  }
  let lost = 0;
  for (let i = 0; i < total; i++) if (!seen.has(`${prefix}m${i}`)) lost++;
  return { messages: messages.length, lost, doubled: [...seen.values()].filter((n) => n > 1).length, different, pending };
}

try {
  const files = [
    { format: "jsonl", file: await write("past.jsonl", jsonLines(total)), prefix: "" },
    { format: "chatgpt", file: await write("conversations.json", chatgptLines(total)), prefix: "chatgpt/" },
  ];
  const formats = [];
  for (const { format, file, prefix } of files) {
    const store = join(folder, `${format}.db`);
    const first = (await run(file, store))!;
    const again = (await run(file, store))!;
    formats.push({
      format,
      fileMB: statSync(file).size / 1e6,
      perSecond: Math.round(first.added / first.seconds),
      seconds: first.seconds,
      peakMB: first.peakMB,
      storeMB: statSync(store).size / 1e6,
      again: { added: again.added, known: again.known, seconds: again.seconds },
      check: await compare(store, prefix),
    });
  }
  const { file, prefix } = files[0]!;
  const store = join(folder, "killed.db");
  await run(file, store, formats[0]!.seconds * 500);
  const before = await compare(store, prefix);
  const resumed = (await run(file, store))!;
  const after = await compare(store, prefix);
  const report = {
    what: `${total} messages of one user, ${command.length === 1 ? "the built command" : "from the sources"}, Node ${process.version}`,
    formats,
    killed: {
      messagesBefore: before.messages,
      doubledBefore: before.doubled,
      differentBefore: before.different,
      addedAfter: resumed.added,
      ...after,
    },
  };
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(report.what);
    for (const { format, perSecond, seconds, peakMB, again } of formats)
      console.log(
        `${format.padEnd(8)} ${perSecond} messages/s (${seconds.toFixed(1)} s), peak ${peakMB.toFixed(0)} MB; again ${again.added} added in ${again.seconds.toFixed(1)} s`,
      );
    console.log(
      `killed after ${before.messages}, resumed with ${resumed.added}: ${after.lost} lost, ${after.doubled} doubled, ${after.different} different`,
    );
  }
  if (after.lost + after.doubled + after.different > 0 || after.messages !== total) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
