import type { MemoryId, MemoryKind } from "../../domain/record.js";
import type { Analysed } from "../analysed.js";
import type { IndexQuery, IndexState } from "../index-port.js";

/** How far a user's part of the index is, as it stands there. */
export interface StoredState extends IndexState {
  /** Memories that were indexed, about. */
  readonly count: number;
}

/** A memory as an engine keeps it. Its text stays in the log. */
export interface IndexedRow {
  readonly kind: MemoryKind;
  readonly memory: Analysed;
  /** By which it is found: its terms, their topics, and who said it. */
  readonly words: readonly string[];
  readonly vector: readonly number[];
}

/** Kinds and window of a question; the engine filters by them. */
export type Filter = Pick<IndexQuery, "kinds" | "window">;

/** Where memories of one user lie. Whatever it is asked, it answers of this user only. */
export interface Part {
  /** As errors call it, such as `Chroma collection "personagraph-…"`. */
  readonly place: string;
  readonly dimensions: number;
  state(): Promise<StoredState | undefined>;
  writeState(state: StoredState): Promise<void>;
  /** Forgets only how far it is: nobody believes in what is half there. */
  forgetState(): Promise<void>;
  /** Written under their ids: twice is once. */
  write(rows: readonly IndexedRow[]): Promise<void>;
  remove(ids: readonly MemoryId[]): Promise<void>;
  clear(): Promise<void>;
  /** What it has of these, by version: `versionOf`. */
  versions(ids: readonly MemoryId[]): Promise<ReadonlyMap<MemoryId, string>>;
  /** The nearest by cosine, the nearest first. */
  nearest(vector: readonly number[], limit: number, filter: Filter): Promise<readonly (readonly [id: MemoryId, cosine: number])[]>;
  /** Some of all. */
  all(limit: number): Promise<Holding>;
  /** Some that hold one of the words. */
  holding(words: readonly string[], limit: number, filter: Filter): Promise<Holding>;
  /** For each word, those that hold it. */
  holders(words: readonly string[], limit: number, filter: Filter): Promise<readonly (readonly MemoryId[])[]>;
  /** Some that the filter lets through. */
  within(limit: number, filter: Filter): Promise<readonly MemoryId[]>;
  rows(ids: readonly MemoryId[]): Promise<readonly Analysed[]>;
}

export interface Holding {
  readonly ids: readonly MemoryId[];
  /** Whether the part says how far it is: read with the ids, so that nothing is emptied between the two. */
  readonly stated: boolean;
}

/** A server that keeps vectors, as the index in it asks for it. One user's memories lie in one part; another layout has other parts. */
export interface Engine {
  /** Everything that makes another index of it: settings, embedding model, version of the analysis. */
  readonly name: string;
  /** What to set so that the index is made elsewhere, as advice ends with it. */
  readonly elsewhere: string;
  /** Undefined while there is none. @throws PersonaError INDEX_AWAY, INDEX_REFUSED */
  find(userId: string): Promise<Part | undefined>;
  /** The same, made where there is none. */
  make(userId: string, dimensions: number): Promise<Part>;
  /** What is there of the user of layouts that were used before: other models, other settings. */
  others(userId: string): Promise<readonly Part[]>;
  /** Whether a request failed because its part is gone. */
  isLost(thrown: unknown): boolean;
  close(): Promise<void>;
}

export const versionOf = ({ version, recordedAt }: { readonly version: number; readonly recordedAt: number }): string =>
  `${version} ${recordedAt}`;
