/**
 * `npm run bench:scale -- --json`: many users and one large user on each engine, beside the same work on the engine's own API, in one
 * run. Each row is printed when it is done, so that a run that is cut off has shown something.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chroma } from "./scale-chroma.js";
import { postgres, sqlite, type Size } from "./scale-stores.js";
import type { ScaleRow } from "./scale-world.js";

const HELP = `Usage: npm run bench:scale -- [options]
  --engines LIST     of sqlite, postgres, chroma (default all)
  --users N          users of --per-user memories (default 10000; 0 leaves them out)
  --per-user N       default 100
  --large LIST       memories of one user, each a run of its own (default 1000,100000; 0 leaves them out)
  --shards LIST      collections that Chroma's users are spread over (default 64)
  --questions N      default 200
  --json             rows as JSON, one run in the end`;

const { values } = parseArgs({
  options: {
    engines: { type: "string", default: "sqlite,postgres,chroma" },
    users: { type: "string", default: "10000" },
    "per-user": { type: "string", default: "100" },
    large: { type: "string", default: "1000,100000" },
    shards: { type: "string", default: "64" },
    questions: { type: "string", default: "200" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const numbers = (list: string): number[] =>
  list
    .split(",")
    .map(Number)
    .filter((n) => n > 0);
const questions = Number(values.questions);

// Whoever is told to end takes the engines along.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

if (values.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const sizes: Size[] = [
    ...numbers(values.users).map((users) => ({ users, perUser: Number(values["per-user"]), questions })),
    ...numbers(values.large).map((perUser) => ({ users: 1, perUser, questions: Math.min(questions, 50) })),
  ];
  const rows: ScaleRow[] = [];
  for (const engine of values.engines.split(",")) {
    for (const size of sizes) {
      const found = engine === "sqlite" ? await sqlite(size) : engine === "postgres" ? await postgres(size) : await eachSpread(size);
      rows.push(...found);
      for (const row of found) process.stderr.write(`${JSON.stringify(row)}\n`);
    }
  }
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    load: loadavg().map((value) => Math.round(value * 10) / 10),
  };
  if (values.json) console.log(JSON.stringify({ date: new Date().toISOString(), ...machine, rows }, null, 2));
  else console.table(rows.map(({ cold, warm, peer, ...rest }) => ({ ...rest, cold: cold?.p50, warm: warm?.p50, peer: peer?.p50 })));
}

/** One spread after the other: two servers at once would measure each other. */
async function eachSpread(size: Size): Promise<ScaleRow[]> {
  const found: ScaleRow[] = [];
  for (const shards of numbers(values.shards)) found.push(...(await chroma(size, shards)));
  return found;
}
