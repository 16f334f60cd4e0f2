import { once } from "../domain/once.js";
import { terms, trigrams, weightOfForm, words } from "./analysis.js";
import { questionCuesOf, type QuestionCues } from "./cues.js";
import { languageOf, stem, type Language } from "./languages.js";
import { QUESTION_WORDS } from "./stop-words.js";
import { topicsOf } from "./topics.js";

/** What is looked for: weighted terms, and what the form of the question says. */
export interface Question {
  readonly terms: ReadonlyMap<string, number>;
  /** The terms in the order they were written, for phrases; a break between lines is "". */
  readonly sequence: readonly string[];
  readonly cues: QuestionCues;
}

/** How much less the line before counts: a running dialogue is about what was said last. */
const LINE_DECAY = 0.9;
/** A second word of a topic strengthens it by so much. */
const TOPIC_AGAIN = 0.2;
/** Longer questions are read from their end; more terms would slow the search and say no more. */
const MAX_CHARACTERS = 8_000;
const MAX_TERMS = 400;

const questionStems = once(() => new Set(QUESTION_WORDS.map((word) => stem(word, "en"))));

/** Reads a question in each language the user writes in, the most frequent first. */
export function readQuestion(query: string, keywords: readonly string[], languages: readonly Language[]): Question {
  const asked = query.slice(-MAX_CHARACTERS);
  const lines = [
    ...asked.split("\n").filter((line) => line.trim() !== ""),
    ...(keywords.length > 0 ? [keywords.join(" ").slice(0, MAX_CHARACTERS)] : []),
  ];
  const counts = new Map<string, number>();
  const sequence: string[] = [];
  const spoken = languageOf(words(asked.slice(-1000)), languages[0] ?? "en");
  const ways = [...new Set([spoken, ...languages])];
  lines.forEach((line, i) => {
    const found = words(line);
    const weight = LINE_DECAY ** (lines.length - 1 - i);
    const readings = ways.map((language) => terms(found, language).filter((term) => language !== "en" || !questionStems().has(term)));
    // A word with one stem in all languages counts once.
    const others = new Set(readings.slice(1).flat());
    for (const term of readings[0]!) counts.set(term, (counts.get(term) ?? 0) + weight);
    for (const term of others) if (!readings[0]!.includes(term)) counts.set(term, (counts.get(term) ?? 0) + weight);
    sequence.push("", ...readings[0]!);
  });
  const kept = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_TERMS)
    .map(([term, count]) => [term, saturated(count)] as const);
  const weighted = kept.map(([term, weight]) => [term, weight * weightOfForm(term)] as const);
  return { terms: new Map([...weighted, ...topicsIn(kept)]), sequence, cues: questionCuesOf(asked) };
}

/** Said twice is not twice as important. */
const saturated = (count: number): number => (count > 1 ? 1 + Math.log(count) : count);

function topicsIn(asked: readonly (readonly [string, number])[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [term, weight] of asked) {
    const topics = topicsOf(term);
    const share = weight / Math.sqrt(topics.length);
    for (const topic of topics) {
      const before = found.get(topic) ?? 0;
      found.set(topic, Math.max(before, share) + TOPIC_AGAIN * Math.min(before, share));
    }
  }
  return found;
}

/** How alike two words that begin alike must be in their trigrams (Dice): two letters swapped in a word of seven. */
const ALIKE = 0.42;
/** The same for words of other lengths, which are rarely slips. */
const VERY_ALIKE = 0.65;
const MAX_ALIKE = 4;
const UNKNOWN_WORD = 0.6;

/**
 * Words that the log does not have are searched by their trigrams among those it has: a typing error, another spelling of a name.
 * `vocabulary` gives the terms that begin with a character and hold a trigram.
 */
export function withSpelling(
  question: Question,
  known: (term: string) => boolean,
  vocabulary: (first: string, trigram: string) => readonly string[],
): Question {
  const expanded = new Map(question.terms);
  for (const [term, weight] of question.terms) {
    if (known(term) || !/^\p{L}{4,}$/u.test(term)) continue;
    const own = trigrams(term);
    const shared = new Map<string, number>();
    for (const trigram of own) for (const other of vocabulary(term[0]!, trigram)) shared.set(other, (shared.get(other) ?? 0) + 1);
    const alike = [...shared]
      .map(([other, count]) => [other, (2 * count) / (own.size + other.length)] as const)
      .filter(([other, likeness]) => likeness >= (Math.abs(other.length - term.length) <= 1 ? ALIKE : VERY_ALIKE));
    for (const [other, likeness] of alike.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_ALIKE)) {
      expanded.set(other, Math.max(expanded.get(other) ?? 0, weight * likeness * UNKNOWN_WORD));
    }
  }
  return { ...question, terms: expanded };
}
