import type { GetOperation, Operation, PutOperation, SearchOperation } from "@langchain/langgraph";
import { PersonaError } from "../errors.js";
import { checkLabels, encodeNamespace, encodeText } from "./sqlite-namespace.js";
import { encodeValue } from "./sqlite-value.js";

/** Operations are told apart by what they hold, as the official stores do it. */
export const isPut = (operation: Operation): operation is PutOperation => "value" in operation;
export const isSearch = (operation: Operation): operation is SearchOperation => "namespacePrefix" in operation;
export const isGet = (operation: Operation): operation is GetOperation => "key" in operation && !("value" in operation);

/** A write that can no longer be refused. */
export interface PreparedWrite {
  readonly namespace: readonly string[];
  readonly path: string;
  readonly key: string;
  /** JSON; null deletes. */
  readonly value: string | null;
}

/** Checks and serializes before the file is locked. Of several writes to one item the last counts, as in the official stores. */
export function prepareWrites(operations: readonly Operation[]): PreparedWrite[] {
  const writes = new Map<string, PreparedWrite>();
  for (const operation of operations) {
    if (!isPut(operation)) continue;
    const { namespace, key, value } = operation;
    checkLabels(namespace, "write");
    checkKey(key);
    const write = {
      namespace,
      path: encodeNamespace(namespace),
      key: encodeText(key),
      value: value === null ? null : encodeValue(namespace, key, value),
    };
    // A namespace ends with a line feed, which no key holds: the two cannot be mistaken for another pair.
    writes.set(write.path + write.key, write);
  }
  return [...writes.values()];
}

/** A count for SQL, where a negative LIMIT means no limit. */
export function countOf(value: number | undefined, fallback: number, name: string): number {
  const count = value ?? fallback;
  if (count === Infinity) return -1;
  if (count >= 0) return Math.floor(count);
  throw new PersonaError({
    code: "STORE_OPERATION_INVALID",
    message: `${name} was ${String(value)}.`,
    fix: `Give ${name} as 0 or more; Infinity returns everything.`,
  });
}

export function checkKey(key: unknown): void {
  if (typeof key === "string") return;
  throw new PersonaError({
    code: "STORE_OPERATION_INVALID",
    message: `The key of an item was ${key === null ? "null" : `a ${typeof key}`}.`,
    fix: "Give a string.",
  });
}
