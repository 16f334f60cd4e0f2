import type { MemoryRecord } from "../domain/record.js";
import { dateParsers } from "./date-parsers.js";
import type { Anchor } from "./time-window.js";

const NAMES = /\bmy\s+(birthday|wedding|anniversary|graduation)\b/giu;

/** The days of a life that a question counts from: "birthday" in "two weeks before my birthday". */
export const anchorNamesIn = (query: string): string[] => [...new Set([...query.matchAll(NAMES)].map(([, name]) => name!.toLowerCase()))];

/** The date of such a day, from the first memory, best first, that names it with a day and a month. */
export async function anchorFrom(name: string, memories: readonly MemoryRecord[]): Promise<Anchor | undefined> {
  const { english } = await dateParsers();
  for (const { text, status } of memories) {
    const at = text.toLowerCase().indexOf(name);
    if (at < 0 || status === "closed") continue;
    const [date] = english
      .parse(text.slice(Math.max(0, at - 60), at + name.length + 60))
      .filter(({ start }) => start.isCertain("day") && start.isCertain("month"));
    if (date) return { name, month: date.start.get("month")!, day: date.start.get("day")! };
  }
  return undefined;
}
