import { brandOf, isBranded } from "./domain/brand.js";

const BRAND = brandOf("PersonaError");

/** Every error of ours: what went wrong, where, and how to mend it. What it is, its `code` says; `instanceof` holds between ESM and CJS too. */
export class PersonaError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, BRAND);
  }

  readonly [BRAND] = true;
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

/** The same without its fix, for whoever tells that apart. */
export const faultOf = (thrown: unknown): string =>
  thrown instanceof PersonaError ? thrown.message.slice(0, -thrown.fix.length).trim() : reasonOf(thrown);
