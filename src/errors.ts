/** Every error of ours: what went wrong, where, and how to mend it. Compare by `code`, not by `instanceof`, which fails between ESM and CJS. */
export class PersonaError extends Error {
  readonly code: string;
  /** One sentence: what to do about it. */
  readonly fix: string;

  constructor({ code, message, fix, cause }: { code: string; message: string; fix: string; cause?: unknown }) {
    super(`${message} ${fix}`, cause === undefined ? undefined : { cause });
    this.name = "PersonaError";
    this.code = code;
    this.fix = fix;
  }
}

/** The text of anything that was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
