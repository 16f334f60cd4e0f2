import { kindOf } from "./lexicon.js";
import type { Finding } from "./findings.js";
import { slotsOf } from "./slots.js";
import { contentStems, stem, words } from "./words.js";

export interface Known {
  readonly id: string;
  readonly text: string;
}
export type Change = { readonly op: "ADD" | "UPDATE" | "DELETE"; readonly id: string | null; readonly text: string };

const NOT = new Set("not no never longer stopped quit gave sold cannot hates dislikes".split(" "));
const negative = (text: string): boolean => words(text).some((word) => NOT.has(word));
const DATES =
  /\b(?:since|on|in|at)? ?(?:the week(?:end)? of )?(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}(?: at \d\d:\d\d)?/g;

/** Two wordings of one thing: nearly the same words, the same numbers, the same sense. */
export function sameMeaning(a: string, b: string): boolean {
  const left = slotsOf(a);
  const right = slotsOf(b);
  if (left.length > 0 && left.every((slot) => right.some((other) => other.slot === slot.slot && within(slot.value, other.value))))
    return true;
  if (negative(a) !== negative(b)) return false;
  const one = new Set(contentStems(a));
  const two = new Set(contentStems(b));
  const numbers = (set: Set<string>): string =>
    [...set]
      .filter((word) => /\d/.test(word))
      .sort()
      .join(" ");
  const plain = new Set(contentStems(a.replace(DATES, "")));
  // The same thing told again without its date says nothing new.
  if (plain.size >= 2 && plain.size === one.size && [...one].every((word) => two.has(word)) && numbers(one) === "") return true;
  const shared = [...one].filter((word) => two.has(word)).length;
  return numbers(one) === numbers(two) && shared > 0 && shared / (one.size + two.size - shared) >= 0.8;
}

/** Every word of `part` is in `whole`; "nurse" is within "night nurse". */
function within(part: string, whole: string): boolean {
  const all = new Set(whole.split(" "));
  return part.split(" ").every((word) => all.has(word));
}

/** The known fact that these words are about: most of them in it, none of it denied already. */
function about(phrase: string, known: readonly Known[]): Known | undefined {
  const wanted = contentStems(phrase.replace(DATES, ""));
  let best: Known | undefined;
  let most = 0;
  for (const fact of known) {
    if (/\bno longer\b|\bstopped\b|\bsold\b|\bused to\b/.test(fact.text)) continue;
    const has = new Set(contentStems(fact.text));
    const share = wanted.filter((word) => has.has(word)).length / Math.max(1, wanted.length);
    // Known facts come most similar first, so the first of equals has it.
    if (share >= 0.5 && share > most) [best, most] = [fact, share];
  }
  return best;
}

const AT = { "@work": ["role", "workplace"], "@partner": ["partner", "relationship"] } as const;

/** The known facts that the finding ends: by slot for a job or a partner, by words otherwise. */
function ended(finding: Finding, known: readonly Known[]): Known | undefined {
  const ends = finding.ends ?? "";
  if (ends !== "@work" && ends !== "@partner") return about(ends, known);
  const slots: readonly string[] = AT[ends];
  const named = contentStems(finding.text).filter((word) => !/^(?:partner|broke|job|quit|their|work)$/.test(word));
  const fits = known.filter(
    (fact) =>
      slotsOf(fact.text).some((slot) => slots.includes(slot.slot)) ||
      (ends === "@partner" && /\b(?:partner|girlfriend|boyfriend|wife|husband|fianc[eé]e?)\b/i.test(fact.text)),
  );
  return fits.find((fact) => contentStems(fact.text).some((word) => named.includes(word))) ?? fits[0];
}

/** The right word in the place of the wrong one. */
function corrected(text: string, right: string, wrong: string): string {
  const at = text.toLowerCase().indexOf(wrong.toLowerCase());
  return at < 0 ? text : text.slice(0, at) + right + text.slice(at + wrong.length);
}

/** What the finding changes about what is known; undefined when it says nothing new. */
export function compare(finding: Finding, known: readonly Known[]): Change | undefined {
  const { text } = finding;
  if (finding.correct) {
    const { right, wrong } = finding.correct;
    const target = known.find((fact) => fact.text.toLowerCase().includes(wrong.toLowerCase()));
    return target && { op: "UPDATE", id: target.id, text: corrected(target.text, right, wrong) };
  }
  if (known.some((fact) => sameMeaning(text, fact.text))) return undefined;
  if (finding.ends) {
    const target = ended(finding, known);
    if (target) return { op: finding.state ? "UPDATE" : "DELETE", id: target.id, text };
  }
  const replaced = finding.replaces ? about(finding.replaces, known) : undefined;
  if (replaced) return { op: "UPDATE", id: replaced.id, text };
  const slots = slotsOf(text);
  const rival = known.find((fact) => slotsOf(fact.text).some((slot) => slots.some((mine) => mine.slot === slot.slot)));
  if (rival) return { op: "UPDATE", id: rival.id, text };
  // "I prefer tea now": what was preferred before was called liking, or a favourite.
  const kind =
    finding.now && finding.as === "preference" ? slots.find((slot) => slot.slot.startsWith("prefers:"))?.slot.slice(8) : undefined;
  const before = kind
    ? known.find((fact) => kindOf(fact.text) === kind && /\b(?:prefers?|likes?|loves?|drinks?|favou?rite|enjoys?)\b/i.test(fact.text))
    : undefined;
  return before ? { op: "UPDATE", id: before.id, text } : { op: "ADD", id: null, text };
}

/** Two facts about the same thing, for keys of habits and preferences. */
export const overlap = (a: string, b: string): number => {
  const one = contentStems(a);
  const two = new Set(contentStems(b));
  return one.filter((word) => two.has(stem(word)) || two.has(word)).length / Math.max(1, Math.min(one.length, two.size));
};
