import { setTimeout as pause } from "node:timers/promises";
import { PersonaError, reasonOf } from "../../errors.js";

/** A server that is asked, and what its failures mean. */
export interface Server {
  readonly name: string;
  /** Whether the failure is an answer, which asking again does not change. */
  readonly isFinal: (thrown: unknown) => boolean;
  /** What to do about one. */
  readonly fix: string;
}

export interface AttemptOptions {
  readonly timeoutMs: number;
  readonly retries: number;
}

/**
 * Runs a request with a limit of time, and again after a pause that doubles. Every failure comes out as a PersonaError: INDEX_REFUSED
 * when the server answered that it will not, INDEX_AWAY when it did not answer or is broken.
 */
export async function attempt<T>(
  server: Server,
  what: string,
  request: () => Promise<T>,
  { timeoutMs, retries }: AttemptOptions,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await within(request(), timeoutMs);
    } catch (thrown) {
      if (thrown instanceof PersonaError) throw thrown;
      if (server.isFinal(thrown)) {
        const message = `${server.name} refused ${what}: ${reasonOf(thrown)}.`;
        throw new PersonaError({ code: "INDEX_REFUSED", message, fix: server.fix, cause: thrown });
      }
      if (tries >= retries) {
        const message = `${server.name} did not answer ${what}: ${reasonOf(thrown)}.`;
        throw new PersonaError({
          code: "INDEX_AWAY",
          message,
          fix: "Start it, or correct the address of the index; what was not indexed is made up for.",
          cause: thrown,
        });
      }
      await pause(50 * 2 ** tries);
    }
  }
}

/** The clients have no signal for one request: one that is late goes on unheard. */
async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
