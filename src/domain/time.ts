import { DateTime, IANAZone } from "luxon";

/** Where "now" comes from; tests inject a fixed one. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const zones = new Set<string>();

/** Asked several times a turn, and Intl takes a millisecond to answer; what is no zone is asked about again, so that the set stays small. */
export function isTimezone(zone: string): boolean {
  if (zones.has(zone)) return true;
  const valid = IANAZone.isValidZone(zone);
  if (valid) zones.add(zone);
  return valid;
}

/**
 * The time as models are shown it: weekday first, in the user's zone, no offset ("Tue 2026-05-12 18:05").
 * English weekday names whatever the locale: the line is read by a model beside an ISO date.
 */
export function showTime(at: number, timezone: string): string {
  return DateTime.fromMillis(at, { zone: timezone, locale: "en" }).toFormat("ccc yyyy-MM-dd HH:mm");
}

/** The day alone: "Tue 2026-05-12". */
export function showDay(at: number, timezone: string): string {
  return DateTime.fromMillis(at, { zone: timezone, locale: "en" }).toFormat("ccc yyyy-MM-dd");
}

/** The day as people write it in an answer: "12 May 2026". */
export function sayDay(at: number, timezone: string): string {
  return DateTime.fromMillis(at, { zone: timezone, locale: "en" }).toFormat("d LLLL yyyy");
}

/**
 * Reads a date or a time that a model or a caller wrote: ISO 8601 in any precision ("2026", "2026-05", "2026-05-12T18:05"),
 * with or without an offset, or epoch ms. Without an offset it is meant in the user's zone. Unreadable gives undefined.
 */
export function readTime(value: unknown, timezone: string): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  // Models copy the weekday that we show them; it says nothing that the date does not.
  const text = value
    .trim()
    .replace(/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+/i, "")
    .replace(/^(\d{4}-\d{2}-\d{2}) (\d)/, "$1T$2");
  const time = DateTime.fromISO(text, { zone: timezone });
  return time.isValid ? time.toMillis() : undefined;
}

/** The end of the span that such a text names: "2026-05" ends with the last ms of May. */
export function readTimeEnd(value: unknown, timezone: string): number | undefined {
  const start = readTime(value, timezone);
  if (start === undefined || typeof value !== "string") return start;
  const text = value.trim().replace(/^[a-z]+,?\s+/i, "");
  const unit = /^\d{4}$/.test(text) ? "year" : /^\d{4}-\d{2}$/.test(text) ? "month" : /^\d{4}-\d{2}-\d{2}$/.test(text) ? "day" : undefined;
  return unit ? DateTime.fromMillis(start, { zone: timezone }).endOf(unit).toMillis() + 1 : start;
}
