import { readFence } from "../../../prompts/prompt.js";
import type { ExtractProposal } from "../../../prompts/extract.js";
import { compare, type Known } from "./compare.js";
import { findDates, readLocal } from "./dates.js";
import { findingsOf, keywordsOf } from "./findings.js";
import type { Language } from "./language.js";
import { traitsOf } from "./traits.js";

export interface Row {
  readonly n: number;
  readonly role: string;
  readonly time: string;
  readonly text: string;
}

/** A fence of the prompt, as rows of strings and numbers. One that cannot be read holds nothing. */
export function rows(tag: string, text: string): readonly (readonly unknown[])[] {
  try {
    return (readFence(tag, text) ?? []).filter((row): row is unknown[] => Array.isArray(row));
  } catch {
    return [];
  }
}

export const messageRows = (tag: string, text: string): Row[] =>
  rows(tag, text).flatMap(([n, role, time, said]) =>
    typeof n === "number" && typeof said === "string" ? [{ n, role: String(role), time: String(time), text: said }] : [],
  );

const knownRows = (text: string): Known[] =>
  rows("known", text).flatMap(([id, , fact]) => (typeof id === "string" && typeof fact === "string" ? [{ id, text: fact }] : []));

type Proposed = ExtractProposal["changes"][number];

/** Reads one exchange and proposes what to remember of it. */
export function extract(prompt: string, language: Language): ExtractProposal {
  const known = knownRows(prompt);
  const mine = messageRows("exchange", prompt).filter((row) => row.role === "user");
  // Two sentences of one exchange may speak of one thing: what is proposed already counts as known, under a passing id.
  const drafts = new Map<string, Proposed>();
  let passing = 0;
  for (const row of mine) {
    for (const finding of findingsOf(row.text, row.time, language)) {
      const open = known.filter((fact) => ![...drafts.values()].some((change) => change.id === fact.id && change.op === "UPDATE"));
      const pending: Known[] = [...drafts]
        .filter(([, change]) => change.op !== "DELETE")
        .map(([id, change]) => ({ id, text: change.text }));
      const change = compare(finding, [...pending.reverse(), ...open, ...contextOf(finding.correct?.wrong, prompt, language)]);
      if (!change) continue;
      const earlier = change.id === null ? undefined : drafts.get(change.id);
      const of = change.id?.startsWith("context:") ? null : earlier ? earlier.id : change.id;
      const proposed: Proposed = {
        op: of === null ? "ADD" : change.op,
        id: of,
        text: change.text,
        keywords: keywordsOf(change.text, language),
        // A corrected place leaves the day as it was.
        when: finding.when ?? (finding.correct ? dayIn(change.text, row.time, language) : null),
        source: row.n,
        confidence: finding.confidence,
      };
      if (earlier && change.id !== null) {
        // Said and taken back in one breath leaves nothing.
        if (change.op === "DELETE" && earlier.id === null) drafts.delete(change.id);
        else drafts.set(change.id, { ...proposed, when: proposed.when ?? earlier.when });
        continue;
      }
      // "I quit my job and started at a bakery": what takes its place says more than that it ended.
      const ending = [...drafts].find(([, other]) => other.op === "DELETE" && other.id === of && of !== null)?.[0];
      drafts.set(ending ?? `new:${passing++}`, proposed);
    }
  }
  return { changes: [...drafts.values()], traits: traitsOf(mine.map((row) => row.text)) };
}

function dayIn(fact: string, time: string, language: Language): string | null {
  const at = readLocal(time);
  return (at && findDates(fact, at, language)[0]?.from) ?? null;
}

/** A correction may be about something that was said a moment ago and is not a known fact yet. */
function contextOf(wrong: string | undefined, prompt: string, language: Language): Known[] {
  if (!wrong) return [];
  return messageRows("context", prompt)
    .filter((row) => row.role === "user" && row.text.toLowerCase().includes(wrong.toLowerCase()))
    .flatMap((row) => findingsOf(row.text, row.time, language).map((finding, n) => ({ id: `context:${row.n}.${n}`, text: finding.text })));
}
