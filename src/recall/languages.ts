import { stemmer as da } from "@orama/stemmers/danish";
import { stemmer as nl } from "@orama/stemmers/dutch";
import { stemmer as en } from "@orama/stemmers/english";
import { stemmer as fi } from "@orama/stemmers/finnish";
import { stemmer as fr } from "@orama/stemmers/french";
import { stemmer as de } from "@orama/stemmers/german";
import { stemmer as it } from "@orama/stemmers/italian";
import { stemmer as no } from "@orama/stemmers/norwegian";
import { stemmer as pt } from "@orama/stemmers/portuguese";
import { stemmer as ro } from "@orama/stemmers/romanian";
import { stemmer as ru } from "@orama/stemmers/russian";
import { stemmer as es } from "@orama/stemmers/spanish";
import { stemmer as sv } from "@orama/stemmers/swedish";
import { stemmer as tr } from "@orama/stemmers/turkish";
import { dan, deu, fin, fra, ita, nld, nob, por, ron, rus, spa, swe, tur } from "stopword";
import { ENGLISH_STOP_WORDS } from "./stop-words.js";

/** ISO 639-1 codes of the languages whose words we stem. Others are searched by whole words and by n-grams. */
export type Language = "da" | "de" | "en" | "es" | "fi" | "fr" | "it" | "nl" | "no" | "pt" | "ro" | "ru" | "sv" | "tr";

interface Grammar {
  readonly stem: (word: string) => string;
  readonly stopWords: ReadonlySet<string>;
}

/** Words reach us without Latin accents (see `analysis.ts`), so the lists are stripped the same way. */
export const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase();

const grammar = (stem: (word: string) => string, stopWords: readonly string[]): Grammar => ({
  stem,
  stopWords: new Set(stopWords.map(plain)),
});

const GRAMMARS: Readonly<Record<Language, Grammar>> = {
  da: grammar(da, dan),
  de: grammar(de, deu),
  en: grammar(en, ENGLISH_STOP_WORDS),
  es: grammar(es, spa),
  fi: grammar(fi, fin),
  fr: grammar(fr, fra),
  it: grammar(it, ita),
  nl: grammar(nl, nld),
  no: grammar(no, nob),
  pt: grammar(pt, por),
  ro: grammar(ro, ron),
  ru: grammar(ru, rus),
  sv: grammar(sv, swe),
  tr: grammar(tr, tur),
};
/** Written as numbers: new ones come last. */
export const LANGUAGES = Object.keys(GRAMMARS) as Language[];

export const isLanguage = (code: string): code is Language => code in GRAMMARS;
export const isStopWord = (word: string, language: Language): boolean => GRAMMARS[language].stopWords.has(word);

/** Stemming is most of the cost of indexing, and a person's vocabulary is small. */
const MAX_STEMS = 50_000;
const stems = new Map<string, string>();

export function stem(word: string, language: Language): string {
  const key = language === "en" ? word : `${language} ${word}`;
  const known = stems.get(key);
  if (known !== undefined) return known;
  // Numbers, codes and other scripts have no endings to take off.
  const stemmed = word.length < 3 || !/^\p{L}+$/u.test(word) ? word : GRAMMARS[language].stem(word);
  if (stems.size >= MAX_STEMS) stems.clear();
  stems.set(key, stemmed);
  return stemmed;
}

/** For each function word, the languages that have it: a short message is told apart by these, where letter statistics fail. */
const votes = new Map<string, Language[]>();
for (const language of LANGUAGES) {
  for (const word of GRAMMARS[language].stopWords) votes.set(word, [...(votes.get(word) ?? []), language]);
}

/** The language most of whose function words are in the text; `fallback` when they do not decide. */
export function languageOf(words: readonly string[], fallback: Language): Language {
  const counts = new Map<Language, number>();
  for (const word of words) for (const language of votes.get(word) ?? []) counts.set(language, (counts.get(language) ?? 0) + 1);
  let best = fallback;
  for (const language of LANGUAGES) {
    // A stranger has to win clearly: "die" alone does not make an English message German.
    if ((counts.get(language) ?? 0) > (counts.get(best) ?? 0) + (best === fallback ? 1 : 0)) best = language;
  }
  return best;
}
