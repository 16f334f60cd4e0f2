/** `npm run soak`: many users for months, with everything going wrong that can, against the same without; every figure must be 0. */
import { parseArgs } from "node:util";
import { soak, type SoakOptions, type SoakReport } from "./soak/run.js";

const USAGE = `Talks to the agent as many users for simulated months, with faults, and compares what it remembers with a run without faults.

  npm run soak -- [options]

  --users <n>        users (default 20)
  --exchanges <n>    messages of all users together (default 2000)
  --concurrency <n>  users that talk at the same time (default 8)
  --faults <rate>    share of model calls that go wrong, 0 to 1; a store operation fails a twentieth as often, because a turn
                     has dozens; messages come late, twice and from two devices at rates that follow it (default 0.2)
  --kills <n>        processes to end with SIGKILL, in the middle of turns and updates (default 8, without faults 0)
  --seed <n>         everything follows from it, but for the interleaving of two processes (default 1)
  --keep <folder>    keep both stores there
  --json             print the report as JSON
  --help             print this

Exits with 0 when nothing is lost, duplicated, out of order, different, leaked or pending, else with 1.`;

/** @throws Error that names the option */
function readArguments(args: readonly string[]): SoakOptions & { json: boolean; help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: "string", default: "20" },
      exchanges: { type: "string", default: "2000" },
      concurrency: { type: "string", default: "8" },
      faults: { type: "string", default: "0.2" },
      kills: { type: "string" },
      seed: { type: "string", default: "1" },
      keep: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const number = (
    name: "users" | "exchanges" | "concurrency" | "faults" | "kills" | "seed",
    text: string,
    fits: (n: number) => boolean,
  ): number => {
    const n = Number(text);
    if (text.trim() !== "" && fits(n)) return n;
    throw new Error(`--${name} does not take "${text}".`);
  };
  const count = (n: number): boolean => Number.isInteger(n) && n >= 1;
  const faults = number("faults", values.faults, (n) => n >= 0 && n <= 1);
  return {
    users: number("users", values.users, (n) => count(n) && n <= 1000),
    exchanges: number("exchanges", values.exchanges, count),
    concurrency: number("concurrency", values.concurrency, count),
    faults,
    kills: number("kills", values.kills ?? (faults > 0 ? "8" : "0"), (n) => Number.isInteger(n) && n >= 0),
    seed: number("seed", values.seed, Number.isInteger),
    keep: values.keep,
    json: values.json,
    help: values.help,
  };
}

function print({ difference, storm, calm, faults, seconds, ok }: SoakReport): string {
  const { examples, ...figures } = difference;
  const list = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ");
  const phase = (
    name: string,
    { accepted, resubmitted, died, kills, exchangesPerSecond, modelCalls, seconds: took }: SoakReport["storm"],
  ): string =>
    `${name}: ${accepted} messages accepted in ${took} s (${exchangesPerSecond.toFixed(1)}/s), ${resubmitted} sent again, ${kills} processes killed in ${died} turns; model calls: ${list(modelCalls)}`;
  return [
    ...examples.map((example) => `  ${example.slice(0, 400)}`),
    phase("without faults", calm),
    phase("with faults", storm),
    `arrivals: ${list(storm.arrivals)}`,
    `faults: ${list(faults)}`,
    `differences: ${list(figures)}`,
    `${ok ? "ok" : "FAILED"} in ${seconds} s`,
  ].join("\n");
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readArguments>;
  try {
    options = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const tty = process.stderr.isTTY;
  try {
    const report = await soak(
      options,
      (what, done, all) => tty && process.stderr.write(`\r\u001b[K${what}: ${done} of ${all}`),
      stop.signal,
    );
    if (tty) process.stderr.write("\r\u001b[K");
    console.log(options.json ? JSON.stringify(report, null, 2) : print(report));
    return report.ok ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) {
      console.error("\nStopped.");
      return 130;
    }
    throw error;
  }
}

process.exitCode = await main();
