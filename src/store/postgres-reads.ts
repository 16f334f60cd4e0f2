import type { GetOperation, Item, Operation, SearchOperation } from "@langchain/langgraph";

/** A statement that answers a whole batch of reads, and how its rows become their answers. */
export interface Reads {
  readonly text: string;
  readonly values: unknown[];
  answers(rows: readonly Row[]): (Item | null | Item[])[];
}

interface Row {
  readonly op: number;
  readonly namespace_path: string;
  readonly key: string;
  readonly value: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const RANGES: Readonly<Record<string, string>> = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" };
const COLUMNS = "namespace_path, key, value, created_at, updated_at";
const ALIVE = "(expires_at IS NULL OR expires_at > CURRENT_TIMESTAMP)";

/** Times that memory asks for; what else lies in the table may hold anything under these names. */
export const TIMES = ["at", "recordedAt"] as const;
/** The indexed expression. PostgresStore's own casts whatever is there to a number, which an index over others' rows could not. */
export const timeIn = (key: string): string =>
  `(CASE WHEN jsonb_typeof(value -> '${key}') = 'number' THEN (value ->> '${key}')::numeric END)`;

/**
 * Gets and searches by namespace, equality and time as one statement: one journey, and one moment of the store, where PostgresStore
 * sends a query each. Undefined where an operation asks for more than that, which is then PostgresStore's to answer.
 */
export function compileReads(schema: string, operations: readonly Operation[]): Reads | undefined {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const gets: [path: string, key: string, op: number][] = [];
  const parts: string[] = [];
  for (const [op, operation] of operations.entries()) {
    if (isGet(operation)) gets.push([operation.namespace.join(":"), operation.key, op]);
    else if (isSearch(operation)) {
      const conditions = conditionsOf(operation, bind);
      if (!conditions) return undefined;
      const { limit = 10, offset = 0 } = operation;
      parts.push(
        `(SELECT ${op} AS op, ${COLUMNS} FROM "${schema}".store WHERE ${conditions.join(" AND ")} AND ${ALIVE} ORDER BY created_at, namespace_path, key LIMIT ${bind(limit)} OFFSET ${bind(offset)})`,
      );
    } else return undefined;
  }
  if (gets.length > 0) {
    const columns = [0, 1, 2].map((i) => bind(gets.map((get) => get[i])));
    parts.push(
      `(SELECT asked.op, ${COLUMNS} FROM unnest(${columns[0]}::text[], ${columns[1]}::text[], ${columns[2]}::int[]) AS asked (path, k, op) JOIN "${schema}".store ON namespace_path = path AND key = k WHERE ${ALIVE})`,
    );
  }
  return { text: parts.join(" UNION ALL "), values, answers: (rows) => answersOf(operations, rows) };
}

const isGet = (operation: Operation): operation is GetOperation =>
  "namespace" in operation && "key" in operation && !("value" in operation) && operation.namespace.length > 0;
const isSearch = (operation: Operation): operation is SearchOperation => "namespacePrefix" in operation && operation.query === undefined;

function conditionsOf({ namespacePrefix, filter = {} }: SearchOperation, bind: (value: unknown) => string): string[] | undefined {
  const path = namespacePrefix.join(":");
  // A label that LIKE would read as a pattern, or no prefix at all, is PostgresStore's to refuse.
  if (path === "" || /[%_\\]/.test(path)) return undefined;
  const conditions = [`(namespace_path = ${bind(path)} OR namespace_path LIKE ${bind(`${path}:%`)})`];
  for (const [key, wanted] of Object.entries(filter)) {
    if (["string", "number", "boolean"].includes(typeof wanted)) conditions.push(`value ->> ${bind(key)} = ${bind(String(wanted))}`);
    else {
      const ranges = Object.entries((wanted ?? {}) as Record<string, unknown>);
      if (!TIMES.includes(key as never) || ranges.some(([operator, bound]) => !(operator in RANGES) || typeof bound !== "number"))
        return undefined;
      for (const [operator, bound] of ranges) conditions.push(`${timeIn(key)} ${RANGES[operator]} ${bind(bound)}`);
    }
  }
  return conditions;
}

function answersOf(operations: readonly Operation[], rows: readonly Row[]): (Item | null | Item[])[] {
  const answers = operations.map((operation): Item | null | Item[] => (isSearch(operation) ? [] : null));
  for (const { op, namespace_path, key, value, created_at, updated_at } of rows) {
    const item: Item = { namespace: namespace_path.split(":"), key, value, createdAt: created_at, updatedAt: updated_at };
    const list = answers[op];
    if (Array.isArray(list)) list.push(item);
    else answers[op] = item;
  }
  return answers;
}
