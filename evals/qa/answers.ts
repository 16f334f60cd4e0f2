import type { Expected } from "../suite.js";

/** Lower case, without punctuation and the articles a, an and the (as SQuAD and LoCoMo compare). */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize("NFKC")
    .replace(/(?<=\d),(?=\d{3}\b)/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .split(" ")
    // Languages without spaces are compared by character.
    .flatMap((word) => (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word) ? [...word] : word))
    .filter((word) => word !== "" && !/^(a|an|the)$/.test(word));

/** Token F1 of two texts: the harmonic mean of the shares of words that both have. */
export function tokenF1(answer: string, expected: string): number {
  const said = wordsOf(answer);
  const wanted = wordsOf(expected);
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of said) {
    const n = left.get(word) ?? 0;
    if (n > 0) shared++;
    left.set(word, n - 1);
  }
  return shared === 0 ? 0 : (2 * shared) / (said.length + wanted.length);
}

/** The best over the accepted answers; of a list, the mean over its parts of the best part that was said (LoCoMo's multi-hop score). */
export function answerF1(answer: string, { answers, list }: Extract<Expected, { kind: "text" }>): number {
  if (!list) return Math.max(...answers.map((expected) => tokenF1(answer, expected)));
  const parts = (text: string): string[] => text.split(",").map((part) => part.trim());
  return Math.max(
    ...answers.map((expected) => {
      const wanted = parts(expected);
      return wanted.reduce((sum, part) => sum + Math.max(...parts(answer).map((said) => tokenF1(said, part))), 0) / wanted.length;
    }),
  );
}

/**
 * The label that an answer chooses: the last that it marks as its answer, else the only one it names, else the option whose whole text
 * it repeats. Undefined when it names none or several, or says that it does not know: then nothing was chosen, and that is never right.
 */
export function chosenLabel(answer: string, options: Readonly<Record<string, string>>): string | undefined {
  const labels = Object.keys(options);
  const plain = new Map(labels.map((label) => [label.replace(/[()\s.]/g, "").toLowerCase(), label]));
  const one = [...plain.keys()].map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const text = answer.replace(/\[m[0-9a-z]+\]/g, "").trim();
  const alone = new RegExp(`^\\W*(${one})\\W*$`, "i").exec(text)?.[1];
  const first = new RegExp(`^\\(?(${one})[).:](?:\\s|$)`, "i").exec(text)?.[1];
  const inBrackets = [...text.matchAll(new RegExp(`\\((${one})\\)`, "gi"))].map(([, key]) => key!);
  const named = new Set([...inBrackets, ...(first === undefined ? [] : [first])].map((key) => key.toLowerCase()));
  const said = alone ?? markedKey(text, one) ?? (named.size === 1 ? [...named][0] : undefined);
  if (said !== undefined) return plain.get(said.toLowerCase());
  if (named.size > 1 || abstains(text)) return undefined;
  const repeated = labels.filter((label) => repeats(text, options[label]!));
  return repeated.length === 1 ? repeated[0] : undefined;
}

/** The last key after "answer", "choice" or "option". A bare a or i may be a word: "I cannot answer a question like that" chooses nothing. */
function markedKey(text: string, one: string): string | undefined {
  const marks = new RegExp(`\\b(answer|choice|option)\\b(?:\\s+is)?[\\s:*_"'=–-]{0,4}(?:\\((${one})\\)|(${one})(?![\\p{L}\\p{N}]))`, "giu");
  return [...text.matchAll(marks)]
    .flatMap(([whole, lead, bracketed, bare], n, { [n]: match }) => {
      if (bracketed !== undefined) return bracketed;
      const rest = text.slice(match!.index + whole.length);
      const letter = /^\s*(?:$|[^\p{L}\p{N}\s]|(?:because|since|as|is)\b)/u.test(rest) || (/[A-Z]/.test(bare!) && !/answer/i.test(lead!));
      return !/^[ai]$/i.test(bare!) || letter ? bare! : [];
    })
    .at(-1);
}

/** Whether an answer holds an option word for word. Yes and no count as the first word only: "no" is in many a sentence. */
function repeats(text: string, option: string): boolean {
  const [said, wanted] = [` ${wordsOf(text).join(" ")} `, ` ${wordsOf(option).join(" ")} `];
  if (wanted.trim() === "") return false;
  return /^ (?:yes|no|true|false) $/.test(wanted) ? said.startsWith(wanted) : said.includes(wanted);
}

const UNKNOWING =
  /\b(i (?:really )?(?:do not|don['’]t) (?:know|have (?:that|any|this|enough)|recall|remember)|i (?:cannot|can['’]t|am not able to|['’]m not able to) (?:tell|say|know|answer|find)|(?:not|never|isn['’]t|wasn['’]t) (?:been )?(?:mentioned|specified|stated|provided|told|said)|no (?:information|mention|record)|unknown|you (?:have not|haven['’]t|did not|didn['’]t) (?:tell|told|mention|said?))\b|我不知道|没有提到|不清楚/iu;

/** Whether an answer says that it does not know: a rule over common wordings, in English and Chinese. */
export const abstains = (answer: string): boolean => UNKNOWING.test(answer);
