import { PersonaError } from "../errors.js";
import type { DateOrder } from "./imported.js";

const START = /^[\u200e\u200f\ufeff]*\[?(\d{1,4}[-/.]\s?\d{1,4}[-/.]\s?\d{1,4})[,.]?\s/;

/** The date that a line begins with, as it is written. */
export const startOf = (line: string): string | undefined => START.exec(line)?.[1];

/**
 * Whether the day comes before the month, from all dates of the file: a number over 12 is a day, and dates that go on in time do so in
 * one order only. @throws PersonaError IMPORT_DATE_ORDER when both orders fit
 */
export function daysFirst(dates: readonly string[], asked: DateOrder | undefined, name: string): boolean {
  if (asked !== undefined) return asked === "dmy";
  const numbers = dates.map((date) => date.split(/[-/.]\s?/).map(Number));
  // With the year in front, the month comes next.
  const loose = numbers.filter(([first]) => first! <= 31);
  if (loose.length === 0) return false;
  if (loose.some(([first]) => first! > 12)) return true;
  if (loose.some(([, second]) => second! > 12)) return false;
  const asDays = inversions(loose.map(([day, month, year]) => (year! * 12 + month!) * 31 + day!));
  const asMonths = inversions(loose.map(([month, day, year]) => (year! * 12 + month!) * 31 + day!));
  if (asDays !== asMonths) return asDays < asMonths;
  const [sample] = dates;
  throw new PersonaError({
    code: "IMPORT_DATE_ORDER",
    message: `In ${name} nothing tells whether ${sample} begins with the day or with the month.`,
    fix: "Give --date-order dmy (day first) or --date-order mdy (month first).",
  });
}

const inversions = (days: readonly number[]): number => days.filter((day, i) => i > 0 && day < days[i - 1]!).length;
