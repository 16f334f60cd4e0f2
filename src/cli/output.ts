import stringWidth from "string-width";

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Output {
  readonly json: boolean;
  /** Whether results go to a terminal that shows colours. */
  readonly colours: boolean;
  /** Columns of the terminal; undefined when the output goes elsewhere. */
  readonly width: number | undefined;
  line(text?: string): void;
  /** What a program reads, on one line; a person gets `text`. */
  result(value: object, text: () => string): void;
  /** For the person at the terminal: progress, hints. Silent with `--json`. */
  note(text: string): void;
}

/** Control characters in what was said must not steer the terminal; line feeds and tabs stay. */
export const harmless = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");

/** The same, but for the styles that are ours: bold and plain colours. */
const styled = (text: string): string =>
  text.replace(/\u001b\[(?:[01]|3\d)m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (found) => (found.length > 1 ? found : ""));

/** JSON on one line; what it leaves as it is and a terminal may obey, it escapes. */
const jsonOf = (value: object): string =>
  JSON.stringify(value).replace(/[\u007f-\u009f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

export function outputTo(json: boolean, out: NodeJS.WriteStream = process.stdout, err: NodeJS.WriteStream = process.stderr): Output {
  const colours = out.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  const line = (text = ""): void => void out.write(`${colours ? styled(text) : harmless(text)}\n`);
  return {
    json,
    colours,
    width: out.isTTY === true ? out.columns : undefined,
    line,
    result: (value, text) => (json ? line(jsonOf(value)) : line(text())),
    note: (text) => void (json || err.write(`${harmless(text)}\n`)),
  };
}

export type Row = readonly string[];

/** Columns side by side, as wide as they need; in a terminal the last one is cut at its edge. Cells are one line each. */
export function table(head: Row, rows: readonly Row[], { width, colours }: Pick<Output, "width" | "colours">): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => harmless(cell).replace(/\s+/g, " ").trim()));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => stringWidth(row[i] ?? ""))));
  const last = head.length - 1;
  const room = width === undefined ? Infinity : Math.max(20, width - widths.slice(0, last).reduce((sum, w) => sum + w + 2, 0));
  const lines = cells.map((row) =>
    row.map((cell, i) => (i === last ? cut(cell, room) : cell + " ".repeat(widths[i]! - stringWidth(cell)))).join("  "),
  );
  return [bold(lines[0]!, colours), ...lines.slice(1)].join("\n");
}

function cut(text: string, room: number): string {
  if (stringWidth(text) <= room) return text;
  let kept = "";
  let used = 0;
  for (const char of text) {
    used += stringWidth(char);
    if (used > room - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

export const bold = (text: string, on: boolean): string => (on ? `\u001b[1m${text}\u001b[0m` : text);

/** The local minute in a zone, as ISO 8601 writes it but for the letter T. */
export const minute = (at: number, timezone: string): string => new Date(at).toLocaleString("sv-SE", { timeZone: timezone }).slice(0, 16);
export const day = (at: number, timezone: string): string => minute(at, timezone).slice(0, 10);

export const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
