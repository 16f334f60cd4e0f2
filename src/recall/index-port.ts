import type { RecallRequest, RecallResult, TimeWindow } from "../domain/recall.js";
import type { MemoryId, MemoryKind, MemoryRecord } from "../domain/record.js";

/** The search engine as the graph's nodes see it: one user's memories, ranked. */
export interface Recall {
  recall(userId: string, request: RecallRequest): Promise<RecallResult>;
  /** Forgets every indexed trace of a user; the log is erased by its owner. */
  drop(userId: string): Promise<void>;
  close(): Promise<void>;
}

/** How far an index has followed the log of a user. */
export interface IndexState {
  /** The latest `recordedAt` it holds. */
  readonly watermark: number;
  /** The log's erase counter, as it was. A different one makes the index worthless. */
  readonly erasures: string;
}

export interface IndexQuery {
  readonly query: string;
  readonly keywords: readonly string[];
  readonly kinds: ReadonlySet<MemoryKind>;
  readonly exclude: ReadonlySet<MemoryId>;
  /** Only what lies inside. */
  readonly window?: TimeWindow;
  /** Candidates wanted, best first. */
  readonly limit: number;
}

export interface Candidate {
  readonly record: MemoryRecord;
  readonly score: number;
  /** Parts of the score, which add up to it. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface IndexAnswer {
  readonly candidates: readonly Candidate[];
  /** How many memories matched in all. */
  readonly total: number;
  /** How many of the memories lie inside the window, matching or not. */
  readonly inWindow: number;
}

/** A derived index over the log: it can be dropped at any time, and is built again from the log. */
export interface MemoryIndex {
  /** Undefined when it holds nothing of the user. */
  state(userId: string): Promise<IndexState | undefined>;
  /** Takes new and changed records; those it has already in this version change nothing. */
  put(userId: string, records: readonly MemoryRecord[], state: IndexState): Promise<void>;
  search(userId: string, query: IndexQuery): Promise<IndexAnswer>;
  drop(userId: string): Promise<void>;
  close(): Promise<void>;
}
