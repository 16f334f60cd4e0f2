import type { MemoryId, MemoryKind, MemoryRecord } from "./record.js";

/** A half-open span of time in epoch ms, `from <= t < to`; an absent end is open. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

export interface RecallRequest {
  /** The user's message, or the model's search query. */
  readonly query: string;
  readonly keywords?: readonly string[];
  /** Stated by the caller (the search tool): applied, and widened with a note when nothing is inside. */
  readonly window?: TimeWindow;
  /** Only these kinds; default messages, facts and episodes. */
  readonly kinds?: readonly MemoryKind[];
  /** Hits in all. Default 10. */
  readonly limit?: number;
  /** At most so many hits of a kind, within `limit`. */
  readonly quotas?: Partial<Record<MemoryKind, number>>;
  /** Memory ids not to return: what was already shown, or stands in the conversation. */
  readonly exclude?: Iterable<MemoryId>;
  /** The present, in epoch ms: what "last week" counts from. */
  readonly now: number;
  /** IANA zone of the user. Default "UTC". */
  readonly timezone?: string;
  /** BCP 47 tag of the user's language; default: found from the text. */
  readonly locale?: string;
}

/** The parts of a score, each already weighted, so that they add up to it. */
export type ScoreParts = Readonly<Record<string, number>>;

export interface RecallHit {
  readonly id: MemoryId;
  readonly kind: MemoryKind;
  readonly text: string;
  readonly at: number;
  readonly score: number;
  readonly why: ScoreParts;
  /** Keys of the messages behind it. */
  readonly sources: readonly string[];
  readonly record: MemoryRecord;
}

export interface RecallResult {
  /** Best first. */
  readonly hits: readonly RecallHit[];
  /** How many further memories matched but were not returned. */
  readonly beyond: number;
  /** The window that was searched, when there was one; `note` says when it had to be widened. */
  readonly window?: TimeWindow & { readonly widened: boolean; readonly note?: string };
  /** The index could not serve, and words over the log did instead. */
  readonly warning?: { readonly code: string; readonly message: string };
}
