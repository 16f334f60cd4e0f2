import { ProcessDied, type Worker } from "./fleet.js";
import type { Step } from "./plan.js";
import type { Exchange } from "./workload.js";

/** A turn that fails so often will not succeed. */
const MAX_TRIES = 60;

export interface ClientCounts {
  /** Messages whose run returned, at the first attempt or a later one. */
  accepted: number;
  resubmitted: number;
  died: number;
}

/** Lets so many work at a time. */
export function gate(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let free = width;
  return async (work) => {
    if (free === 0) await new Promise<void>((go) => queue.push(go));
    else free--;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}

/**
 * The client of one user: says what the plan has, waits for each step, and sends a turn again whose run failed or whose server died,
 * with the id it had.
 */
export async function converse(
  steps: readonly Step[],
  workers: readonly Worker[],
  workerOf: (exchange: Exchange) => number,
  counts: ClientCounts,
  options: { readonly accepted: Set<string>; readonly stopping: () => boolean },
): Promise<void> {
  let now = 0;
  let userId = "";
  for (const step of steps) {
    if (options.stopping()) return;
    if ("flush" in step) {
      // An update that fails is no news to anybody: what is pending stays so.
      if (userId !== "")
        await workers[0]!.ask({ do: "flush", userId, endSession: step.flush.endSession, now: now + 1000 }).catch(ignoreDeath);
      continue;
    }
    userId = step.deliveries[0]!.exchange.userId;
    now = Math.max(now, ...step.deliveries.map(({ exchange }) => exchange.at));
    await Promise.all(
      step.deliveries.map(async ({ exchange, thread }) => {
        for (let tries = 0; ; tries++) {
          if (options.stopping()) return;
          const failure = await submit(workers[workerOf(exchange)]!, exchange, thread, now + tries * 61_000, counts);
          if (failure === undefined) break;
          if (tries >= MAX_TRIES) throw new Error(`The message ${exchange.id} was refused ${tries} times: ${failure}`);
          counts.resubmitted++;
        }
        if (!options.accepted.has(exchange.id)) counts.accepted++;
        options.accepted.add(exchange.id);
      }),
    );
  }
}

/** Undefined when the run returned, else why it did not. */
async function submit(worker: Worker, exchange: Exchange, thread: string, now: number, counts: ClientCounts): Promise<string | undefined> {
  try {
    const reply = await worker.ask({ do: "turn", exchange, thread, now });
    return "error" in reply ? reply.error : undefined;
  } catch (error) {
    if (!(error instanceof ProcessDied)) throw error;
    counts.died++;
    return "the server died";
  }
}

const ignoreDeath = (error: unknown): void => {
  if (!(error instanceof ProcessDied)) throw error as Error;
};
