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
  /** Words of the question that others hold too. */
  readonly common: ReadonlySet<string>;
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

/** Of a user who has no more memories than these, all are read. */
const WHOLE = 1_000;
/** Memories that hold a word of the question, or lie in its window, at most. */
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
  if (count <= WHOLE) {
    // Looking for words costs more than all ids, and what is known whole is ranked as LocalIndex ranks it.
    const [near, { ids, stated }] = await Promise.all([understands ? nearest() : [], part.all(WHOLE + 1)]);
    if (ids.length <= WHOLE) return { memories: await kept.read(part, ids), near, common: new Set(), stated, whole: true };
  }
  const words = [...question.terms]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_WORDS)
    .map(([term]) => term);
  const [near, { ids, common, stated }, inside] = await Promise.all([nearest(), byWords(), window ? part.within(KEYWORD, filter) : []]);
  const wanted = [...new Set([...near.map(([id]) => id), ...ids, ...inside])];
  return { memories: await kept.read(part, wanted), near, common, stated, whole: false };

  async function byWords(): Promise<{ ids: readonly MemoryId[]; common: ReadonlySet<string>; stated: boolean }> {
    const { ids, stated } = await part.holding(words, KEYWORD, filter);
    return ids.length < KEYWORD ? { ids, common: new Set(), stated } : { ...(await rarest(ids)), stated };
  }

  /** More memories hold a word than can be read: those with the rarest words are read instead. */
  async function rarest(some: readonly MemoryId[]) {
    const holders = (await part.holders(words, KEYWORD, filter)).map((ids, i) => ({ word: words[i]!, ids }));
    const ids = new Set<MemoryId>();
    const common = new Set(words);
    for (const holder of holders.filter((each) => each.ids.length < KEYWORD).sort((a, b) => a.ids.length - b.ids.length)) {
      if (ids.size + holder.ids.length > 2 * KEYWORD) break;
      for (const id of holder.ids) ids.add(id);
      common.delete(holder.word);
    }
    return { ids: ids.size === 0 ? some : [...ids], common };
  }
}
