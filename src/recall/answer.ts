import type { MemoryId } from "../domain/record.js";
import { fuse } from "./fusion.js";
import type { IndexAnswer, IndexQuery, Memory } from "./index-port.js";
import { readQuestion, withSpelling } from "./query.js";
import type { Weights } from "./ranking.js";
import { search } from "./search.js";
import { inside } from "./time-window.js";
import type { UserIndex } from "./user-index.js";

/** The ranking of every index: words first, then nearness in meaning fused with it, then what else lies in the window. */
export function answerFrom(
  index: UserIndex,
  nearest: readonly (readonly [id: MemoryId, cosine: number])[],
  { query, keywords, kinds, exclude, window, limit }: IndexQuery,
  weights: Weights,
): IndexAnswer {
  const fits = (place: number): boolean =>
    kinds.has(index.kindAt(place)) && !exclude.has(index.idAt(place)) && (!window || inside(index.at.data[place]!, window));
  const isKnown = (term: string): boolean => index.passages.documents(index.vocabulary.find(term)) > 0;
  const question = withSpelling(readQuestion(query, keywords, index.languages()), isKnown, (first, trigram) =>
    index.vocabulary.spellings(first, trigram).filter(isKnown),
  );
  const found = search(index, question, fits, weights, limit);
  const near = nearest.flatMap(([id, cosine]) => {
    const place = index.placeOf(id);
    return place !== undefined && fits(place) ? [[index.memoryAt(place), cosine] as const] : [];
  });
  const candidates = fuse(found.best, near, weights.vector);
  const matched = Math.max(found.total, candidates.length);
  if (!window) return { candidates, total: matched, inWindow: 0 };
  const inWindow = memoriesThat(index, fits);
  const known = new Set(candidates.map(({ memory }) => memory.id));
  const others = inWindow.filter(({ id }) => !known.has(id)).sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  return {
    candidates: [...candidates, ...others.slice(0, limit).map((memory) => ({ memory, score: 0, parts: {} }))],
    total: inWindow.length,
    inWindow: inWindow.length,
  };
}

function memoriesThat(index: UserIndex, fits: (place: number) => boolean): Memory[] {
  const found: Memory[] = [];
  for (let place = 0; place < index.length; place++) if (index.alive(place) && fits(place)) found.push(index.memoryAt(place));
  return found;
}
