import { stemUnlessStop, type Language } from "./languages.js";

/** Scripts that are written without spaces: their words are found as overlapping pairs of characters. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\u3005]/u;
const UNSPACED_RUNS = new RegExp(`${UNSPACED.source}+|[^]+?(?=${UNSPACED.source}|$)`, "gu");
const HAN = /^\p{Script=Han}$/u;
const ASCII = /^[\x00-\x7f]*$/;
const WORDS = /[\p{L}\p{M}\p{N}\u30fc\u3005]+/gu;
const ASCII_WORDS = /[a-z0-9]+/g;
const CONTRACTIONS = /['’](s|re|ve|ll|d|m|t)\b/g;

/** More of one text is not read: a pasted file does not become a better memory by its tail. */
const MAX_CHARACTERS = 200_000;
/** A "word" longer than this is a key, a hash or base64. */
const MAX_WORD = 60;

const isTooLong = (word: string): boolean => word.length > MAX_WORD;

/** Words in any script, lower case, without Latin accents; unspaced scripts as characters (Han) and pairs. */
export function words(text: string): string[] {
  let read = text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS) : text;
  const ascii = ASCII.test(read);
  if (!ascii)
    read = read
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .normalize("NFC");
  const lower = read.toLowerCase();
  const apart = lower.includes("'") || lower.includes("’") ? lower.replace(CONTRACTIONS, " $1") : lower;
  const found = apart.match(ascii ? ASCII_WORDS : WORDS) ?? [];
  if (ascii) return found.some(isTooLong) ? found.filter((word) => !isTooLong(word)) : found;
  return found.flatMap((word) =>
    UNSPACED.test(word) ? (word.match(UNSPACED_RUNS) ?? []).flatMap(pairs) : word.length <= MAX_WORD ? [word] : [],
  );
}

function pairs(run: string): string[] {
  if (!UNSPACED.test(run)) return [run];
  const characters = [...run];
  return characters.flatMap((character, i) => [
    ...(HAN.test(character) || characters.length === 1 ? [character] : []),
    ...(i + 1 < characters.length ? [character + characters[i + 1]!] : []),
  ]);
}

/** The words that carry meaning, each as its stem. */
export function terms(found: readonly string[], language: Language): string[] {
  const out: string[] = [];
  for (const word of found) {
    const term = stemUnlessStop(word, language);
    if (term !== undefined) out.push(term);
  }
  return out;
}

/** How much a term says by its form: one Chinese character is a syllable rather than a word. */
export const weightOfForm = (term: string): number => (HAN.test(term) ? 0.4 : 1);

/** Trigrams of a word with its ends marked: what is left in common after a typing error. */
export function trigrams(word: string): Set<string> {
  const marked = `^${word}$`;
  const found = new Set<string>();
  for (let i = 0; i + 3 <= marked.length; i++) found.add(marked.slice(i, i + 3));
  return found;
}
