import type { SearchOperation } from "@langchain/langgraph";
import { MEMORY_KINDS, parseMemoryId, type MemoryId, type MemoryRecord } from "../domain/record.js";
import type { Citation, MemoryLog, Removed } from "../store/memory-log.js";
import { namespaceOf, sameNamespace, type Collection } from "../store/namespace.js";

/** What was written to the log of a user. */
export interface News {
  readonly records: readonly MemoryRecord[];
  readonly removed: readonly Removed[];
  readonly citations: readonly Citation[];
  /** Differs after everything of the user was erased. */
  readonly erasures: string;
}

/** Of `recordedAt`: "$gte" or "$gt" a time; undefined asks for everything. */
export type Since = { readonly $gte: number } | { readonly $gt: number };

const ALL = 10_000_000;
const COLLECTIONS = [...MEMORY_KINDS, "removed", "citation"] as const satisfies readonly Collection[];

/** All that an index follows, in one call to the store: one transaction where it has them, one journey where it is far away. */
export async function readNews(log: MemoryLog, userId: string, since: Since | undefined, citedSince: Since | undefined): Promise<News> {
  // Whoever starts anew sees in the log itself what is no longer there.
  const wanted = COLLECTIONS.filter((collection) => since !== undefined || collection !== "removed");
  const namespaces = wanted.map((collection) => namespaceOf(userId, collection));
  const searches = wanted.map((collection, i): SearchOperation => {
    const from = collection === "citation" ? citedSince : since;
    return { namespacePrefix: namespaces[i]!, limit: ALL, offset: 0, ...(from && { filter: { recordedAt: { ...from } } }) };
  });
  const answers = (await log.store.batch([...searches, { namespace: namespaceOf(userId, "meta"), key: "erasures" }])) as unknown[];
  const of = <T>(...collections: readonly Collection[]): T[] =>
    wanted.flatMap((collection, i) =>
      collections.includes(collection)
        ? (answers[i] as Stored[]).filter(({ namespace }) => sameNamespace(namespace, namespaces[i]!)).map(({ value }) => value as T)
        : [],
    );
  return {
    records: of(...MEMORY_KINDS),
    removed: of("removed"),
    citations: of("citation"),
    erasures: tokenOf(answers.at(-1) as Stored | null),
  };
}

interface Stored {
  readonly namespace: string[];
  readonly value: object;
}
const tokenOf = (item: { readonly value: object } | null): string => JSON.stringify(item?.value ?? null);

export const readErasures = async (log: MemoryLog, userId: string): Promise<string> =>
  tokenOf(await log.store.get(namespaceOf(userId, "meta"), "erasures"));

/** What the log holds now under these ids, in their order. */
export async function readRecords(log: MemoryLog, userId: string, ids: readonly MemoryId[]): Promise<(MemoryRecord | undefined)[]> {
  if (ids.length === 0) return [];
  const gets = ids.map((id) => {
    const { kind, key } = parseMemoryId(id)!;
    return { namespace: namespaceOf(userId, kind), key };
  });
  const items = (await log.store.batch(gets)) as (Stored | null)[];
  return items.map((item) => (item?.value as MemoryRecord | undefined) ?? undefined);
}
