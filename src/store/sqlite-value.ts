import { PersonaError, reasonOf } from "../errors.js";

/** SQLite reads JSON to a depth of 1000. */
const DEEPEST = 900;

/**
 * Values are JSON text. As in LangGraph's PostgresStore, a property that is undefined is left out and an object with
 * `toJSON` (a Date) is stored as what that returns. What JSON would change without a word is refused instead.
 *
 * @throws PersonaError STORE_VALUE_INVALID, naming the item and the place inside it.
 */
export function encodeValue(namespace: readonly string[], key: string, value: unknown): string {
  let fault: string | undefined;
  try {
    fault = typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "it is not an object";
    // Serializing comes first: it ends on a circular value, where the walk below would not.
    const text = fault === undefined ? JSON.stringify(value) : "";
    fault ??= findLoss(value, "");
    if (fault === undefined) return text;
  } catch (thrown) {
    fault = reasonOf(thrown).split("\n")[0];
  }
  throw new PersonaError({
    code: "STORE_VALUE_INVALID",
    message: `The value of ${JSON.stringify(namespace)} ${JSON.stringify(key)} cannot be stored: ${fault}.`,
    fix: "Store a plain object of JSON values; keep times as epoch milliseconds and absent fields left out.",
  });
}

/** Every read parses anew, so that nothing a caller does to an item reaches the store. */
export const decodeValue = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** The first place where JSON would not give back what was put in. */
function findLoss(value: unknown, place: string, depth = 0): string | undefined {
  if (depth > DEEPEST) return `it is nested deeper than ${DEEPEST} levels`;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${place} is ${value}`;
  if (typeof value === "function" || typeof value === "symbol") return `${place} is a ${typeof value}`;
  if (typeof value !== "object" || value === null || "toJSON" in value) return undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const fault = value[i] === undefined ? `${place}[${i}] is undefined` : findLoss(value[i], `${place}[${i}]`, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return `${place || "it"} is a ${value.constructor.name}`;
  for (const [name, inner] of Object.entries(value)) {
    const fault = findLoss(inner, place === "" ? name : `${place}.${name}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
