import type { FactChange } from "./extraction.js";
import type { SeenImage } from "./image.js";
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
  /** The image it describes. */
  readonly media?: SeenImage;
}

/** Follows a chain of replaced facts to the one at its end. */
export function latest(id: FactId, facts: ReadonlyMap<string, FactRecord>): FactRecord | undefined {
  let fact = facts.get(id);
  for (const seen = new Set<string>(); fact?.supersededBy && !seen.has(fact.id);) {
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
  const ledger = new FactLedger(known, recordedAt);
  for (const change of changes) ledger.apply(change);
  return [...ledger.touched.values()];
}

/** Facts while changes are applied to them, one after the other. */
export class FactLedger {
  readonly facts: Map<string, FactRecord>;
  readonly touched = new Map<string, FactRecord>();
  readonly #recordedAt: number;
  readonly #currentTexts: Map<string, FactRecord>;
  /** Facts from an import of the past, by the one that replaced them and was known when they came. */
  readonly #awaiting = new Map<string, string[]>();

  constructor(known: readonly FactRecord[], recordedAt: number) {
    this.#recordedAt = recordedAt;
    this.facts = new Map(known.map((fact) => [fact.id, fact]));
    this.#currentTexts = new Map(known.filter((fact) => fact.status === "current").map((fact) => [sameText(fact.text), fact]));
  }

  apply(change: FactChange): void {
    const target = change.target && latest(change.target, this.facts);
    if (change.op === "DELETE") {
      if (target?.status === "current") this.#close(target, change.at);
      return;
    }
    // What corrects the description of an image is about the same image.
    const media = change.media ?? (change.op === "UPDATE" ? target?.media : undefined);
    const fresh = newFact({ ...change, ...(media && { media }) }, this.#recordedAt);
    if (sameText(change.text) === "" || this.facts.has(fresh.id)) return;
    const twin = this.#currentTexts.get(sameText(change.text));
    if (twin?.trust !== undefined && change.trust === undefined) {
      // Until now only pasted text said so; now the user does.
      this.#close(twin, change.at, fresh.id as FactId);
    } else if (twin) {
      // Said again: nothing new, but a fact it was meant to replace is replaced by the one that is there.
      if (target?.status === "current" && target.id !== twin.id) this.#close(target, change.at, twin.id as FactId);
      return;
    }
    if (target?.status === "current" && change.said < target.said) {
      this.#save({ ...fresh, status: "closed", validTo: Math.max(fresh.validFrom, target.validFrom), supersededBy: target.id as FactId });
      return;
    }
    this.#save(fresh);
    if (target?.status === "current") this.#close(target, change.at, fresh.id as FactId);
    if (change.target && !target) this.#awaiting.set(change.target, [...(this.#awaiting.get(change.target) ?? []), fresh.id]);
    for (const id of this.#awaiting.get(fresh.id) ?? []) {
      const past = this.facts.get(id)!;
      if (past.status === "current") this.#close(past, fresh.validFrom, fresh.id as FactId);
    }
  }

  #save(fact: FactRecord): void {
    const before = this.facts.get(fact.id);
    if (before?.status === "current") this.#currentTexts.delete(sameText(before.text));
    if (fact.status === "current") this.#currentTexts.set(sameText(fact.text), fact);
    this.facts.set(fact.id, fact);
    this.touched.set(fact.id, fact);
  }

  #close(fact: FactRecord, at: number, successor?: FactId): void {
    this.#save({
      ...fact,
      status: "closed",
      validTo: Math.max(at, fact.validFrom),
      ...(successor && { supersededBy: successor }),
      recordedAt: this.#recordedAt,
      version: fact.version + 1,
    });
  }
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
    ...(change.media && { media: change.media }),
  };
}
