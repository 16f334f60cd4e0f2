import type { RecallRequest } from "../domain/recall.js";
import { PersonaError } from "../errors.js";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1_000;
/** Largest time that Date can hold. */
const CALENDAR = 8.64e15;

/** A request that makes sense, with its limit. */
export type Asked = RecallRequest & { readonly limit: number };

/** @throws PersonaError RECALL_REQUEST */
export function check(request: RecallRequest): Asked {
  const { limit = DEFAULT_LIMIT, window, now, query } = request;
  const refuse = (what: string, fix: string): never => {
    throw new PersonaError({ code: "RECALL_REQUEST", message: what, fix });
  };
  if (typeof query !== "string") refuse("The query is no text.", "Give `query` as a string.");
  if (!Number.isInteger(limit) || limit < 0) refuse(`The limit ${limit} is no count.`, "Give a whole number of memories, or leave it out.");
  if (!isTime(now)) refuse(`The present, ${now}, is no time.`, "Give `now` in epoch ms.");
  for (const time of [window?.from, window?.to])
    if (time !== undefined && !isTime(time)) refuse(`${time} lies beyond the calendar.`, "Give the window in epoch ms.");
  if (window?.from !== undefined && window.to !== undefined && window.from > window.to) {
    refuse(
      `The window ends (${new Date(window.to).toISOString()}) before it starts (${new Date(window.from).toISOString()}).`,
      "Swap from and to.",
    );
  }
  return { ...request, limit: Math.min(limit, MAX_LIMIT) };
}

const isTime = (time: number): boolean => Number.isFinite(time) && Math.abs(time) <= CALENDAR;
