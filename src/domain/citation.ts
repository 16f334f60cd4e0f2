import { digest } from "./text.js";

/** A short mark for a memory in a prompt and in an answer, the same in every turn: `m` and at least four hex digits. */
export function markFor(id: string, taken: (mark: string) => string | undefined): string {
  const full = digest(id);
  for (let length = 4; length < full.length; length += 2) {
    const mark = `m${full.slice(0, length)}`;
    const owner = taken(mark);
    if (owner === undefined || owner === id) return mark;
  }
  return `m${full}`;
}

/** Bracketed marks, alone or several in one pair: `[m1a2b]`, `[m1a2b, m3c4d]`. */
const BRACKET = /\s?\[\s*(m[0-9a-f]{4,16}(?:\s*[,;]\s*m[0-9a-f]{4,16})*)\s*\]/g;

/** The marks that an answer cites, in the order of their first appearance. */
export const citedMarks = (answer: string): string[] => [
  ...new Set([...answer.matchAll(BRACKET)].flatMap((match) => match[1]!.split(/[\s,;]+/))),
];

/** The answer as it was meant to be read: what goes into the log, so that no stale mark is ever recalled. */
export const withoutMarks = (answer: string): string => answer.replace(BRACKET, "");
