/** Where a secret stands in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One kind of secret. A `pattern` is replaced where it matches, or only its group `(?<secret>…)` when it has one; `find` is for
 * what a pattern cannot say, such as check digits. A text without any of the `hints` is not searched. Full-width forms and odd spaces, dashes and quotes are plain when rules see them.
 */
export type SecretRule = { readonly name: string; readonly hints?: readonly string[] } & (
  | { readonly pattern: RegExp; readonly accept?: (secret: string, match: RegExpExecArray) => boolean }
  | { readonly find: (text: string) => Iterable<Span> }
);

/** A name stands in a marker, and must not look like the end of one. */
const RULE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} .'/-]{0,39}$/u;

export function isSecretRule(value: unknown): value is SecretRule {
  if (typeof value !== "object" || value === null) return false;
  const { name, pattern, find } = value as { name?: unknown; pattern?: unknown; find?: unknown };
  return typeof name === "string" && RULE_NAME.test(name) && (pattern instanceof RegExp || typeof find === "function");
}
