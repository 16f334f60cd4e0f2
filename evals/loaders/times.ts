import { DateTime } from "luxon";

/** How the data sets write times. None of them names a zone. */
const FORMATS = [
  "yyyy-MM-dd HH:mm",
  "yyyy-MM-dd HH:mm:ss",
  "yyyy/MM/dd (ccc) HH:mm",
  "yyyy/MM/dd HH:mm",
  "h:mm a 'on' d MMMM, yyyy",
  "MMMM-dd-yyyy",
  "MMMM-d-yyyy",
  "MM/dd/yyyy HH:mm",
  "MMMM d, yyyy",
];

/** A time as ISO 8601 without a zone, or undefined. */
export function isoTime(text: string | null | undefined): string | undefined {
  if (!text) return undefined;
  const trimmed = text.trim();
  const iso = DateTime.fromISO(trimmed, { zone: "utc" });
  const read = iso.isValid
    ? iso
    : FORMATS.map((format) => DateTime.fromFormat(trimmed, format, { zone: "utc", locale: "en" })).find(({ isValid }) => isValid);
  return read?.toISO({ includeOffset: false, suppressMilliseconds: true }) ?? undefined;
}

/** A made-up time for data without any: a session a day from 2025-01-01 on, a message a minute. */
export const syntheticTime = (session: number, turn: number): string =>
  DateTime.fromISO("2025-01-01T09:00:00", { zone: "utc" })
    .plus({ days: session, minutes: turn })
    .toISO({ includeOffset: false, suppressMilliseconds: true })!;
