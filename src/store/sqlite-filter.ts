import { PersonaError } from "../errors.js";
import { encodeText } from "./sqlite-namespace.js";

/** A filter as SQL over `store_items`, with its bound parameters. */
export interface CompiledFilter {
  /** To be joined by AND; NULL, from an absent key, counts as false. */
  readonly conditions: string[];
  readonly params: (string | number)[];
  /** Whether an expression index can serve one of the conditions. */
  readonly indexed: boolean;
}

type Operator = "$eq" | "$ne" | "$gt" | "$gte" | "$lt" | "$lte" | "$in" | "$nin";
const OPERATORS: readonly string[] = ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin"] satisfies Operator[];
const RANGES = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" } as const;

/**
 * A top-level key as a number or a string, else NULL: the expression that indexes hold. Booleans stay out because
 * SQLite extracts them as 1 and 0; arrays and objects because it extracts them as their text.
 */
const scalarAt = (path: string): string =>
  `iif(json_type(value, ${path}) IN ('integer', 'real', 'text'), json_extract(value, ${path}), NULL)`;

const pathOf = (key: string): string => `$."${encodeText(key)}"`;
/** The indexed expression; its path is a literal, since SQLite uses the index only for the very same expression. */
export const indexedScalar = (key: string): string => scalarAt(`'${pathOf(key).replaceAll("'", "''")}'`);

/** SQL fragment and what it binds, in order. */
type Fragment = [sql: string, ...params: (string | number)[]];

interface KeyAccess {
  readonly scalar: Fragment;
  readonly type: Fragment;
  readonly json: Fragment;
}

function accessTo(key: string, indexed: ReadonlySet<string>): KeyAccess {
  const path = pathOf(key);
  if (indexed.has(key))
    return { scalar: [indexedScalar(key)], type: ["json_type(value, ?)", path], json: ["(store_items.value -> ?)", path] };
  if (!key.includes('"'))
    return { scalar: [scalarAt("?"), path, path], type: ["json_type(value, ?)", path], json: ["(store_items.value -> ?)", path] };
  // SQLite's path syntax ends a label at its first double quote, escaped or not; such keys are looked up by listing.
  // `value` is qualified wherever json_each or json_tree is near, which have a column of that name.
  const lookUp = (expression: string): Fragment => [`(SELECT ${expression} FROM json_each(store_items.value) e WHERE e.key = ?)`, key];
  return {
    scalar: lookUp("iif(e.type IN ('integer', 'real', 'text'), e.value, NULL)"),
    type: lookUp("e.type"),
    json: lookUp("iif(e.type IN ('object', 'array'), e.value, json_quote(e.value))"),
  };
}

/**
 * Filters mean what they mean in LangGraph's InMemoryStore: top-level keys, all of them must hold, a plain value is
 * `$eq`, equality never converts types, `undefined` asks for an absent key, and absent keys satisfy `$ne` and `$nin`.
 * Better defined than there: objects and arrays are equal by content; ranges compare numbers (and Dates, as epoch ms)
 * with numbers and strings with strings, by code point, and nothing else; an unknown `$operator` is an error.
 * Known limit: a string with a lone surrogate is not found under a key that holds a double quote.
 *
 * @param indexed keys that have an expression index
 * @throws PersonaError STORE_FILTER_INVALID
 */
export function compileFilter(filter: Record<string, unknown>, indexed: ReadonlySet<string>): CompiledFilter {
  const conditions: string[] = [];
  const params: (string | number)[] = [];
  let usesIndex = false;
  const add = ([sql, ...bound]: Fragment): void => {
    conditions.push(sql);
    params.push(...bound);
  };
  for (const [key, operand] of Object.entries(filter)) {
    const access = accessTo(key, indexed);
    for (const [operator, expected] of operatorsOf(key, operand)) {
      add(condition(key, access, operator, expected));
      if (indexed.has(key) && operator !== "$ne" && operator !== "$nin") usesIndex = true;
    }
  }
  return { conditions, params, indexed: usesIndex };
}

function operatorsOf(key: string, operand: unknown): [Operator, unknown][] {
  if (typeof operand !== "object" || operand === null || Array.isArray(operand) || operand instanceof Date) return [["$eq", operand]];
  const names = Object.keys(operand);
  if (names.every((name) => OPERATORS.includes(name))) return Object.entries(operand) as [Operator, unknown][];
  const unknown = names.find((name) => name.startsWith("$"));
  if (unknown === undefined) return [["$eq", operand]];
  throw invalid(
    key,
    `the operator ${JSON.stringify(unknown)} is not known`,
    `Use ${OPERATORS.join(", ")}, or wrap the object in {"$eq": …}.`,
  );
}

function condition(key: string, access: KeyAccess, operator: Operator, expected: unknown): Fragment {
  switch (operator) {
    case "$eq":
      return equals(key, access, expected);
    case "$ne":
      return not(equals(key, access, expected));
    case "$in":
      return Array.isArray(expected) ? oneOf(key, access, expected) : ["0"];
    case "$nin":
      return Array.isArray(expected) ? not(oneOf(key, access, expected)) : ["1"];
    default:
      return range(key, access, operator, expected);
  }
}

/** Not plain NOT: what an absent key leaves undecided counts as different. */
const not = ([sql, ...params]: Fragment): Fragment => [`(${sql}) IS NOT TRUE`, ...params];
/** What can be bound and compared as it is; UTF-8 cannot carry a lone surrogate. */
const isScalar = (value: unknown): value is string | number =>
  typeof value === "string" ? !/\p{Surrogate}/u.test(value) : typeof value === "number" && Number.isFinite(value);

function equals(key: string, { scalar, type, json }: KeyAccess, expected: unknown): Fragment {
  if (isScalar(expected)) return [`${scalar[0]} IS ?`, ...bound(scalar), expected];
  if (expected === undefined) return [`${type[0]} IS NULL`, ...bound(type)];
  // libsql aborts the process on a bound boolean: true, false and null are compared by the name of their type.
  if (expected === null || typeof expected === "boolean") return [`${type[0]} IS ?`, ...bound(type), String(expected)];
  if (typeof expected === "number") return ["0"];
  const text = jsonOf(key, expected);
  // A string that UTF-8 cannot carry is compared in its escaped form.
  if (!text.startsWith("{") && !text.startsWith("[")) return [`${json[0]} IS ?`, ...bound(json), text];
  // Two documents are equal when they have the same leaves and branches at the same places, in whatever order of keys.
  const tree = (source: string): string => `SELECT fullkey, type, atom FROM json_tree(${source})`;
  return [
    `(${type[0]} IS ? AND NOT EXISTS (${tree(json[0])} EXCEPT ${tree("?")}) AND NOT EXISTS (${tree("?")} EXCEPT ${tree(json[0])}))`,
    ...bound(type),
    text.startsWith("{") ? "object" : "array",
    ...bound(json),
    text,
    text,
    ...bound(json),
  ];
}

function oneOf(key: string, access: KeyAccess, expected: readonly unknown[]): Fragment {
  const { scalar } = access;
  const scalars = expected.filter(isScalar);
  const parts: Fragment[] = expected.filter((value) => !isScalar(value)).map((value) => equals(key, access, value));
  // One bound list whatever its length, so that the statement stays the same.
  if (scalars.length > 0) {
    parts.unshift([`${scalar[0]} IN (SELECT value FROM json_each(?))`, ...bound(scalar), JSON.stringify(scalars)]);
  }
  return parts.length === 0 ? ["0"] : [`(${parts.map(([sql]) => sql).join(" OR ")})`, ...parts.flatMap(bound)];
}

function range(key: string, { scalar }: KeyAccess, operator: keyof typeof RANGES, expected: unknown): Fragment {
  const limit = expected instanceof Date ? expected.getTime() : expected;
  const compare = `(${scalar[0]} ${RANGES[operator]} ?`;
  // In SQLite's order every number comes before every string: one more bound keeps the other kind out, within the index.
  if (typeof limit === "number") {
    return Number.isNaN(limit) ? ["0"] : [`${compare} AND ${scalar[0]} < '')`, ...bound(scalar), limit, ...bound(scalar)];
  }
  if (typeof limit === "string") return [`${compare} AND ${scalar[0]} >= '')`, ...bound(scalar), limit, ...bound(scalar)];
  throw invalid(key, `${operator} was given ${limit === null ? "null" : `a ${typeof limit}`}`, "Give a number, a string or a Date.");
}

function jsonOf(key: string, value: unknown): string {
  let cause: unknown;
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (thrown) {
    cause = thrown;
  }
  throw invalid(key, "the value to compare with is not JSON", "Compare with JSON values.", cause);
}

const bound = ([, ...params]: Fragment): (string | number)[] => params;

const invalid = (key: string, reason: string, fix: string, cause?: unknown): PersonaError =>
  new PersonaError({
    code: "STORE_FILTER_INVALID",
    message: `The filter on ${JSON.stringify(key)} cannot be applied: ${reason}.`,
    fix,
    cause,
  });
