import type { ChatEvent, Recalled } from "../../src/server/api/schemas.js";

/** An image that is about to be sent: its bytes as an address, and one to show it by. */
export interface Attached {
  readonly data: string;
  readonly preview: string;
  readonly name: string;
}

/** One exchange as it comes in: what was asked, what was recalled for it, the answer, what was written after it. */
export interface Turn {
  readonly question: string;
  /** The images that were sent with it. */
  readonly images: readonly Attached[];
  readonly answer: string;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly recalled: readonly Recalled[];
  readonly ms?: number;
  readonly searches: readonly { readonly query: string; readonly found: number }[];
  readonly facts: readonly { readonly id: string; readonly text: string; readonly status: "current" | "closed" }[];
  readonly episodes: number;
  readonly warnings: readonly string[];
  readonly cited: readonly string[];
  readonly error?: string;
}

export const newTurn = (question: string, images: readonly Attached[] = []): Turn => ({
  question,
  images,
  answer: "",
  state: "running",
  recalled: [],
  searches: [],
  facts: [],
  episodes: 0,
  warnings: [],
  cited: [],
});

/** The turn after one more event. */
export function withEvent(turn: Turn, event: ChatEvent): Turn {
  switch (event.type) {
    case "recall":
      return { ...turn, recalled: event.recalled, ms: event.ms };
    case "search":
      return { ...turn, searches: [...turn.searches, event.search], recalled: [...turn.recalled, ...event.recalled] };
    case "token":
      return { ...turn, answer: turn.answer + event.text };
    case "remembered":
      return { ...turn, facts: [...turn.facts, ...event.facts] };
    case "consolidated":
      return { ...turn, episodes: turn.episodes + event.episodes };
    case "warning":
      return { ...turn, warnings: [...turn.warnings, event.message] };
    case "error":
      return { ...turn, state: "failed", error: event.message };
    case "done":
      return { ...turn, state: turn.state === "failed" ? "failed" : "done", answer: event.answer, cited: event.cited };
    case "start":
    case "personality":
      return turn;
  }
}

export type AnswerPart = { readonly text: string } | { readonly note: number; readonly memory: Recalled };

const MARKS = /\s?\[\s*(m[0-9a-f]{4,16}(?:\s*[,;]\s*m[0-9a-f]{4,16})*)\s*\]/g;

/** The answer with its citation marks as numbered notes. A mark that names nothing is left out, and so is one that is half written. */
export function answerParts(answer: string, recalled: readonly Recalled[], running: boolean): AnswerPart[] {
  const text = running ? answer.replace(/\s?\[\s*m[0-9a-f,;\s]*$/, "") : answer;
  const numbers = new Map<string, number>();
  const parts: AnswerPart[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    for (const mark of match[1]!.split(/[\s,;]+/)) {
      const memory = recalled.find((known) => known.mark === mark);
      if (!memory) continue;
      if (!numbers.has(mark)) numbers.set(mark, numbers.size + 1);
      parts.push({ note: numbers.get(mark)!, memory });
    }
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
