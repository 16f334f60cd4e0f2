import type { ParsedComponents, ParsedResult } from "chrono-node";
import { DateTime } from "luxon";
import type { TimeWindow } from "../domain/recall.js";
import { DAY } from "../domain/time.js";
import { dateParsers } from "./date-parsers.js";

/** A day that a question may count from: "two weeks before my birthday". */
export interface Anchor {
  /** As the question calls it: "birthday". */
  readonly name: string;
  readonly month: number;
  readonly day: number;
}

export type Span = Required<TimeWindow>;

export interface Reading {
  /** What the question speaks of, padded: people tell of a day before and after it. */
  readonly spans: readonly Span[];
}

/** A stated span is widened by this share of its length, and by these days before and after. */
const PAD_SHARE = 0.25;
const DAYS_BEFORE = 1;
const DAYS_AFTER = 7;
/** Beyond these years, Date arithmetic and people's memories end. */
const [FIRST_YEAR, LAST_YEAR] = [1900, 2200];
/** Dates stand in the last sentences of what is asked. */
const MAX_CHARACTERS = 1_000;

const UNITS = { day: 1, week: 7, month: 30, year: 365 } as const;
const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};
const COUNT = "\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|(?:a\\s+)?couple\\s+of|(?:a\\s+)?few|some|several";
const AGO = new RegExp(`\\b(${COUNT})\\s+(day|week|month|year)s?\\s+(?:ago|earlier|back)\\b`, "gi");
const IN_THE_LAST = new RegExp(`\\b(?:last|past|previous)\\s+(${COUNT})\\s+(day|week|month|year)s?\\b`, "gi");
const AROUND =
  /\b(?:(\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|some|few|couple of)\s+)?(?:(day|week|month|year)s?\s+)?(before|after|around|on|at|for|during)\s+my\s+([\p{L}]+(?:\s[\p{L}]+)?)/giu;
const SEASONS: Readonly<Record<string, number>> = { winter: 12, spring: 3, summer: 6, autumn: 9, fall: 9 };
const SEASON = /\b(last|this|past|previous|in(?: the)?|during(?: the)?)\s+(winter|spring|summer|autumn|fall)(?:\s+(?:of\s+)?(\d{4}))?\b/gi;
const YEAR = /\b(?:in|during|of|since|throughout)\s+((?:19|20)\d\d)\b(?![-/.])/gi;
const LAST = /\b(last|past|previous)\s+(week|month|year)\b/gi;

/** Without any of these nothing is parsed: parsers cost more than the search. */
const HINT =
  /\d|\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|to(?:day|night|morrow)|tmrw?|yesterday|night|days?|weeks?|months?|years?|weekend|quarter)\b|[\u3040-\u30ff]|\p{Script=Han}/iu;

/** Reads the dates in a question, explicit and relative, in the user's zone. Nothing readable gives no spans; it never throws. */
export async function readSpans(query: string, now: number, timezone: string, anchors: readonly Anchor[] = []): Promise<Reading> {
  if (!HINT.test(query) && !SEASON.test(query) && anchors.length === 0) return { spans: [] };
  SEASON.lastIndex = 0;
  const present = DateTime.fromMillis(now, { zone: timezone, locale: "en" });
  if (!present.isValid) return { spans: [] };
  let text = query.slice(-MAX_CHARACTERS);
  const spans: Span[] = [];
  const take = (pattern: RegExp, read: (match: RegExpMatchArray) => readonly [DateTime, DateTime] | undefined): void => {
    text = text.replace(pattern, (...match) => {
      const span = read(match);
      if (span) spans.push(padded(span[0], span[1]));
      return span ? " " : String(match[0]);
    });
  };
  take(AROUND, ([, number, unit, where, name]) => {
    const anchor = anchors.find((known) => name!.toLowerCase().startsWith(known.name.toLowerCase()));
    const day = anchor && lastOf(anchor, present);
    if (!day) return undefined;
    const away =
      (unit ? UNITS[unit.toLowerCase() as keyof typeof UNITS] * (NUMBERS[number?.toLowerCase() ?? ""] ?? (Number(number) || 1)) : 0) *
      (where!.toLowerCase() === "before" ? -1 : 1);
    return [day.plus({ days: away }), day.plus({ days: away + 1 })];
  });
  take(AGO, ([, count, unit]) => unitAt(unit!, present.minus({ [`${unit!.toLowerCase()}s`]: numberOf(count!) })));
  take(IN_THE_LAST, ([, count, unit]) => [present.minus({ [`${unit!.toLowerCase()}s`]: numberOf(count!) }).startOf("day"), present]);
  take(SEASON, ([, which, season, year]) => {
    const start = DateTime.fromObject(
      { year: year ? Number(year) : present.year, month: SEASONS[season!.toLowerCase()]!, day: 1 },
      { zone: timezone },
    );
    let from = year && season!.toLowerCase() === "winter" ? start.minus({ years: 1 }) : start;
    while (!year && (from > present || (/last|past|previous/i.test(which!) && from.plus({ months: 3 }) > present)))
      from = from.minus({ years: 1 });
    return [from, from.plus({ months: 3 })];
  });
  take(LAST, ([, , unit]) => {
    const start = present.minus({ [`${unit!.toLowerCase()}s`]: 1 }).startOf(unit!.toLowerCase() as "week" | "month" | "year");
    return [start, start.plus({ [`${unit!.toLowerCase()}s`]: 1 })];
  });
  for (const result of await parse(text, present)) {
    const span = spanOf(result, present);
    if (span) spans.push(padded(...span));
  }
  if (spans.length === 0)
    take(YEAR, ([, year]) => {
      const start = DateTime.fromObject({ year: Number(year) }, { zone: timezone });
      return [start, start.plus({ years: 1 })];
    });
  return { spans };
}

const numberOf = (count: string): number => NUMBERS[count.toLowerCase()] ?? (Number(count) || (/couple/i.test(count) ? 2 : 3));

function unitAt(unit: string, day: DateTime): [DateTime, DateTime] {
  const name = unit.toLowerCase() as keyof typeof UNITS;
  const from = day.startOf(name);
  return [from, from.plus({ [`${name}s`]: 1 })];
}

async function parse(text: string, present: DateTime): Promise<ParsedResult[]> {
  const { english, japanese, chinese } = await dateParsers();
  const reference = { instant: present.toJSDate(), timezone: present.offset };
  const parser = /[\u3040-\u30ff]/.test(text) ? japanese : /\p{Script=Han}/u.test(text) ? chinese : english;
  try {
    return parser.parse(text, reference);
  } catch {
    return []; // A text the parser stumbles over names no time that we could use.
  }
}

/** The span that a date names: a day, a month or a year; of a date without a year, the last one before now. */
function spanOf({ start, end, text }: ParsedResult, present: DateTime): [DateTime, DateTime] | undefined {
  const relative = /\b(week|month|year)s?\b/i.exec(text)?.[1]?.toLowerCase() as "week" | "month" | "year" | undefined;
  // A time of day alone ("at 5"), or a bare word such as "now", says nothing about when it was.
  const dated = relative !== undefined || (["day", "month", "year", "weekday"] as const).some((part) => start.isCertain(part));
  if (!dated) return undefined;
  const unit = relative ?? (start.isCertain("day") || start.isCertain("weekday") ? "day" : start.isCertain("month") ? "month" : "year");
  let from = timeOf(start, present)?.startOf(unit);
  let to = (end ? timeOf(end, present) : from)?.plus(end ? { days: 1 } : { [`${unit}s`]: 1 });
  if (!from || !to) return undefined;
  const years = !start.isCertain("year") && from > present ? Math.ceil(from.diff(present, "years").years) : 0;
  [from, to] = [from.minus({ years }), to.minus({ years })];
  return to > from ? [from, to] : undefined;
}

function timeOf(parsed: ParsedComponents, present: DateTime): DateTime | undefined {
  const [year, month, day] = [parsed.get("year"), parsed.get("month"), parsed.get("day")];
  if (year === null || year < FIRST_YEAR || year > LAST_YEAR) return undefined;
  const time = DateTime.fromObject({ year, month: month ?? 1, day: day ?? 1 }, { zone: present.zone });
  return time.isValid ? time : undefined;
}

function lastOf({ month, day }: Anchor, present: DateTime): DateTime | undefined {
  const time = DateTime.fromObject({ year: present.year, month, day }, { zone: present.zone });
  if (!time.isValid) return undefined;
  return time > present ? time.minus({ years: 1 }) : time;
}

function padded(from: DateTime, to: DateTime): Span {
  const length = to.toMillis() - from.toMillis();
  const pad = length > 3 * DAY ? length * PAD_SHARE : 0;
  return { from: from.toMillis() - Math.max(pad, DAYS_BEFORE * DAY), to: to.toMillis() + Math.max(pad, DAYS_AFTER * DAY) };
}

export const inside = (at: number, { from = -Infinity, to = Infinity }: TimeWindow): boolean => at >= from && at < to;
