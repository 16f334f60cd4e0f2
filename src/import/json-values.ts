import { JSONParser } from "@streamparser/json";
import { reasonOf } from "../errors.js";
import type { Problem, Source } from "./imported.js";

export interface JsonValue {
  /** `$[12]` or `$.messages[3]`. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * The elements of a JSON array, one by one: of the array that the document is, or of the one under `key` of the object that it is; an
 * object without a known `key` is one value. Of a broken or truncated document what stood whole before the break comes, then the problem.
 */
export async function* jsonValues(
  source: Source,
  name: string,
  keys: readonly string[] = [],
): AsyncGenerator<JsonValue | { readonly problem: Problem }> {
  const found: JsonValue[] = [];
  const last = { token: 0 };
  let parser: JSONParser | undefined;
  let read = 0;
  try {
    for await (const chunk of source.bytes()) {
      parser ??= parserFor(chunk, keys, found, last);
      parser.write(chunk);
      read += chunk.length;
      yield* found.splice(0);
    }
    if (!parser) throw new Error("The file is empty.");
    if (!parser.isEnded) throw new Truncated();
  } catch (error) {
    yield* found.splice(0);
    const truncated = error instanceof Truncated;
    if (!truncated && !isSyntax(error)) throw error;
    const at = truncated ? read : Number(/absolute position "(\d+)/.exec(reasonOf(error))?.[1] ?? last.token);
    yield {
      problem: {
        where: `${name} byte ${at}`,
        message: truncated
          ? "The file ends in the middle of a record."
          : `This is no JSON: ${reasonOf(error).replace(/ (at chunk|in state)[^]*$/, "")}.`,
        fix: "What stood whole before it was read. Download or export the file again, and import it again: nothing is doubled.",
      },
    };
  }
}

class Truncated extends Error {}

/** Errors of the file are the reader's to deal with; those of the parser are the document's. */
const isSyntax = (error: unknown): boolean => error instanceof Error && !("code" in error) && error.name !== "AbortError";

function parserFor(first: Uint8Array, keys: readonly string[], found: JsonValue[], last: { token: number }): JSONParser {
  const start = new TextDecoder().decode(first.subarray(0, 64)).trimStart();
  const head = new TextDecoder().decode(first);
  const key = start.startsWith("{") ? keys.find((name) => new RegExp(`"${name}"\\s*:\\s*\\[`).test(head)) : undefined;
  const [path, prefix] = start.startsWith("[") ? ["$.*", "$"] : key !== undefined ? [`$.${key}.*`, `$.${key}`] : ["$", "$"];
  const parser = new JSONParser({ paths: [path], keepStack: false });
  // A misplaced token is told without its place.
  parser.onToken = ({ offset }) => void (last.token = offset);
  parser.onValue = ({ value, key: place }) =>
    void found.push({ path: typeof place === "number" && path !== "$" ? `${prefix}[${place}]` : prefix, value });
  return parser;
}
