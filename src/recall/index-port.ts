import type { RecallRequest, RecallResult, TimeWindow } from "../domain/recall.js";
import type { MemoryId, MemoryKind, MemoryRecord } from "../domain/record.js";
import type { Weights } from "./ranking.js";

/** The search engine as the graph's nodes see it: one user's memories, ranked. */
export interface Recall {
  /** The name of its index. */
  readonly index: string;
  recall(userId: string, request: RecallRequest): Promise<RecallResult>;
  /** Resolves when all that the log holds of the user can be found, by meaning too: embedding is done off everybody's path. */
  ready(userId: string): Promise<void>;
  /** Forgets every indexed trace of a user; the log is erased by its owner. */
  drop(userId: string): Promise<void>;
  /** Something of the user was removed for good: what is stored of it beside the log leaves its file now, not at the next question. */
  erased(userId: string): Promise<void>;
  /** Makes the user's index anew from the log, whole. Gives how many memories it holds. @throws PersonaError when the index cannot be reached */
  rebuild(userId: string): Promise<number>;
  close(): Promise<void>;
}

/** How far an index has followed the log of a user. */
export interface IndexState {
  /** When the log was last read, by the reader's clock. */
  readonly through: number;
  /** The log's erase token, as it was. A different one makes the index worthless. */
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

/** What is compared with the memories by meaning. */
export const textOf = ({ query, keywords }: IndexQuery): string => [query, ...keywords].join("\n");

/** What ranking needs of a memory; the record itself only where the log is far away. */
export interface Memory {
  readonly id: MemoryId;
  readonly kind: MemoryKind;
  readonly at: number;
  readonly status: MemoryRecord["status"];
  readonly supersededBy?: MemoryId;
  readonly record?: MemoryRecord;
}

export interface Candidate {
  readonly memory: Memory;
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

/** Turns texts into vectors, always of the same length. */
export interface Vectoriser {
  /** Names the model and its version: what another one made is of no use. */
  readonly model: string;
  /** Whether nearness counts in the ranking. Else it only finds candidates, because words are all it knows, and those are counted better. */
  readonly understands: boolean;
  documents(texts: readonly string[]): Promise<number[][]>;
  query(text: string): Promise<number[]>;
  /** What is remembered of texts, when something was erased. */
  forget?(): void;
}

/** What an index is given by the memory that it serves. */
export interface IndexContext {
  /** The configured embeddings. */
  readonly vectoriser?: Vectoriser | undefined;
  readonly weights: Weights;
  /** What the log holds now under these ids, in their order. */
  readonly read: (userId: string, ids: readonly MemoryId[]) => Promise<readonly (MemoryRecord | undefined)[]>;
  readonly warn: (message: string) => void;
}

/** Makes an index that lies outside the process, such as `chromaIndex()`. */
export type IndexFactory = (context: IndexContext) => MemoryIndex;

/** A derived index over the log: it can be dropped at any time, and is built again from the log. */
export interface MemoryIndex {
  /** What it is and with which embeddings; of another name it holds something else. */
  readonly name: string;
  /** Undefined when it holds nothing of the user. */
  state(userId: string): Promise<IndexState | undefined>;
  /** Takes new and changed records; those it has already in this version change nothing. */
  put(userId: string, records: readonly MemoryRecord[], state: IndexState): Promise<void>;
  /** Takes out what it has of these. */
  remove(userId: string, ids: readonly MemoryId[]): Promise<void>;
  /** How many memories it holds. */
  size(userId: string): Promise<number>;
  search(userId: string, query: IndexQuery): Promise<IndexAnswer>;
  /** Forgets the user, for good and everywhere. */
  drop(userId: string): Promise<void>;
  /** Empties what it holds of the user, to be filled again; where it is missing `drop` does. */
  clear?(userId: string): Promise<void>;
  /** Resolves when nothing of the user waits to be indexed. @throws PersonaError when it cannot be */
  settled?(userId: string): Promise<void>;
  /** Writes what it holds to where it outlives the process, if it keeps such a thing and enough is new. */
  save?(userId: string): Promise<void>;
  close(): Promise<void>;
}
