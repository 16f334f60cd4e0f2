import { absolute, readLocal, type LocalTime } from "./dates.js";
import type { Language } from "./language.js";
import { RULES } from "./patterns.js";
import { plain, third } from "./person.js";
import type { Draft } from "./rule.js";
import { statements, type Clause } from "./sentences.js";
import { capital, contentWords, isContent, looksEnglish } from "./words.js";

/** A fact that a message states, as it would be remembered. */
export interface Finding extends Draft {
  readonly rule: string;
  /** ISO date, month, year or time; null when the sentence names none. */
  readonly when: string | null;
  readonly now: boolean;
  /** What the user said, for quoting. */
  readonly said: string;
}

/** Facts of one message; longer lists come of pasted text, not of talk. */
const MAX_FINDINGS = 12;

function byRules(clause: Clause, at: LocalTime, language: Language): Finding | undefined {
  // A birthday comes back every year; only a date of birth has one.
  const dated =
    /\bbirthday\b/i.test(clause.text) && !/\bborn\b/i.test(clause.text)
      ? { text: clause.text, dates: [] }
      : absolute(clause.text, at, language);
  const { text, hedged, now } = plain(dated.text);
  for (const rule of RULES) {
    const match = rule.pattern.exec(text);
    const made =
      match &&
      rule.build(
        [...match].map((part) => part ?? ""),
        { text, dated: dated.dates.length > 0, now, at, language },
      );
    if (made) {
      const sure = clause.asked ? 1 : Math.round(made.confidence * (hedged ? 70 : 100)) / 100;
      return {
        ...made,
        text: sentence(made.text),
        confidence: sure,
        rule: rule.name,
        when: dated.dates[0]?.from ?? null,
        now,
        said: clause.text,
      };
    }
  }
  return undefined;
}

const sentence = (text: string): string => `${text.replace(/\s+/g, " ").replace(/[\s.]+$/, "")}.`;

/** "Remember that ...": kept as said when no rule knows it, in the third person where that is safe. */
function asked(clause: Clause, lead: string, at: LocalTime, language: Language): Finding {
  const { text, dates } = lead ? { text: clause.text, dates: [] } : absolute(clause.text, at, language);
  const fact = lead
    ? `${lead}${text}`
    : /^(?:my|our) /i.test(text)
      ? `The user's ${third(text.replace(/^\w+ /, ""))}`
      : /\b(?:I|we|I'm|I've)\b/.test(text)
        ? `To remember for the user: "${text}"`
        : capital(third(text));
  return {
    rule: "remember",
    text: /[.。"]$/.test(fact) ? fact : `${fact}.`,
    confidence: 1,
    when: dates[0]?.from ?? null,
    now: false,
    said: clause.text,
  };
}

/** What a message of the user says about the user. `time` is the message's own, as the prompt shows it. */
export function findingsOf(text: string, time: string, language: Language): Finding[] {
  const at = readLocal(time);
  if (!at) return [];
  const out: Finding[] = [];
  for (const clause of statements(text)) {
    if (out.length >= MAX_FINDINGS) break;
    const english = !clause.asked?.lead;
    const found = english ? byRules(clause, at, language) : undefined;
    if (found) out.push(found);
    else if (clause.asked) out.push(asked(clause, clause.asked.lead, at, language));
  }
  return out;
}

const DATE_WORD =
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december|week|\d{1,2}|(?:19|20)\d\d|today)$/;

/** 2 to 5 words to find a fact by: names and nouns first, as they tell facts apart. */
export function keywordsOf(text: string, language: Language): string[] {
  const all = contentWords(text).filter((word) => !DATE_WORD.test(word));
  if (!looksEnglish(text)) return all.slice(0, 5);
  const tagged = language.nlp(text).match("#Noun").terms().out("array") as string[];
  const nouns = new Set(tagged.flatMap((word) => contentWords(word)));
  const first = all.filter((word) => nouns.has(word));
  return [...first, ...all.filter((word) => !nouns.has(word) && isContent(word))].slice(0, 5);
}
