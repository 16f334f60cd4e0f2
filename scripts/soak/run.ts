import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { converse, gate, type ClientCounts } from "./client.js";
import { compare, type Difference } from "./compare.js";
import { faultsInjected } from "./faults.js";
import { Worker } from "./fleet.js";
import { calmPlan, stormPlan, type Step } from "./plan.js";
import { conversationOf, userIdOf, type Exchange } from "./workload.js";

export interface SoakOptions {
  readonly users: number;
  readonly exchanges: number;
  readonly concurrency: number;
  readonly faults: number;
  readonly seed: number;
  readonly kills: number;
  /** Where the two stores are kept afterwards; else they are removed. */
  readonly keep?: string | undefined;
}

export interface SoakReport {
  readonly options: SoakOptions;
  readonly ok: boolean;
  readonly difference: Difference;
  readonly storm: PhaseReport;
  readonly calm: PhaseReport;
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
}

interface PhaseReport extends ClientCounts {
  readonly kills: number;
  readonly seconds: number;
  readonly exchangesPerSecond: number;
  readonly modelCalls: { readonly answer: number; readonly extract: number; readonly consolidate: number };
  readonly arrivals: Readonly<Record<string, number>>;
}

interface Phase {
  readonly report: PhaseReport;
  readonly accepted: ReadonlySet<string>;
  readonly pending: ReadonlyMap<string, number>;
  readonly leaks: readonly string[];
}

const PROCESSES = 2;
/** Rounds of making up for what is pending, once nothing fails any more. */
const ROUNDS = 8;

/** The run with faults, the same run without, and what differs. Stops early, with an error, when `signal` says so. */
export async function soak(
  options: SoakOptions,
  onProgress: (what: string, done: number, all: number) => void,
  signal?: AbortSignal,
): Promise<SoakReport> {
  const started = performance.now();
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), "personagraph-soak-"));
  try {
    const folders = [join(folder, "calm"), join(folder, "storm")] as const;
    for (const each of folders) {
      rmSync(each, { recursive: true, force: true });
      mkdirSync(each, { recursive: true });
    }
    const calm = await phase(
      { ...options, faults: 0, kills: 0 },
      folders[0],
      (done, all) => onProgress("without faults", done, all),
      signal,
    );
    const storm = await phase(options, folders[1], (done, all) => onProgress("with faults", done, all), signal);
    onProgress("comparing", 0, 1);
    const difference = await compare(folders[0], folders[1], options, storm.pending, storm.accepted);
    difference.leaked += storm.leaks.length + calm.leaks.length;
    difference.examples.push(...storm.leaks, ...calm.leaks);
    const { examples: _, ...figures } = difference;
    return {
      options,
      ok: Object.values(figures).every((figure) => figure === 0),
      difference,
      storm: storm.report,
      calm: calm.report,
      faults: faultsInjected(folders[1]),
      seconds: secondsSince(started),
    };
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function phase(
  options: SoakOptions,
  folder: string,
  onProgress: (done: number, all: number) => void,
  signal: AbortSignal | undefined,
): Promise<Phase> {
  const { users, exchanges, seed, faults: rate, kills, concurrency } = options;
  const started = performance.now();
  const leaks: string[] = [];
  const workers = Array.from(
    { length: PROCESSES },
    (_, process) => new Worker({ folder, seed, rate, process, processes: PROCESSES, kills, exchanges }, (leak) => leaks.push(leak)),
  );
  const end = (): void => workers.forEach((worker) => worker.end());
  signal?.addEventListener("abort", end, { once: true });
  const counts: ClientCounts = { accepted: 0, resubmitted: 0, died: 0 };
  const accepted = new Set<string>();
  const arrivals: Record<string, number> = {};
  const beat = setInterval(() => onProgress(accepted.size, exchanges), 200);
  try {
    const atOnce = gate(concurrency);
    await Promise.all(
      Array.from({ length: users }, (_, user) => {
        const said = conversationOf(user, options);
        let steps: readonly Step[] = calmPlan(said);
        if (rate > 0) {
          const plan = stormPlan(said, seed, rate);
          steps = plan.steps;
          for (const [what, count] of Object.entries(plan.counts)) arrivals[what] = (arrivals[what] ?? 0) + count;
        }
        // Without faults one process serves a user; with them the two devices of a user talk to two.
        const workerOf = ({ device }: Exchange): number => (user + (rate > 0 ? device : 0)) % PROCESSES;
        return atOnce(() => converse(steps, workers, workerOf, counts, { accepted, stopping: () => signal?.aborted ?? false }));
      }),
    );
    signal?.throwIfAborted();
    const pending = await makeUp(workers, options);
    await new Promise((done) => setTimeout(done, 600)); // the workers' last counts
    const seconds = secondsSince(started);
    const modelCalls = { answer: 0, extract: 0, consolidate: 0 };
    for (const { calls } of workers) for (const stage of ["answer", "extract", "consolidate"] as const) modelCalls[stage] += calls[stage];
    const report = {
      ...counts,
      kills: workers.reduce((sum, worker) => sum + worker.kills, 0),
      seconds,
      exchangesPerSecond: exchanges / seconds,
      modelCalls,
      arrivals,
    };
    return { report, accepted, pending, leaks };
  } finally {
    clearInterval(beat);
    signal?.removeEventListener("abort", end);
    for (const worker of workers) worker.stop();
  }
}

/** The faults are over: whatever is pending is done now, by whoever comes next. What then is left is pending for ever. */
async function makeUp(workers: readonly Worker[], options: SoakOptions): Promise<Map<string, number>> {
  await Promise.all(workers.map((worker) => worker.ask({ do: "calm" })));
  const atOnce = gate(options.concurrency);
  const pending = new Map<string, number>();
  await Promise.all(
    Array.from({ length: options.users }, (_, user) =>
      atOnce(async () => {
        const userId = userIdOf(user);
        const now = conversationOf(user, options).at(-1)?.at ?? 0;
        for (let round = 1; round <= ROUNDS; round++) {
          const reply = await workers[user % PROCESSES]!.ask({ do: "flush", userId, endSession: true, now: now + round * 3_600_000 });
          pending.set(userId, "pending" in reply ? (reply.pending?.length ?? 0) : 1);
          if (pending.get(userId) === 0) break;
        }
      }),
    ),
  );
  return pending;
}

const secondsSince = (started: number): number => Math.round((performance.now() - started) / 100) / 10;
