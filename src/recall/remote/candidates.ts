import type { MemoryId } from "../../domain/record.js";
import type { Analysed } from "../analysed.js";
import type { IndexQuery } from "../index-port.js";
import type { Question } from "../query.js";
import type { Part } from "./engine.js";
import type { Kept } from "./kept.js";

/** Memories that a question may mean, and how near those are that are near. */
export interface Found {
  readonly memories: readonly Analysed[];
  readonly near: readonly (readonly [MemoryId, number])[];
  /** Whether these are all memories of the user. */
  readonly whole: boolean;
  /** Whether the part says how far it is, at the moment of the question. */
  readonly stated: boolean;
}

export interface Asking {
  readonly vector: readonly number[] | undefined;
  /** Whether nearness counts; else it only finds, among too many to read. */
  readonly understands: boolean;
  /** Memories of the user, about. */
  readonly count: number;
  readonly kept: Kept;
}

/** Memories that hold a word of the question, or lie in its window, at most. Of a user who has no more in all, all are read. */
const KEYWORD = 400;
/** A name that nobody wrote, a wrong letter: more words than these say nothing more. */
const MAX_WORDS = 40;

/** Asks by meaning and by words at once, and then for those memories only that are not known here. */
export async function findCandidates(
  part: Part,
  { kinds, window, limit, exclude }: IndexQuery,
  question: Question,
  { vector, understands, count, kept }: Asking,
): Promise<Found> {
  const filter = { kinds, ...(window && { window }) };
  const nearest = async () => (vector ? part.nearest(vector, limit + Math.min(exclude.size, limit), filter) : []);
  if (count <= KEYWORD) {
    // Looking for words costs more than all ids, and what is known whole is ranked as LocalIndex ranks it.
    const [near, { ids, stated }] = await Promise.all([understands ? nearest() : [], part.all(KEYWORD + 1)]);
    if (ids.length <= KEYWORD) return { memories: await kept.read(part, ids), near, stated, whole: true };
  }
  const words = [...question.terms]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_WORDS)
    .map(([term]) => term);
  const [near, { ids, stated }, inside] = await Promise.all([nearest(), byWords(), window ? part.within(KEYWORD, filter) : []]);
  const wanted = [...new Set([...near.map(([id]) => id), ...ids, ...inside])];
  return { memories: await kept.read(part, wanted), near, stated, whole: false };

  async function byWords() {
    const found = await part.holding(words, KEYWORD, filter);
    return found.ids.length < KEYWORD ? found : { ids: await rarest(found.ids), stated: found.stated };
  }

  /** More memories hold a word than can be read: those with the rarest words are read instead. */
  async function rarest(some: readonly MemoryId[]): Promise<readonly MemoryId[]> {
    const holders = await part.holders(words, KEYWORD, filter);
    const ids = new Set<MemoryId>();
    for (const those of holders.filter(({ length }) => length < KEYWORD).sort((a, b) => a.length - b.length)) {
      if (ids.size + those.length > 2 * KEYWORD) break;
      for (const id of those) ids.add(id);
    }
    return ids.size === 0 ? some : [...ids];
  }
}
