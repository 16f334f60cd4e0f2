import { setTimeout as pause } from "node:timers/promises";
import { PersonaError, reasonOf } from "../../errors.js";

export interface AttemptOptions {
  readonly timeoutMs: number;
  readonly retries: number;
}

/** What trying again cannot mend. */
const FINAL = new Set([
  "ChromaClientError",
  "ChromaUnauthorizedError",
  "ChromaForbiddenError",
  "ChromaNotFoundError",
  "ChromaValueError",
  "ChromaUniqueError",
  "ChromaQuotaExceededError",
  "InvalidArgumentError",
  "InvalidCollectionError",
]);

/**
 * Runs a request with a limit of time, and again after a pause that doubles. Every failure comes out as a PersonaError: INDEX_REFUSED
 * when Chroma answered that it will not, INDEX_AWAY when it did not answer or is broken.
 */
export async function attempt<T>(what: string, request: () => Promise<T>, { timeoutMs, retries }: AttemptOptions): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await within(request(), timeoutMs);
    } catch (thrown) {
      if (thrown instanceof PersonaError) throw thrown;
      if (isFinal(thrown)) {
        const message = `Chroma refused ${what}: ${reasonOf(thrown)}.`;
        throw new PersonaError({
          code: "INDEX_REFUSED",
          message,
          fix: "Check address, tenant, database and headers of the index, and the server's version.",
          cause: thrown,
        });
      }
      if (tries >= retries) {
        const message = `Chroma did not answer ${what}: ${reasonOf(thrown)}.`;
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

export const isMissing = (thrown: unknown): boolean =>
  thrown instanceof PersonaError &&
  ["ChromaNotFoundError", "InvalidCollectionError"].includes((thrown.cause as Error | undefined)?.name ?? "");

const isFinal = (thrown: unknown): boolean => thrown instanceof Error && FINAL.has(thrown.name);

/** The client has no signal for one request: one that is late goes on unheard. */
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
