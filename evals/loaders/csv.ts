import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import type { Report } from "../suite.js";
import { placeIn } from "./reading.js";

export type Row = Readonly<Record<string, string>>;

/** The rows of a CSV file with a header, each with its line. Columns that are missing are a fault, and so is a quote that is never closed. */
export async function* readCsv(
  file: string,
  columns: readonly string[],
  report: Report,
  options: { readonly encoding?: BufferEncoding } = {},
): AsyncGenerator<readonly [line: number, row: Row]> {
  const place = placeIn(file, report);
  const parser = createReadStream(file, options.encoding ?? "utf8").pipe(
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
