import type { Collection, Where } from "chromadb";
import type { MemoryId } from "../../domain/record.js";
import type { Analysed } from "../analysed.js";
import type { IndexQuery } from "../index-port.js";
import type { Question } from "../query.js";
import { stateOf, type Collections, type StoredState } from "./collections.js";
import { analysedOf, anyOf, memoryOf, scopeOf, STATE, stateId } from "./rows.js";

/** Memories that a question may mean, and how near those are that are near. */
export interface Found {
  readonly memories: ReadonlyMap<MemoryId, Analysed>;
  readonly near: readonly (readonly [MemoryId, number])[];
  /** What Chroma says of how far it is, at the moment of the question. */
  readonly state: StoredState | undefined;
}

/** Memories that hold a word of the question, or lie in its window, at most. */
const KEYWORD = 400;
/** A name that nobody wrote, a wrong letter: more words than these say nothing more. */
const MAX_TERMS = 40;
type Rows = readonly { readonly id: string; readonly document: string | null; readonly metadata: object | null }[];

/** Asks Chroma by meaning and by words at once; user, kinds and time are its filters. */
export async function findCandidates(
  collections: Collections,
  collection: Collection,
  userId: string,
  { kinds, window, limit, exclude }: IndexQuery,
  question: Question,
  vector: readonly number[] | undefined,
): Promise<Found> {
  const where = whereOf(userId, kinds, window);
  const withState = window ? { $or: [where, { scope: scopeOf(userId, STATE) }] } : whereOf(userId, [...kinds, STATE]);
  const terms = [...question.terms]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_TERMS)
    .map(([term]) => term);
  const [near, byWord, inside] = await Promise.all([vector ? nearest() : [], byWords(terms), window ? rows(undefined) : []]);
  const memories = new Map<MemoryId, Analysed>();
  for (const row of [...near, ...byWord, ...inside]) {
    const memory = analysedOf(row);
    // What another user's row would be is not taken on trust.
    if (memory && row.id.startsWith(scopeOf(userId, ""))) memories.set(memory.id, memory);
  }
  return {
    memories,
    state: stateOf(byWord.find(({ id }) => id === stateId(userId))?.metadata),
    near: near.flatMap(({ id, distance }) =>
      memories.has(memoryOf(id)) && distance !== null ? [[memoryOf(id), 1 - distance] as const] : [],
    ),
  };

  async function nearest() {
    const found = await collections.run("a question", () =>
      collection.query({
        queryEmbeddings: [[...vector!]],
        nResults: limit + Math.min(exclude.size, limit),
        where,
        include: ["documents", "metadatas", "distances"],
      }),
    );
    return found.ids[0]!.map((id, i) => ({
      id,
      document: found.documents[0]![i]!,
      metadata: found.metadatas[0]![i]!,
      distance: found.distances[0]![i]!,
    }));
  }

  async function byWords(all: readonly string[]): Promise<Rows> {
    const found = await rows(anyOf(all));
    if (found.length < KEYWORD) return found;
    return [...(await rarest(all)), ...(await rows(undefined, [stateId(userId)]))];
  }

  /** More memories hold a word than can be read, and Chroma gives the oldest first: those with the rarest words are read instead. */
  async function rarest(all: readonly string[]): Promise<Rows> {
    const holders = await Promise.all(
      all.map(async (term) => {
        const request = { where, whereDocument: { $regex: anyOf([term]) }, limit: KEYWORD, include: [] };
        return (await collections.run("a question", () => collection.get(request))).ids;
      }),
    );
    const ids = new Set<string>();
    for (const some of holders.filter(({ length }) => length < KEYWORD).sort((a, b) => a.length - b.length)) {
      if (ids.size + some.length > 2 * KEYWORD) break;
      for (const id of some) ids.add(id);
    }
    return ids.size === 0 ? rows(anyOf(all)) : rows(undefined, [...ids]);
  }

  async function rows(regex: string | undefined, ids?: string[]): Promise<Rows> {
    const found = await collections.run("a question", () =>
      collection.get({
        ...(ids ? { ids } : { where: regex === undefined ? where : withState, limit: KEYWORD }),
        ...(regex !== undefined && { whereDocument: { $regex: regex } }),
        include: ["documents", "metadatas"],
      }),
    );
    return found.ids.map((id, i) => ({ id, document: found.documents[i]!, metadata: found.metadatas[i]! }));
  }
}

/** Exactly one operator at the top, as Chroma wants it. */
function whereOf(userId: string, kinds: Iterable<string>, window?: IndexQuery["window"]): Where {
  const scope = { scope: { $in: [...kinds].map((kind) => scopeOf(userId, kind)) } };
  const times = [
    ...(window?.from !== undefined ? [{ at: { $gte: window.from } }] : []),
    ...(window?.to !== undefined ? [{ at: { $lt: window.to } }] : []),
  ];
  return times.length > 0 ? { $and: [scope, ...times] } : scope;
}
