import { once } from "../domain/once.js";
import type { MessageRecord } from "../domain/message.js";
import type { MemoryRecord } from "../domain/record.js";
import { terms, words } from "./analysis.js";
import { cuesOf, type MessageCues } from "./cues.js";
import { languageOf, stem, type Language } from "./languages.js";

/** What the analysis of a memory gives. */
export interface Document {
  readonly language: Language;
  /** The text in passages: a long reply is as good as its best part, and no better for its length. */
  readonly passages: readonly (readonly string[])[];
  /** The names of who said it. */
  readonly speaker: readonly string[];
  readonly role: Role;
  readonly cues: MessageCues;
}

/** Written as numbers: new ones come last. */
export const ROLES = ["user", "assistant", "other"] as const;
export type Role = (typeof ROLES)[number];

/** Long enough for a paragraph, short enough that a list of unrelated advice does not count as one. */
const PASSAGE = 80;

const isMessage = (record: MemoryRecord): record is MessageRecord => record.kind === "message";
export const roleOf = (record: MemoryRecord): Role =>
  !isMessage(record) || record.role === "user" ? "user" : record.role === "peer" || record.role === "record" ? "other" : "assistant";

/** Facts and episodes are about the user and found like the user's own words. */
export function documentOf(record: MemoryRecord, fallback: Language): Document {
  const found = words(record.keywords.length > 0 ? `${record.text}\n${record.keywords.join(" ")}` : record.text);
  const language = languageOf(found, fallback);
  return {
    language,
    passages: passagesOf(terms(found, language)),
    speaker: isMessage(record) && record.speaker !== undefined ? words(record.speaker).map((word) => stem(word, language)) : [],
    role: roleOf(record),
    cues: cuesOf(record.text),
  };
}

function passagesOf(all: readonly string[]): (readonly string[])[] {
  if (all.length <= PASSAGE) return [all];
  const count = Math.ceil(all.length / PASSAGE);
  const size = Math.ceil(all.length / count);
  return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
}

const months = once(() =>
  "january february march april may june july august september october november december".split(" ").map((month) => stem(month, "en")),
);

/** Day, month and year. The index does not know the user's zone; a question about a day is answered by its window, which does. */
export function dateWords(at: number): string[] {
  const time = new Date(at);
  return [String(time.getUTCDate()), months()[time.getUTCMonth()]!, String(time.getUTCFullYear())];
}
