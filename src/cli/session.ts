import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { PersonaMemory } from "../index.js";
import { isAbort, usageError } from "./exit.js";
import { outputTo, type Output } from "./output.js";
import { isFile } from "./place.js";
import {
  jsonFlag,
  localTimezone,
  memoryFlags,
  optionsOf,
  placeFlags,
  storeOf,
  userOf,
  type MemoryFlags,
  type PlaceFlags,
} from "./settings.js";

/** What a command works with: a memory, and where to write. */
export interface StoreSession<F extends PlaceFlags = PlaceFlags> {
  readonly memory: PersonaMemory;
  readonly out: Output;
  readonly flags: F;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** The same for what concerns one user: whose memory it is. */
export interface Session<F extends MemoryFlags = MemoryFlags> extends StoreSession<F> {
  readonly userId: string;
  readonly timezone: string;
}

type Arguments = readonly (string | undefined)[];

interface Kind {
  /** Whether a memory may begin with this command; the others say that there is none at a place that was mistyped. */
  readonly begins?: boolean;
}

/** A command over one user's memory. */
export const memoryCommand = <F extends MemoryFlags = MemoryFlags>(
  command: Command,
  work: (session: Session<F>, args: Arguments) => Promise<void>,
  kind: Kind = {},
): Command =>
  opened<F>(
    memoryFlags(command),
    (session, args) => work({ ...session, userId: userOf(session.flags), timezone: session.flags.timezone ?? localTimezone() }, args),
    kind,
  );

/** A command over a whole store, which says itself whom it concerns. */
export const storeCommand = <F extends PlaceFlags = PlaceFlags>(
  command: Command,
  work: (session: StoreSession<F>, args: Arguments) => Promise<void>,
): Command => opened<F>(placeFlags(command), work, {});

/** A command over an open memory: its action, and that the memory is closed whatever happens. */
function opened<F extends PlaceFlags>(
  command: Command,
  work: (session: StoreSession<F>, args: Arguments) => Promise<void>,
  { begins = false }: Kind,
): Command {
  return jsonFlag(command).action(async (...given: unknown[]) => {
    const flags = given.at(-2) as F;
    const args = given.slice(0, -2) as (string | undefined)[];
    if (!begins) expectMemory(flags);
    const { signal, release } = interruptible();
    // Only now: the library takes longer to load than help takes to print.
    const { PersonaMemory } = await import("../index.js");
    const memory = new PersonaMemory(optionsOf(flags));
    try {
      await work({ memory, out: outputTo(flags.json === true), flags, signal }, args);
    } catch (error) {
      // Whatever an abort makes of the work it interrupts, it is an abort.
      throw signal.aborted && !isAbort(error) ? signal.reason : error;
    } finally {
      release();
      await memory.close().catch(() => undefined);
    }
  });
}

function expectMemory(flags: PlaceFlags): void {
  const store = storeOf(flags);
  if (!isFile(store) || existsSync(store)) return;
  throw usageError(`There is no memory at ${store}.`, "Begin one with chat or import, or say where it is: --store, or PERSONAGRAPH_STORE.");
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
