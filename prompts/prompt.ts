/** A rendered prompt: fixed instructions first, so that providers can cache them; data last. */
export interface Prompt {
  readonly name: string;
  /** Raised whenever the wording changes, and kept in traces. */
  readonly version: number;
  readonly system: string;
  readonly user: string;
}

/**
 * Data for a model, one JSON value a line between tags. Text cannot close its fence: every `<` of the data is written as an escape.
 */
export function fence(tag: string, rows: readonly unknown[]): string {
  const lines = rows.map((row) => JSON.stringify(row).replaceAll("<", "\\u003c"));
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
