import type { FactChange } from "./extraction.js";
import { memoryId, type MemoryRecord } from "./record.js";
import { digest, sameText } from "./text.js";

export type FactId = `fact:${string}`;

/** One thing known about the user. A fact that changed is closed and points to its successor. */
export interface FactRecord extends MemoryRecord<"fact"> {
  /** Event time since when it holds, or at which it takes place; the same as `at`. */
  readonly validFrom: number;
  /** When the user said so. */
  readonly said: number;
  /** Set when the fact stopped being true. */
  readonly validTo?: number;
  readonly supersededBy?: FactId;
  /** 0 to 1: how plainly the user said it. */
  readonly confidence: number;
  /** Set when only pasted text says so, and not the user. */
  readonly trust?: "untrusted";
}

/** Follows a chain of replaced facts to the one at its end. */
export function latest(id: FactId, facts: ReadonlyMap<string, FactRecord>): FactRecord | undefined {
  let fact = facts.get(id);
  for (const seen = new Set<string>(); fact?.supersededBy && !seen.has(fact.id); ) {
    seen.add(fact.id);
    const next = facts.get(fact.supersededBy);
    if (!next) break;
    fact = next;
  }
  return fact;
}

/**
 * Applies proposed changes to what is known, and returns the records that are new or different, for one batch.
 * - The same change applied again changes nothing: ids come from the source message and the text.
 * - What is known already is not stored twice.
 * - A replaced or ended fact is closed, never overwritten; what was said earlier but arrives later goes into the history, not in front of it.
 */
export function applyFacts(changes: readonly FactChange[], known: readonly FactRecord[], recordedAt: number): FactRecord[] {
  const facts = new Map<string, FactRecord>(known.map((fact) => [fact.id, fact]));
  const currentTexts = new Map(known.filter((fact) => fact.status === "current").map((fact) => [sameText(fact.text), fact]));
  const touched = new Map<string, FactRecord>();
  const save = (fact: FactRecord): void => {
    const before = facts.get(fact.id);
    if (before?.status === "current") currentTexts.delete(sameText(before.text));
    if (fact.status === "current") currentTexts.set(sameText(fact.text), fact);
    facts.set(fact.id, fact);
    touched.set(fact.id, fact);
  };
  const close = (fact: FactRecord, at: number, successor?: FactId): void =>
    save({
      ...fact,
      status: "closed",
      validTo: Math.max(at, fact.validFrom),
      ...(successor && { supersededBy: successor }),
      recordedAt,
      version: fact.version + 1,
    });

  for (const change of changes) {
    const target = change.target && latest(change.target, facts);
    if (change.op === "DELETE") {
      if (target?.status === "current") close(target, change.at);
      continue;
    }
    const fresh = newFact(change, recordedAt);
    if (sameText(change.text) === "" || facts.has(fresh.id)) continue;
    const twin = currentTexts.get(sameText(change.text));
    if (twin?.trust !== undefined && change.trust === undefined) {
      // Until now only pasted text said so; now the user does.
      close(twin, change.at, fresh.id as FactId);
    } else if (twin) {
      // Said again: nothing new, but a fact it was meant to replace is replaced by the one that is there.
      if (target?.status === "current" && target.id !== twin.id) close(target, change.at, twin.id as FactId);
      continue;
    }
    if (target?.status === "current" && change.said < target.said) {
      save({ ...fresh, status: "closed", validTo: Math.max(fresh.validFrom, target.validFrom), supersededBy: target.id as FactId });
      continue;
    }
    save(fresh);
    if (target?.status === "current") close(target, change.at, fresh.id as FactId);
  }
  return [...touched.values()];
}

/** The id of the fact that a change makes: the same message saying the same thing makes the same fact. */
export const factIdOf = ({ source, text }: Pick<FactChange, "source" | "text">): FactId =>
  memoryId("fact", `${source}.${digest(sameText(text))}`) as FactId;

function newFact(change: FactChange, recordedAt: number): FactRecord {
  return {
    id: factIdOf(change),
    kind: "fact",
    text: change.text.trim(),
    keywords: change.keywords,
    at: change.at,
    recordedAt,
    sources: [change.source],
    status: "current",
    version: 1,
    validFrom: change.at,
    said: change.said,
    confidence: change.confidence,
    ...(change.trust !== undefined && { trust: change.trust }),
  };
}
