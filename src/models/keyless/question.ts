import { findDates, readLocal } from "./dates.js";
import type { Language } from "./language.js";
import { isPerson, related, weightOf } from "./related.js";
import { contentWords, stem } from "./words.js";

/** A question, as the words that an answer to it should hold. */
export interface Question {
  readonly text: string;
  readonly keywords: readonly string[];
  readonly terms: readonly { readonly stem: string; readonly weight: number }[];
  /** ISO days of the period that it names. */
  readonly period?: { readonly from: string; readonly to: string };
  readonly when: boolean;
  /** It asks how things were before. */
  readonly past: boolean;
  /** It asks for what the assistant itself said. */
  readonly assistant: boolean;
  /** "What do you know about me?" */
  readonly everything: boolean;
}

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bfor a living\b/gi, "job"],
  [/\bwho am i\b/gi, "what is my name"],
  [/\bwhere am i from\b/gi, "where was I born, from which country"],
  [/\bhow do i (?:like|take|want)\b/gi, "prefer"],
];
/** Words of asking, not of the thing asked for. */
const ASKING = new Set(
  "happen happened when where long often tell remind list show recall think talked talk mention mentioned discuss discussed use used previously formerly earlier before know anything something everything information info detail details me please soon next last".split(
    " ",
  ),
);

export function readQuestion(text: string, now: string | undefined, language: Language): Question {
  const at = now ? readLocal(now) : undefined;
  const spans = at ? findDates(text, at, language) : [];
  let bare = text;
  for (const span of [...spans].reverse()) bare = `${bare.slice(0, span.start)} ${bare.slice(span.end)}`;
  for (const [phrase, word] of PHRASES) bare = bare.replace(phrase, word);
  const keywords = contentWords(bare).filter((word) => !ASKING.has(word));
  // The first word of a sentence is capitalised anyway.
  const proper = new Set(
    [...bare.matchAll(/(?<=[^.!?\s]\s+)\p{Lu}[\p{L}'’-]+/gu)].map((match) => stem(match[0].toLowerCase().replace(/['’]s$/, ""))),
  );
  const stems = [...new Set(keywords.map(stem))];
  const [first] = spans;
  return {
    text,
    keywords,
    terms: stems.map((word) => ({ stem: word, weight: weightOf(word, proper.has(word)) })),
    ...(first && {
      period: {
        from: `${first.from.slice(0, 10)}${first.from.length === 4 ? "-01-01" : first.from.length === 7 ? "-01" : ""}`,
        to: last(spans.at(-1)?.to ?? first.to),
      },
    }),
    when: /\bwhen\b|\b(?:what|which) (?:day|date|month|year|time)\b|\bhow long ago\b|\bsince when\b/i.test(text),
    past:
      /\b(?:used to|before|previous(?:ly)?|former(?:ly)?|in the past|back then|earlier|no longer|old (?:job|home|address|city|flat|house))\b/i.test(
        text,
      ) || /\bdid i (?:live|work|like|prefer|have)\b/i.test(text),
    assistant:
      /\b(?:did|have) you (?:say|said|tell|told|recommend|suggest|advise|mention|recommended|suggested)\b|\byour (?:advice|suggestion|recommendation|answer)\b/i.test(
        text,
      ),
    everything:
      /\b(?:know|remember|tell me|anything|everything|learned?|stored?) (?:you know )?about me\b|\bwhat (?:do|can) you (?:remember|recall)\b\W*$/i.test(
        text,
      ),
  };
}

const last = (to: string): string => to.slice(0, 10);

function match(term: string, stems: ReadonlySet<string>): number {
  if (stems.has(term)) return 1;
  return !SINGLE.has(term) && [...stems].some((word) => related(term, word)) ? 0.8 : 0;
}

/** 0 to 1: how much of the question these words answer. A person the question does not name makes it less likely. */
export function coverage(question: Question, stems: ReadonlySet<string>): number {
  const share = (terms: Question["terms"]): number => {
    const total = terms.reduce((sum, term) => sum + term.weight, 0);
    return total === 0 ? 1 : terms.reduce((sum, term) => sum + term.weight * match(term.stem, stems), 0) / total;
  };
  if (question.terms.length === 0) return 0;
  // Who is asked about is not what is asked: "where does my sister live" is not answered by "my sister is a nurse".
  const named = question.terms.filter((term) => term.weight > 1);
  if (named.length > 0 && share(question.terms.filter((term) => term.weight === 1)) < 0.4) return 0;
  const strangers =
    named.length > 0 ? 0 : [...stems].filter((word) => isPerson(word) && !question.terms.some((term) => related(term.stem, word))).length;
  return share(question.terms) - Math.min(0.3, 0.2 * strangers);
}

/** One person each: "family" may be answered by a sister, "brother" may not. */
const SINGLE = new Set(
  "sister brother mother father wife husband son daughter aunt uncle cousin friend boss dog cat niece nephew".split(" ").map(stem),
);
