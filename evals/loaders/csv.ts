import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { Report } from "../suite.js";
import { placeIn } from "./reading.js";

export type Row = Readonly<Record<string, string>>;

/**
 * The rows of a CSV file with a header, each with its line. Columns that are missing are a fault, and so is a quote that is never closed.
 * With `oldEncoding` a file that is no UTF-8 is taken as Windows-1252.
 */
export async function* readCsv(
  file: string,
  columns: readonly string[],
  report: Report,
  { oldEncoding = false }: { readonly oldEncoding?: boolean } = {},
): AsyncGenerator<readonly [line: number, row: Row]> {
  const place = placeIn(file, report);
  const source = oldEncoding ? Readable.from([decoded(await readFile(file))]) : createReadStream(file, "utf8");
  const parser = source.pipe(
    parse({ bom: true, columns: (names: string[]) => names.map((name) => name.replace(/^#/, "")), info: true, relaxColumnCountMore: true }),
  );
  let first = true;
  try {
    for await (const entry of parser) {
      const { record, info } = entry as { record: Row; info: { lines: number } };
      if (first) {
        first = false;
        const missing = columns.filter((name) => !(name in record));
        if (missing.length > 0) {
          place.fault("schema", `the columns ${missing.join(", ")} are missing; there are ${Object.keys(record).join(", ")}`);
          return;
        }
      }
      yield [info.lines, record];
    }
  } catch (error) {
    place.fault("half-written", error instanceof Error ? error.message : String(error));
  }
  if (first) place.fault("half-written", "has no rows");
}

/** Windows-1252 from 0x80 to 0x9f; five places are empty. */
const WINDOWS = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Node 20 decodes windows-1252 as Latin-1, which has control characters in these places.
    return Buffer.from(bytes)
      .toString("latin1")
      .replace(/[\x80-\x9f]/g, (mark) => WINDOWS[mark.charCodeAt(0) - 0x80]!);
  }
}
