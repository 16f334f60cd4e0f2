import type { MemoryId } from "../domain/record.js";
import type { Document } from "./document.js";
import { rarity } from "./postings.js";
import type { Question } from "./query.js";
import { bm25, priorOf, type Prior, type Weights } from "./ranking.js";
import { isTopic } from "./topics.js";
import type { UserIndex } from "./user-index.js";

/** A memory that matched, with the parts of its score before fusion. */
export interface Match {
  readonly place: number;
  readonly document: Document;
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
}

export interface Matches {
  /** Best first, at most `limit`. */
  readonly best: readonly Match[];
  /** How many memories matched in all. */
  readonly total: number;
}

/** Buffers of one search, kept between searches: allocating megabytes a query costs more than the query. */
class Board {
  words = new Float64Array(0);
  topics = new Float64Array(0);
  about = new Float64Array(0);
  own = new Float64Array(0);
  near = new Float64Array(0);
  best = new Int32Array(0);
  fit(passages: number, documents: number): void {
    if (this.words.length < passages) [this.words, this.topics] = [new Float64Array(passages * 1.5), new Float64Array(passages * 1.5)];
    else for (const buffer of [this.words, this.topics]) buffer.fill(0, 0, passages);
    if (this.own.length < documents) {
      [this.about, this.own, this.near, this.best] = [new Float64Array(documents * 1.5), new Float64Array(documents * 1.5), new Float64Array(documents * 1.5), new Int32Array(documents * 1.5)];
    } else for (const buffer of [this.about, this.own, this.near]) buffer.fill(0, 0, documents);
  }
}
const board = new Board();

/** Lexical search: words, topics, names and dates, phrases; then who said it and how; then what stands around it. Synchronous. */
export function search(index: UserIndex, question: Question, accept: (document: Document) => boolean, weights: Weights, limit: number): Matches {
  index.link();
  const size = index.documents.length;
  const { words, topics, about, own, near, best } = board;
  board.fit(index.passageDocument.length, size);
  if (board.words !== words || board.own !== own) return search(index, question, accept, weights, limit);
  const averageLength = index.averageLength;
  for (const [term, weight] of question.terms) {
    const scores = isTopic(term) ? topics : words;
    const value = weight * (isTopic(term) ? weights.topics : 1) * rarity(index.passages.documents(term), index.size);
    index.passages.each(term, (passage, count) => {
      scores[passage]! += value * bm25(count, index.passageLength[passage]!, averageLength, weights);
    });
    const named = weight * weights.about * rarity(index.about.documents(term), index.size);
    index.about.each(term, (place) => (about[place]! += named));
  }

  const priors = new Map<number, Prior>();
  const pairs = pairsOf(question, index);
  for (let place = 0; place < size; place++) {
    let top = about[place]! > 0 ? index.firstPassage[place]! : -1;
    let score = 0;
    for (let passage = index.firstPassage[place]!; passage < index.firstPassage[place + 1]!; passage++) {
      const value = words[passage]! + topics[passage]!;
      if (value > score) [top, score] = [passage, value];
    }
    const document = index.documents[place];
    if (top < 0 || !document) continue;
    best[place] = top;
    const named = document.speaker.some((name) => index.names.has(name) && question.terms.has(name));
    const prior = priorOf(document.role, document.cues, named, question.cues, weights);
    priors.set(place, prior);
    const phrase = pairs.size > 0 && words[top]! > 0 ? phraseIn(document.passages[top - index.firstPassage[place]!]!, pairs) * weights.phrase : 0;
    words[top]! += phrase;
    own[place] = (score + phrase + about[place]!) * prior.role * prior.cues * prior.speaker;
  }
  const reached = spread(index, own, near, weights);

  const found = new Best(limit);
  let total = 0;
  for (let place = 0; place < size; place++) {
    const document = index.documents[place];
    if (!document || (own[place]! <= 0 && !reached.has(place)) || !accept(document)) continue;
    if (own[place]! > 0) total++;
    const role = priors.get(place)?.role ?? priorOf(document.role, document.cues, false, question.cues, weights).role;
    found.offer(place, own[place]! + weights.neighbour * near[place]! * role);
  }
  return { total, best: found.sorted((a, b) => later(index, a, b)).map(([place, score]) => ({ place, score, document: index.documents[place]!, parts: parts(place, score) })) };

  function parts(place: number, score: number): Record<string, number> {
    const prior = priors.get(place);
    const neighbours = score - own[place]!;
    if (!prior || own[place]! <= 0) return { neighbours };
    const [inWords, inTopics, inAbout] = [words[best[place]!]!, topics[best[place]!]!, about[place]!];
    const base = inWords + inTopics + inAbout;
    return {
      words: inWords,
      topics: inTopics,
      "names and dates": inAbout,
      role: base * (prior.role - 1),
      manner: base * prior.role * (prior.cues - 1),
      speaker: base * prior.role * prior.cues * (prior.speaker - 1),
      neighbours,
    };
  }
}

/** What stands just before and after a good match is likely part of it, the reply to a question most of all. */
function spread(index: UserIndex, own: Float64Array, near: Float64Array, weights: Weights): Set<number> {
  const reached = new Set<number>();
  for (let place = 0; place < index.documents.length; place++) {
    const document = own[place]! > 0 ? index.documents[place] : undefined;
    if (!document) continue;
    const value = own[place]! * (document.role === "assistant" ? weights.neighbourAssistant : 1);
    for (const links of [index.after, index.before]) {
      let fade = 1;
      let to = links[place]!;
      for (let step = 0; step < weights.reach && to >= 0; step++) {
        near[to]! += value * fade * (links === index.after && step === 0 && document.cues.question ? 1 + weights.answer : 1);
        if (own[to]! <= 0) reached.add(to);
        fade *= weights.neighbourFade;
        to = links[to]!;
      }
    }
  }
  return reached;
}

/** Pairs of words that stand side by side in the question, by how rare their meeting is. */
function pairsOf({ sequence }: Question, index: UserIndex): Map<string, Map<string, number>> {
  const pairs = new Map<string, Map<string, number>>();
  for (let i = 0; i + 1 < sequence.length; i++) {
    const [first, second] = [sequence[i]!, sequence[i + 1]!];
    if (first === "" || second === "" || !index.passages.has(first) || !index.passages.has(second)) continue;
    // The pair is at least as rare as its rarer word.
    const least = Math.min(index.passages.documents(first), index.passages.documents(second));
    pairs.set(first, (pairs.get(first) ?? new Map<string, number>()).set(second, rarity(least, index.size)));
  }
  return pairs;
}

function phraseIn(passage: readonly string[], pairs: ReadonlyMap<string, ReadonlyMap<string, number>>): number {
  let sum = 0;
  const seen = new Set<string>();
  for (let i = 0; i + 1 < passage.length; i++) {
    const value = pairs.get(passage[i]!)?.get(passage[i + 1]!);
    if (value === undefined || seen.has(`${passage[i]} ${passage[i + 1]}`)) continue;
    seen.add(`${passage[i]} ${passage[i + 1]}`);
    sum += value;
  }
  return sum;
}

/** Ties go to what was said last, then by id, so that every process gives the same order. */
const later = (index: UserIndex, a: number, b: number): number => {
  const [first, second] = [index.documents[a]!.record, index.documents[b]!.record];
  return second.at - first.at || order(second.id, first.id);
};
const order = (a: MemoryId, b: MemoryId): number => (a < b ? -1 : a > b ? 1 : 0);

/** The best so many, by a heap with the worst on top. */
class Best {
  readonly #limit: number;
  readonly #heap: [number, number][] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(place: number, score: number): void {
    if (this.#heap.length === this.#limit && score < this.#heap[0]![1]) return;
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      let i = heap.push([place, score]) - 1;
      for (; i > 0 && heap[(i - 1) >> 1]![1] > heap[i]![1]; i = (i - 1) >> 1) [heap[i], heap[(i - 1) >> 1]] = [heap[(i - 1) >> 1]!, heap[i]!];
      return;
    }
    if (score === heap[0]![1]) return;
    heap[0] = [place, score];
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && heap[child]![1] < heap[least]![1]) least = child;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }

  sorted(ties: (a: number, b: number) => number): [number, number][] {
    return [...this.#heap].sort((a, b) => b[1] - a[1] || ties(a[0], b[0]));
  }
}
