/**
 * How many workers serve how many users: the measured costs of this machine in a simulation of one cell (one database and its workers)
 * in its peak hour, with busy users and quiet ones. Cells share nothing, so that a hundred of them are a hundred times one.
 *
 *   npm run bench:fleet -- [--json] [--users 1000000] [--workers 1,2,3,4,6,8] [--cache 512] [--network 1] [--target 100] …
 */
import { Command } from "commander";
import { measureCosts, type Costs } from "./fleet/costs.js";
import { turnsOf, type Load } from "./fleet/load.js";
import { monthly, PRICES } from "./fleet/price.js";
import { simulate, type Fleet, type Outcome } from "./fleet/simulate.js";

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new Error(`"${text}" is no number of zero or more.`);
  return value;
};
const numbers = (text: string): number[] => text.split(",").map(number);

const options = new Command("npm run bench:fleet --")
  .description("Simulates the workers of one cell under a skewed load, with costs measured on this machine.")
  .option("--json", "print JSON", false)
  .option("--users <n>", "registered users of the cell", number, 1_000_000)
  .option("--daily <share>", "share of them that talk on a day", number, 0.1)
  .option("--turns <n>", "turns of such a user on that day", number, 10)
  .option("--peak <factor>", "peak hour over the mean hour", number, 3)
  .option("--memories <n>", "memories of a user, mean", number, 1_000)
  .option("--skew <sigma>", "spread of activity between users", number, 1.2)
  .option("--workers <list>", "numbers of workers to try", numbers, [1, 2, 3, 4, 6, 8])
  .option("--cache <mb>", "indexes that a worker keeps", number, 512)
  .option("--network <ms>", "round trip to the database", number, 1)
  .option("--target <ms>", "99 of 100 recalls shall take no longer", number, 100)
  .option("--hours <n>", "peak hours to simulate; the first half fills the caches", number, 2)
  .option("--seed <n>", "of the load", number, 1)
  .option("--rounds <n>", "measurements of each cost", number, 60)
  .parse()
  .opts<
    Load & { json: boolean; workers: number[]; cache: number; network: number; target: number; hours: number; seed: number; rounds: number }
  >();

/** No worker's thread shall be busier: above it queues grow out of proportion. */
const BUSY = 0.6;

const costs = await measureCosts(options.rounds);
const turns = turnsOf(options, options.hours, options.seed);
const rows = (["user", "any"] as const).flatMap((routing) =>
  options.workers.map((workers) => {
    const fleet: Fleet = { workers, cache: options.cache * 2 ** 20, routing, network: options.network };
    return { routing, workers, ...simulate(turns, costs, fleet, options.seed) };
  }),
);
const enough = rows.find((row) => row.routing === "user" && row.p99 <= options.target && row.busiest <= BUSY);
const price = enough && monthly(options, enough.workers, options.cache, PRICES);
const { json, ...settings } = options;
if (json)
  console.log(
    JSON.stringify({ settings, costs, rows: rows.map(rounded), enough: enough?.workers ?? null, prices: PRICES, price }, null, 2),
  );
else print(costs);

function print({ warm, cold, bytes, turn }: Costs): void {
  const line = (name: string, { base, each }: Costs["warm"], unit: string, by: number) =>
    console.log(`${name.padEnd(26)} ${(base / by).toFixed(2)} ${unit} + ${((each * 1000) / by).toFixed(2)} ${unit} for 1,000 memories`);
  console.log("Measured on this machine:");
  line("  recall, index at hand", warm, "ms", 1);
  line("  recall, first of a user", cold, "ms", 1);
  line("  index in memory", bytes, "MB", 2 ** 20);
  console.log(`  all else of a turn         ${turn.toFixed(1)} ms\n`);
  console.log(`${options.users.toLocaleString("en")} users, ${turns.length.toLocaleString("en")} turns in ${options.hours} peak hours`);
  console.table(rows.map(rounded));
  if (!enough)
    return console.log(`None of these keeps 99 of 100 recalls under ${options.target} ms with threads at most ${BUSY * 100} % busy.`);
  console.log(
    `${enough.workers} workers are enough: p99 ${enough.p99.toFixed(0)} ms, the busiest thread ${(enough.busiest * 100).toFixed(0)} % busy.`,
  );
  const short = Object.entries(price ?? {}).map(([what, dollars]) => `${what} ${(dollars as number).toPrecision(2)}`);
  console.log(`Dollars a user a month, at the prices in bench/fleet/price.ts: ${short.join(", ")}`);
}

function rounded<Row extends Outcome>(row: Row): Row {
  const kept = (value: unknown) => (typeof value === "number" ? Number(value.toFixed(value < 10 ? 3 : 1)) : value);
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, kept(value)])) as unknown as Row;
}
