/** What the process ends with. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** Errors of ours that are about how the command was called; all others are failures. */
const USAGE = new Set([
  "USAGE",
  "OPTIONS",
  "USER_ID_MISSING",
  "SCORES",
  "MODEL_NAME",
  "MODEL_UNKNOWN",
  "EMBEDDINGS_UNKNOWN",
  "INDEX_UNKNOWN",
  "INDEX_OPTIONS",
  "STORE_MISSING",
  "IMPORT_ME",
  "IMPORT_DATE_ORDER",
  "IMPORT_FORMAT",
  "IMPORT_FILE",
  "IMPORT_SINCE",
  "IMPORT_ONCE",
]);

/** A command that was called in a way that makes no sense. */
export class UsageError extends Error {
  readonly code = "USAGE";

  constructor(
    what: string,
    readonly fix: string,
  ) {
    super(`${what} ${fix}`);
  }
}

export const usageError = (what: string, fix: string): UsageError => new UsageError(what, fix);

/** A command that has said all there is to say, and ends with this code. */
export class Ended extends Error {
  constructor(readonly exitCode: number) {
    super("ended");
  }
}

export const isAbort = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === "AbortError";

/** By its code, not its class: the command and the library may be two bundles. */
const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "FAILURE";
};

export const exitCodeOf = (error: unknown): number =>
  error instanceof Ended ? error.exitCode : isAbort(error) ? EXIT.interrupted : USAGE.has(codeOf(error)) ? EXIT.usage : EXIT.failure;

/** What a person reads, or with `json` a program: `{"error": {code, message, fix?}}`. */
export function describe(error: unknown, json: boolean): string {
  if (isAbort(error)) return json ? JSON.stringify({ error: { code: "INTERRUPTED", message: "Interrupted." } }) : "Interrupted.";
  const message = error instanceof Error ? error.message : String(error);
  const { fix } = error as { fix?: unknown };
  return json ? JSON.stringify({ error: { code: codeOf(error), message, ...(typeof fix === "string" && { fix }) } }) : message;
}
