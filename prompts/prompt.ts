/** A rendered prompt: fixed instructions first, so that providers can cache them; data last. */
export interface Prompt {
  readonly name: string;
  /** Raised whenever the wording changes, and kept in traces. */
  readonly version: number;
  readonly system: string;
  readonly user: string;
}

/** What could be taken for the end of a fence or of a line: `<`, also in its wide and small forms, and the line ends that JSON leaves as they are. */
const FORGEABLE = /[<\u0085\u2028\u2029\uFE64\uFF1C]/g;

/** Data for a model, one JSON value a line between tags. Text cannot close its fence or begin a row: it would have to be written raw. */
export function fence(tag: string, rows: readonly unknown[]): string {
  const lines = rows.map((row) =>
    JSON.stringify(row).replace(FORGEABLE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
  return [`<${tag}>`, ...lines, `</${tag}>`].join("\n");
}

/** Reads a fence back; undefined when the text holds none. The last one counts. */
export function readFence(tag: string, text: string): unknown[] | undefined {
  const open = text.lastIndexOf(`<${tag}>\n`);
  const close = text.indexOf(`\n</${tag}>`, open);
  if (open < 0) return undefined;
  const body = close < 0 ? "" : text.slice(open + tag.length + 3, close);
  return body === "" ? [] : body.split("\n").map((line) => JSON.parse(line) as unknown);
}

/** `n, role, time, text`, as the messages of a fence are written. */
export type MessageRow = readonly [n: number, role: string, time: string, text: string];
