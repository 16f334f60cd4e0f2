import { PersonaError } from "../errors.js";

/**
 * Namespaces as text. Each label is written as JSON escapes it, without the quotes, and ended by a line feed; escaped
 * text holds no control character, so the end of a label is never in doubt. Everything under a prefix is then one range:
 * from the prefix to the same text with its last line feed raised by one, which ["u","10"] lies outside of for ["u","1"].
 * Escaping also carries what libsql cannot bind and read back: NUL and lone surrogates. Keys are escaped likewise.
 */
const END = "\n";
const AFTER_END = "\v";

export const encodeText = (text: string): string => JSON.stringify(text).slice(1, -1);
export const decodeText = (text: string): string => (text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text);

export const encodeNamespace = (labels: readonly string[]): string => labels.map((label) => encodeText(label) + END).join("");
export const decodeNamespace = (path: string): string[] => path.slice(0, -END.length).split(END).map(decodeText);

/** The half-open range of encoded namespaces at or below a prefix; undefined for the empty prefix, which is everything. */
export function prefixRange(labels: readonly string[]): [from: string, to: string] | undefined {
  if (labels.length === 0) return undefined;
  const from = encodeNamespace(labels);
  return [from, from.slice(0, -END.length) + AFTER_END];
}

/**
 * What `put` of every official store refuses, checked in `batch` too, where the official stores let it pass. Their two
 * rules about names (no periods, no root "langgraph") stay with the inherited `put`: nothing here depends on them.
 */
export function checkLabels(labels: readonly string[], use: "write" | "read"): void {
  const fault = !Array.isArray(labels)
    ? "is not an array"
    : use === "write" && labels.length === 0
      ? "is empty"
      : labels.some((label) => typeof label !== "string")
        ? "holds a label that is not a string"
        : use === "write" && labels.includes("")
          ? "holds an empty label"
          : undefined;
  if (fault === undefined) return;
  throw new PersonaError({
    code: "STORE_NAMESPACE_INVALID",
    message: `The namespace ${JSON.stringify(labels)} ${fault}.`,
    fix: "Give an array of one or more strings, none of them empty.",
  });
}

/** Whether a namespace begins (or ends) with a path in which "*" stands for any one label. */
export function matchesPath(labels: readonly string[], type: "prefix" | "suffix", path: readonly string[]): boolean {
  const start = type === "prefix" ? 0 : labels.length - path.length;
  return path.length <= labels.length && path.every((label, i) => label === "*" || label === labels[start + i]);
}

/** The labels before the first wildcard: as much of a path as the index can look up. */
export function literalPrefix(path: readonly string[]): readonly string[] {
  const wildcard = path.indexOf("*");
  return wildcard === -1 ? path : path.slice(0, wildcard);
}
