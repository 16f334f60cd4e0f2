import type { ConsolidateProposal } from "../../../prompts/consolidate.js";
import { overlap } from "./compare.js";
import { messageRows, rows } from "./extract.js";
import { findingsOf, type Finding } from "./findings.js";
import type { Language } from "./language.js";
import { DIETARY, RELATION } from "./lexicon.js";
import { topicsOf } from "./topics.js";
import { slug } from "./words.js";

type Entry = ConsolidateProposal["habits"][number];
type Identity = ConsolidateProposal["identity"][number];

/** METHOD.md: at most so many are kept; code enforces it again. */
const MAX_HABITS = 5;
const MAX_PREFERENCES = 7;

/** Identity fields, read from the facts as they are written. */
const FIELDS: readonly (readonly [string, RegExp])[] = [
  ["name", /^The user's name is (.+?)(?: and the user is .+)?$/],
  ["age", /^The user (?:is|turned) (\d{1,3}) years old/],
  ["birthday", /^The user(?:'s birthday is on| was born on) (.+)$/],
  ["birthplace", /^The user was born in (\p{Lu}\P{N}*?)(?: in \d{4})?$/u],
  ["home", /^The user (?:lives|has lived) (?:in|at|near|outside|on) (.+?)(?: (?:with|since) .*)?$/],
  ["home", /^The user (?:moved|relocated)(?: back)?(?: from .+?)? to (\p{Lu}.+?)(?: (?:in|on|since) [\w ]*\d{4}.*)?$/u],
  ["origin", /^The user is (?:originally )?from (.+)$/],
  ["nationality", /^The user is ((?:half |part )?\p{Lu}\p{Ll}+)$/u],
  ["work", /^The user (?:works|became|got a new job|started a new job) ((?:as |at |for |an? ).+)$/],
  [
    "work",
    /^The user is (an? (?:.+ )?(?:nurse|doctor|teacher|engineer|developer|designer|lawyer|chef|student|artist|writer|scientist|manager)\b.*)$/,
  ],
  ["studies", /^The user studies (.+)$/],
  ["language", /^The user speaks (.+)$/],
  ["language", /^The user's (?:native language|mother tongue|first language) is (.+)$/],
  ["relationship", /^The user is ((?:single|married|divorced|engaged|widowed)\b.*)$/],
  ["relationship", /^The user (?:got|is) ((?:married|engaged|dating|divorced)\b.*)$/],
  ["allergies", /^The user is allergic to (.+)$/],
  ["diet", new RegExp(`^The user (?:is|has been|became) ((?:an? )?(?:mostly |strictly )?${DIETARY})\\b`)],
  ["pets", /^The user has ((?:an?|one|two|three|four|five) (?:\w+ )?(?:dog|cat|rabbit|parrot|horse|hamster)s?\b.*)$/],
];
const RELATIVE = new RegExp(`^The user's ((?:older |younger )?(?:${RELATION})) ((?:\\p{Lu}\\p{L}+ )?(?:is|works|lives) .+)$`, "u");

function identityOf(fact: string): Omit<Identity, "source"> | undefined {
  const text = fact.replace(/\.$/, "");
  for (const [field, pattern] of FIELDS) {
    const value = pattern.exec(text)?.[1];
    if (value) return { field, value: value.replace(/^as /, "") };
  }
  const relative = RELATIVE.exec(text);
  return relative?.[1] && relative[2] ? { field: relative[1], value: relative[2] } : undefined;
}

/** A list that is changed in order: the last word on a key counts, and a known key is used again for the same thing. */
class Changes {
  readonly #entries = new Map<string, Entry>();
  constructor(readonly known: ReadonlyMap<string, string>) {}

  #keyOf(about: string, text: string): string {
    const key = slug(about.split(" ").slice(0, 3));
    if (this.known.has(key) || this.#entries.has(key)) return key;
    const all = [...this.known, ...[...this.#entries.values()].map((entry): [string, string] => [entry.key, entry.text])];
    let best = key;
    let most = 0.49;
    for (const [other, what] of all) {
      const share = Math.max(overlap(about, `${other.replaceAll("-", " ")} ${what}`), overlap(text, what) - 0.2);
      if (share > most) [best, most] = [other, share];
    }
    return best;
  }

  set(about: string, text: string, source: number): void {
    const key = this.#keyOf(about, text);
    if (key && this.known.get(key) !== text) this.#entries.set(key, { op: "SET", key, text, source });
  }

  remove(about: string, text: string, source: number): void {
    const key = this.#keyOf(about, text);
    if (this.known.has(key)) this.#entries.set(key, { op: "REMOVE", key, text, source });
    else this.#entries.delete(key);
  }

  list(max: number): Entry[] {
    const removed = [...this.#entries.values()].filter((entry) => entry.op === "REMOVE");
    return [...removed, ...[...this.#entries.values()].filter((entry) => entry.op === "SET").slice(-max)];
  }
}

const pairs = (tag: string, prompt: string): Map<string, string> =>
  new Map(rows(tag, prompt).flatMap(([key, text]) => (typeof key === "string" && typeof text === "string" ? [[key, text] as const] : [])));

const ENDED = /^The user (?:no longer|stopped|quit|gave up|finished)\b/;

/** Files one ended session. */
export function consolidate(prompt: string, language: Language): ConsolidateProposal {
  const session = messageRows("session", prompt);
  const known = pairs("identity", prompt);
  const habits = new Changes(pairs("habits", prompt));
  const preferences = new Changes(pairs("preferences", prompt));
  const identity = new Map<string, Identity>();
  const file = (finding: Finding, source: number): void => {
    const { text, about = "" } = finding;
    const entry = identityOf(text);
    // A preference for one of two things is no habit and no identity; a fact may be both identity and preference.
    if (entry && known.get(entry.field) !== entry.value) identity.set(entry.field, { ...entry, source });
    if (finding.as === "habit" && ENDED.test(text)) habits.remove(about, text, source);
    else if (finding.as === "habit") habits.set(about, text, source);
    if (finding.as === "preference") preferences.set(about, text, source);
    if (finding.correct) correct(finding.correct, source);
  };
  const correct = ({ right, wrong }: { right: string; wrong: string }, source: number): void => {
    for (const [field, value] of [...known, ...[...identity].map(([field, entry]): [string, string] => [field, entry.value])]) {
      if (value.toLowerCase().includes(wrong.toLowerCase()))
        identity.set(field, {
          field,
          value: value.replace(new RegExp(wrong.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i"), () => right),
          source,
        });
    }
  };
  for (const row of session) if (row.role === "user") for (const finding of findingsOf(row.text, row.time, language)) file(finding, row.n);
  const topics = topicsOf(session, language);
  return {
    topics: topics.length > 0 ? topics : [{ topic: "nothing", summary: "Nothing was said.", keywords: [], messages: [] }],
    habits: habits.list(MAX_HABITS),
    identity: [...identity.values()],
    preferences: preferences.list(MAX_PREFERENCES),
  };
}
