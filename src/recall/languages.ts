import { createRequire } from "node:module";
import { once } from "../domain/once.js";
import { CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS } from "./stop-words.js";

/** ISO 639-1 codes of the languages whose words we stem. Others are searched by whole words and by n-grams. */
export type Language = "da" | "de" | "en" | "es" | "fi" | "fr" | "it" | "nl" | "no" | "pt" | "ro" | "ru" | "sv" | "tr";

interface Grammar {
  readonly stem: (word: string) => string;
  readonly stopWords: () => ReadonlySet<string>;
}

/** Words reach us without Latin accents (see `analysis.ts`), so the lists are stripped the same way. */
export const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase();

/** Stemmers and word lists are loaded with the first word of their language and not with the package. */
const load = createRequire(import.meta.url);

const listOf = (words: string | readonly string[]): readonly string[] =>
  typeof words === "string" ? (load("stopword") as Record<string, readonly string[]>)[words]! : words;

const grammar = (name: string, words: string | readonly string[]): Grammar => {
  const stem = once(() => (load(`@orama/stemmers/${name}`) as { stemmer: Grammar["stem"] }).stemmer);
  const stopWords = once(() => new Set(listOf(words).map(plain)));
  return { stem: (word) => stem()(word), stopWords };
};

const GRAMMARS: Readonly<Record<Language, Grammar>> = {
  da: grammar("danish", "dan"),
  de: grammar("german", "deu"),
  en: grammar("english", ENGLISH_STOP_WORDS),
  es: grammar("spanish", "spa"),
  fi: grammar("finnish", "fin"),
  fr: grammar("french", "fra"),
  it: grammar("italian", "ita"),
  nl: grammar("dutch", "nld"),
  no: grammar("norwegian", "nob"),
  pt: grammar("portuguese", "por"),
  ro: grammar("romanian", "ron"),
  ru: grammar("russian", "rus"),
  sv: grammar("swedish", "swe"),
  tr: grammar("turkish", "tur"),
};
/** Written as numbers: new ones come last. */
export const LANGUAGES = Object.keys(GRAMMARS) as Language[];

export const isLanguage = (code: string): code is Language => code in GRAMMARS;

/** Stemming is most of the cost of indexing, and a person's vocabulary is small. */
const MAX_KNOWN = 50_000;

const isStop = (word: string, language: Language): boolean => GRAMMARS[language].stopWords().has(word) || CHINESE_STOP_WORDS.has(word);
// Numbers, codes and other scripts have no endings to take off.
const stemmed = (word: string, language: Language): string =>
  word.length < 3 || !/^\p{L}+$/u.test(word) ? word : GRAMMARS[language].stem(word);

/** By language and word: the stem, or null for a function word. */
const known = Object.fromEntries(LANGUAGES.map((language) => [language, new Map<string, string | null>()])) as Record<
  Language,
  Map<string, string | null>
>;

/** The stem of a word that carries meaning; undefined for a function word. */
export function stemUnlessStop(word: string, language: Language): string | undefined {
  const words = known[language];
  let found = words.get(word);
  if (found === undefined) {
    if (words.size >= MAX_KNOWN) words.clear();
    words.set(word, (found = isStop(word, language) ? null : stemmed(word, language)));
  }
  return found ?? undefined;
}

export const stem = (word: string, language: Language): string => stemUnlessStop(word, language) ?? stemmed(word, language);

/** For each function word, the languages that have it: a short message is told apart by these, where letter statistics fail. */
const votesOf = once(() => {
  const votes = new Map<string, number[]>();
  LANGUAGES.forEach((language, i) => {
    for (const word of GRAMMARS[language].stopWords()) votes.set(word, [...(votes.get(word) ?? []), i]);
  });
  return votes;
});

/** The language most of whose function words are in the text; `fallback` when they do not decide. */
export function languageOf(words: readonly string[], fallback: Language): Language {
  const votes = votesOf();
  const counts = new Array<number>(LANGUAGES.length).fill(0);
  for (const word of words) {
    const voted = votes.get(word);
    if (voted) for (let i = 0; i < voted.length; i++) counts[voted[i]!]!++;
  }
  const home = LANGUAGES.indexOf(fallback);
  let best = home;
  // A stranger has to win clearly: "die" alone does not make an English message German.
  for (let i = 0; i < counts.length; i++) if (counts[i]! > counts[best]! + (best === home ? 1 : 0)) best = i;
  return LANGUAGES[best]!;
}
