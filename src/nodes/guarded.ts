import { withDeadline } from "../models/deadline.js";
import type { MemoryState, MemoryUpdate } from "../state.js";
import type { UserLog } from "../store/memory-log.js";
import { warn, whoOf, type Memory, type PersonaRuntime, type Services, type Who } from "./services.js";

/** What a node of the update stage works with. */
export interface Update extends Memory {
  readonly who: Who;
  readonly user: UserLog;
  readonly runtime: PersonaRuntime;
  readonly services: Services;
}

export type UpdateStep = (state: MemoryState, update: Update) => Promise<MemoryUpdate>;

/**
 * Runs a step of the update stage while it holds the user's updates. What fails here stops this update and not the run: the
 * answer was given, the messages are in the log, and what is pending is found there by the next update.
 */
export const guarded = (services: Services, step: UpdateStep) => held(services, step, "");

/** The same for steps side by side: when one fails, the others finish what they write, and the step after them ends the update. */
export const guardedBeside = (services: Services, step: UpdateStep) => held(services, step, undefined);

const held =
  (services: Services, step: UpdateStep, leaseAfterFailure: "" | undefined) =>
  async (state: MemoryState, runtime: PersonaRuntime): Promise<MemoryUpdate> => {
    const who = whoOf(runtime, services.settings);
    if (state.halted && state.lease !== "") return { lease: "", exchange: "", session: "" };
    let release: ((over: boolean) => void) | undefined;
    let lease = state.lease;
    try {
      const memory = await services.memory(runtime.store);
      lease = await memory.locks.hold(who.userId, lease, { signal: runtime.signal });
      const held = lease;
      release = (over) => memory.locks.release(who.userId, held, over);
      const update = await step(state, { ...memory, who, user: memory.log.of(who.userId), runtime, services });
      // Nobody comes after a step of a run that was given up meanwhile.
      release(update.lease === "" || runtime.signal?.aborted === true);
      return { lease, ...update };
    } catch (error) {
      release?.(true);
      return { lease: leaseAfterFailure ?? lease, halted: true, warnings: warn(runtime, "UPDATE_FAILED", error) };
    }
  };

/** One proposing call, which ends with the run or after `memoryTimeout`, whatever the model does. */
export const inTime = <T>({ runtime, services }: Update, call: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  withDeadline(services.settings.memoryTimeout * 1000, runtime.signal, call);
