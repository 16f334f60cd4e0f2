import type { Chrono } from "chrono-node";

export interface DateParsers {
  readonly english: Pick<Chrono, "parse">;
  readonly japanese: Pick<Chrono, "parse">;
  readonly chinese: Pick<Chrono, "parse">;
}

/** Of chrono's parsers those of "two weeks ago" take a tenth of a second to make ready, in each process; we read it ourselves. */
const SLOW = /TimeUnit(Ago|Later|Within|CasualRelative)/;

let parsers: Promise<DateParsers> | undefined;

/** Loaded when memory is first opened, and not with the package: it takes a quarter of the time that an import may take. */
export const dateParsers = (): Promise<DateParsers> => (parsers ??= load());

async function load(): Promise<DateParsers> {
  const { Chrono, casual, ja, zh } = await import("chrono-node");
  const english = new Chrono({
    parsers: casual.parsers.filter((parser) => !SLOW.test(parser.constructor.name)),
    refiners: casual.refiners,
  });
  return { english, japanese: ja, chinese: zh };
}
