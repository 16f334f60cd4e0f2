import type { Command } from "commander";
import type { PersonaMemory } from "../index.js";
import { isAbort } from "./exit.js";
import { outputTo, type Output } from "./output.js";
import { jsonFlag, localTimezone, memoryFlags, optionsOf, userOf, type MemoryFlags } from "./settings.js";

/** What a command works with: a memory, whose, and where to write. */
export interface Session<F extends MemoryFlags = MemoryFlags> {
  readonly memory: PersonaMemory;
  readonly userId: string;
  readonly timezone: string;
  readonly out: Output;
  readonly flags: F;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** A command over an open memory: its flags, its action, and that the memory is closed whatever happens. */
export function memoryCommand<F extends MemoryFlags = MemoryFlags>(
  command: Command,
  work: (session: Session<F>, args: readonly (string | undefined)[]) => Promise<void>,
): Command {
  return jsonFlag(memoryFlags(command)).action(async (...given: unknown[]) => {
    const flags = given.at(-2) as F;
    const args = given.slice(0, -2) as (string | undefined)[];
    const { signal, release } = interruptible();
    // Only now: the library takes longer to load than help takes to print.
    const { PersonaMemory } = await import("../index.js");
    const memory = new PersonaMemory(optionsOf(flags));
    try {
      const timezone = flags.timezone ?? localTimezone();
      await work({ memory, userId: userOf(flags), timezone, out: outputTo(flags.json === true), flags, signal }, args);
    } catch (error) {
      // Whatever an abort makes of the work it interrupts, it is an abort.
      throw signal.aborted && !isAbort(error) ? signal.reason : error;
    } finally {
      release();
      await memory.close().catch(() => undefined);
    }
  });
}

/** A signal that Ctrl-C aborts. */
export function interruptible(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
