import type { BaseStore, Item } from "@langchain/langgraph";

/** Faults that stores in use are known to have, as far as they matter to long-term memory. */
export type KnownFault =
  /** Namespaces match as joined text: ["u", "1"] also returns ["u", "10"]. */
  | "prefix-leak"
  /** ["a:b"] and ["a", "b"] are one namespace. */
  | "joined-labels"
  /** Two puts of one batch whose joined names are equal: one is lost. */
  | "batch-drops"
  /** Items are the stored objects themselves: changing one changes the store. */
  | "live-references"
  /** Range filters compare strings as numbers, so that none matches. */
  | "no-string-ranges"
  /** Range filters take null, true and "" for numbers. */
  | "loose-ranges"
  /** Objects and arrays in a filter are compared by identity. */
  | "no-deep-equality"
  /** Arrays in a filter match nothing. */
  | "no-array-equality"
  /** listNamespaces goes on naming namespaces that have been emptied. */
  | "empty-namespaces"
  /** Labels with other than plain characters are refused. */
  | "narrow-labels"
  /** Operations given to `batch` are not validated. */
  | "unchecked-batch"
  /** Filters compare values as text: 1 is "1"; null, what is absent, and an empty $in are not told apart as they should be. */
  | "text-filters"
  /** Search gives the newest first, so that pages move while one writes. */
  | "newest-first"
  /** The empty prefix is refused, and wildcards match nothing. */
  | "narrow-prefixes"
  /** A NUL character is refused. */
  | "no-nul";

export interface StoreCase {
  readonly title: string;
  /** Who has one of these fails it. */
  readonly faults?: readonly KnownFault[];
  /** Needs a store that keeps its data. */
  readonly reopens?: true;
  run(store: BaseStore, reopen: () => Promise<BaseStore>): Promise<void>;
}

/** Where the cases put their items. */
export const NS = ["conformance", "items"];

export const keysOf = (items: readonly Item[]): string[] => items.map((item) => item.key);
/** Keys of what a filter finds, sorted. */
export const filtered = async (store: BaseStore, filter: Record<string, unknown>): Promise<string[]> =>
  keysOf(await store.search(NS, { filter, limit: 100 })).sort();
export const putAll = async (store: BaseStore, values: Record<string, Record<string, unknown>>): Promise<void> => {
  for (const [key, value] of Object.entries(values)) await store.put(NS, key, value);
};
