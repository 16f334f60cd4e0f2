import type { ConsolidateProposal } from "../../../prompts/consolidate.js";
import type { Row } from "./extract.js";
import { findingsOf } from "./findings.js";
import type { Language } from "./language.js";
import { said } from "./sentences.js";
import { clip, contentWords, looksEnglish, stem } from "./words.js";

type Topic = ConsolidateProposal["topics"][number];

/** More topics than this in one session are no longer "clear shifts". */
const MAX_TOPICS = 6;
const MARKER =
  /^(?:by the way|btw|another thing|something else|on another note|changing the subject|unrelated|different topic|one more thing|also, unrelated)\b/i;
/** Words without which every sentence would be about the same. */
const DULL = new Set(
  "good great nice thing things day days today yesterday tomorrow week month year really feel feels like love think thought went go going get got new time people morning evening one two make made want wants noted remember"
    .split(" ")
    .map(stem),
);

interface Part {
  readonly rows: Row[];
  readonly stems: Set<string>;
}

const subjects = (text: string): string[] => contentWords(text.slice(0, 2000)).filter((word) => word.length > 2 && !DULL.has(stem(word)));

/** A new topic begins where the user's message shares no word with the last messages and enough is said on both sides. */
function split(session: readonly Row[]): Part[] {
  const parts: Part[] = [];
  for (const row of session) {
    const words = subjects(row.text).map(stem);
    const current = parts.at(-1);
    const shift =
      current !== undefined &&
      row.role !== "assistant" &&
      parts.length < MAX_TOPICS &&
      (MARKER.test(row.text) ||
        (words.length >= 2 && current.rows.length >= 2 && current.stems.size >= 2 && !words.some((word) => current.stems.has(word))));
    if (!current || shift) parts.push({ rows: [row], stems: new Set(words) });
    else {
      current.rows.push(row);
      for (const word of words) current.stems.add(word);
    }
  }
  return parts;
}

function keywordsOfPart(part: Part): string[] {
  const counts = new Map<string, number>();
  // The user's words name the topic; the assistant's only when the user said next to nothing.
  const own = part.rows.filter((row) => row.role !== "assistant");
  for (const row of own.length > 0 ? own : part.rows) for (const word of subjects(row.text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([word]) => word)
    .slice(0, 8);
}

/** Third person, from the user's statements: the facts they state, else their own words in quotes. */
function summaryOf(part: Part, topic: string, language: Language): string {
  const users = part.rows.filter((row) => row.role === "user");
  const facts = [
    ...new Set(
      users
        .flatMap((row) => findingsOf(row.text, row.time, language))
        .filter((finding) => !finding.correct)
        .map((finding) => finding.text),
    ),
  ].slice(0, 3);
  if (facts.length > 0) return `The user talked about ${topic}: ${facts.join(" ")}`;
  const speaking = users.length > 0 ? users : part.rows;
  const quoted = speaking.flatMap((row) => said(row.text).slice(0, 1)).find((sentence) => sentence.length > 8) ?? speaking[0]?.text ?? "";
  const words = `"${clip(quoted.trim(), 160)}"`;
  if (!quoted.trim()) return "A message without text.";
  if (!looksEnglish(quoted)) return words;
  return users.length > 0 ? `The user talked about ${topic}: ${words}` : `The conversation was about ${topic}: ${words}`;
}

export function topicsOf(session: readonly Row[], language: Language): Topic[] {
  return split(session).map((part) => {
    const keywords = keywordsOfPart(part);
    const topic = keywords.slice(0, 3).join(", ") || "small talk";
    return { topic, summary: summaryOf(part, topic, language), keywords, messages: part.rows.map((row) => row.n) };
  });
}
