import type { ParsedResult } from "chrono-node";
import type { Language } from "./language.js";

/** A moment on the user's own clock. No zone is needed: what is read and what is written are both local. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Reads "Tue 2026-05-12 18:05", with or without weekday and clock. */
export function readLocal(text: string): LocalTime | undefined {
  const m = /(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?/.exec(text);
  return m
    ? { year: Number(m[1]), month: Number(m[2]), day: Number(m[3]), hour: Number(m[4] ?? 12), minute: Number(m[5] ?? 0) }
    : undefined;
}

/** A date that a text names: where it stands, how to say it without "last" or "next", and the same as ISO. */
export interface DateSpan {
  readonly start: number;
  readonly end: number;
  readonly say: string;
  readonly from: string;
  /** The last day of it, when it is longer than a day. */
  readonly to: string;
}

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const MONTH = MONTHS.join("|");
const DAY = 86_400_000;
const pad = (n: number): string => String(n).padStart(2, "0");
const utc = (at: LocalTime): Date => new Date(Date.UTC(at.year, at.month - 1, at.day));
const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
const monthEnd = (year: number, month: number): string => isoDay(new Date(Date.UTC(year, month, 0)));
export const sayIsoDay = (iso: string): string => {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`;
};

interface Found {
  readonly say: string;
  readonly from: string;
  readonly to?: string;
}
const onDay = (date: Date, clock = ""): Found => ({
  say: `on ${sayIsoDay(isoDay(date))}${clock ? ` at ${clock}` : ""}`,
  from: isoDay(date) + (clock ? `T${clock}` : ""),
});
const inMonth = (year: number, month: number): Found => ({
  say: `in ${MONTHS[month - 1]} ${year}`,
  from: `${year}-${pad(month)}`,
  to: monthEnd(year, month),
});
const inYear = (year: number): Found => ({ say: `in ${year}`, from: String(year), to: `${year}-12-31` });
const STEP: Readonly<Record<string, number>> = { last: -1, this: 0, next: 1 };

/** What chrono-node does not read, or reads as a day though it is longer: weeks, weekends, seasons, "last May", "in 2019", "on the 15th". */
function longer(match: RegExpExecArray, at: LocalTime, future: boolean): Found | undefined {
  const { month, which, unit, year, nth } = match.groups ?? {};
  if (year) return inYear(Number(year));
  if (nth) {
    const shift = (Number(nth) - at.day) * (future ? 1 : -1) >= 0 ? 0 : future ? 1 : -1;
    return Number(nth) <= 31 ? onDay(new Date(Date.UTC(at.year, at.month - 1 + shift, Number(nth)))) : undefined;
  }
  const step = STEP[which?.toLowerCase() ?? ""];
  if (step === undefined) return undefined;
  if (month) {
    const n = MONTHS.findIndex((name) => name.toLowerCase() === month.toLowerCase()) + 1;
    // "last May", said in May, is a year ago; said in June it is the one just gone.
    const year = step === 0 ? at.year : step < 0 ? (n < at.month ? at.year : at.year - 1) : n > at.month ? at.year : at.year + 1;
    return inMonth(year, n);
  }
  const monday = new Date(utc(at).getTime() - ((utc(at).getUTCDay() + 6) % 7) * DAY + step * 7 * DAY);
  if (unit === "week")
    return { say: `in the week of ${sayIsoDay(isoDay(monday))}`, from: isoDay(monday), to: isoDay(new Date(monday.getTime() + 6 * DAY)) };
  if (unit === "weekend") {
    const saturday = new Date(monday.getTime() + 5 * DAY);
    return {
      say: `on the weekend of ${sayIsoDay(isoDay(saturday))}`,
      from: isoDay(saturday),
      to: isoDay(new Date(saturday.getTime() + DAY)),
    };
  }
  // Seasons fall into different months in the two hemispheres, so the year is all that is certain.
  return { ...inYear(at.year + step), say: `in ${unit} ${at.year + step}` };
}

const LONGER = new RegExp(
  `\\b(?:(?:in |over |during )?(?<which>last|this|next) (?:(?<month>${MONTH})|(?<unit>week|weekend|spring|summer|autumn|fall|winter))|(?<=\\b(?:in|since|until|from|of|before|after) )(?<year>(?:19|20)\\d\\d)|on the (?<nth>\\d{1,2})(?:st|nd|rd|th))\\b(?! of)`,
  "gi",
);
const RECURRING = /\b(?:every|each|most|all|several|some|usually|always|often|weekly|typically|normally|generally)\b/i;
const PREPOSITION = /\b(since|until|till|from|by|before|after|around|to|for|like|an?|my|our|of|on|in|at|during)\s+(?:the\s+)?$/i;

function byChrono(result: ParsedResult, at: LocalTime, future: boolean, text: string): Found | undefined {
  const { start } = result;
  const sure = (part: "year" | "month" | "day" | "weekday" | "hour"): boolean => start.isCertain(part);
  const before = text.slice(0, result.index);
  const bare = /^(?:on |in |at )?[a-z]+$/i.test(result.text) && !/^(?:today|tonight|tomorrow|yesterday)$/i.test(result.text);
  // Chrono reads "I sat", "my sister June" and "12/05" as dates; a lone month or weekday counts after a preposition only.
  if (bare && !sure("weekday") && !PREPOSITION.test(before) && !/^(?:on|in|at) /i.test(result.text)) return undefined;
  if (/^(?:now|sun|mon|tue|wed|thu|fri|sat|mar|(?:an? |the )?weekends?)$/i.test(result.text) || /^\d+\/\d+/.test(result.text))
    return undefined;
  if (/^(?:in |at |on )?(?:the )?(?:morning|afternoon|evening|night|noon|midnight)\b/i.test(result.text)) return undefined;
  const casual = [...result.tags()].some((tag) => tag.startsWith("casualReference/"));
  if (!sure("year") && !sure("month") && !sure("weekday") && !casual) return undefined;
  // "for three years" counts back when it tells of something that goes on; chrono counts forward.
  let year = start.get("year") ?? at.year;
  if (/^for /i.test(result.text)) {
    const began = 2 * at.year - year;
    return /years?$/i.test(result.text) && /\b(?:have|has)\b|'ve\b/i.test(text) ? { ...inYear(began), say: `since ${began}` } : undefined;
  }
  const month = start.get("month") ?? at.month;
  if (sure("year") && !sure("month")) return inYear(year);
  if (sure("month") && !sure("year")) {
    const ahead = month * 100 + (sure("day") ? start.get("day")! : at.day) - (at.month * 100 + at.day);
    year = at.year + (future && ahead < 0 ? 1 : !future && ahead > 0 ? -1 : 0);
  }
  if (sure("month") && !sure("day")) return inMonth(year, month);
  let day = new Date(Date.UTC(year, month - 1, start.get("day") ?? at.day));
  if (sure("weekday") && !sure("day")) {
    const ahead = day.getTime() - utc(at).getTime();
    if (!/\b(?:last|next|this)\b/i.test(result.text))
      day = new Date(day.getTime() + (future && ahead < 0 ? 7 : !future && ahead > 0 ? -7 : 0) * DAY);
  }
  if (!sure("hour")) return onDay(day);
  // Nobody has a dentist at three in the morning.
  const hour = start.get("hour") ?? 0;
  const clock = !start.isCertain("meridiem") && hour >= 1 && hour <= 6 && !/\b0\d:/.test(result.text) ? hour + 12 : hour;
  return onDay(day, `${pad(clock)}:${pad(start.get("minute") ?? 0)}`);
}

/** Texts about what is to come: a bare "on Friday" is then the next one. */
const AHEAD =
  /\b(?:will|going to|plan|appointment|tomorrow)\b|'ll\b|(?:\bam|\bare|\bis|'m|'re) (?:now |also )?\w+ing\b|\bhave (?:a|an|my|the|another)\b|\b(?:am|is|are|to|for) (?:now )?(?:on|in|at)\b|\b(?:rescheduled|postponed|shifted|(?:was|got|been) moved) to\b/i;
const BACK = /\b(?:since|ago|last|yesterday|was born|birthday)\b/i;

export function findDates(text: string, at: LocalTime, language: Language): DateSpan[] {
  const future = AHEAD.test(text) && !BACK.test(text);
  const spans: DateSpan[] = [];
  const put = (start: number, length: number, found: Found | undefined): void => {
    const before = text.slice(0, start);
    const end = start + length;
    if (!found || spans.some((span) => span.start < end && start < span.end)) return;
    // "on", "in" and "at" are said anew with the date; "since" and its like are kept, and so is the article of "a July 4 barbecue".
    const preposition = /^(?:since )/.test(found.say) ? null : PREPOSITION.exec(before);
    const soft = preposition && /^(?:on|in|at|during|of)$/i.test(preposition[1] ?? "");
    const from = soft ? preposition.index : start;
    const say = preposition && !soft ? found.say.replace(/^(?:on|in) /, "") : found.say;
    spans.push({ start: from, end, say, from: found.from, to: found.to ?? found.from.slice(0, 10) });
  };
  for (const match of text.matchAll(LONGER)) put(match.index, match[0].length, longer(match, at, future));
  // Chrono reads parts of the reference with the machine's own zone. A date that shows the user's clock there, whatever the zone, is
  // read right by all its parsers; only components are taken from the result, never an instant.
  const here = new Date(at.year, at.month - 1, at.day, at.hour, at.minute);
  for (const result of language.parseDates(text, here)) {
    if (result.start.isCertain("weekday") && RECURRING.test(text)) continue;
    if (/\b(?:every|each)\s+$/i.test(text.slice(0, result.index))) continue;
    put(result.index, result.text.length, byChrono(result, at, future, text));
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** The text with every date said so that it can be understood years later. */
export function absolute(text: string, at: LocalTime, language: Language): { text: string; dates: DateSpan[] } {
  const dates = findDates(text, at, language);
  let out = "";
  let last = 0;
  for (const span of dates) {
    out += text.slice(last, span.start) + span.say;
    last = span.end;
  }
  return { text: out + text.slice(last), dates };
}
