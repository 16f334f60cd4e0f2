/**
 * `npm run bench:scale -- --json`: many users and one large user on each engine, beside the same work on the engine's own API, in one
 * run. Each row is printed when it is done, so that a run that is cut off has shown something.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chroma } from "./scale-chroma.js";
import { pgvector } from "./scale-pgvector.js";
import { remote } from "./scale-remote.js";
import { postgres, sqlite, type Size } from "./scale-stores.js";
import type { ScaleRow } from "./scale-world.js";

const HELP = `Usage: npm run bench:scale -- [options]
  --engines LIST     of sqlite, postgres, chroma, pgvector (default all)
  --users N          users of --per-user memories (default 10000; 0 leaves them out)
  --per-user N       default 100
  --large LIST       memories of one user, each a run of its own (default 1000,100000; 0 leaves them out)
  --shards LIST      collections that Chroma's users are spread over (default 64)
  --pgvector URL     a Postgres with pgvector (default PGlite, in this process)
  --questions N      default 200
  --json             rows as JSON, one run in the end`;

const { values } = parseArgs({
  options: {
    engines: { type: "string", default: "sqlite,postgres,chroma,pgvector" },
    users: { type: "string", default: "10000" },
    "per-user": { type: "string", default: "100" },
    large: { type: "string", default: "1000,100000" },
    shards: { type: "string", default: "64" },
    pgvector: { type: "string" },
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
      const found = await measured(engine, size);
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

async function measured(engine: string, size: Size): Promise<ScaleRow[]> {
  if (engine === "sqlite") return sqlite(size);
  if (engine === "postgres") return postgres(size);
  if (engine === "pgvector") return remote(size, await pgvector(values.pgvector));
  const found: ScaleRow[] = [];
  // One spread after the other: two servers at once would measure each other.
  for (const shards of numbers(values.shards)) found.push(...(await remote(size, await chroma(shards))));
  return found;
}
