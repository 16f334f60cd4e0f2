import type { MemoryRecord } from "../domain/record.js";
import { Board, Best } from "./board.js";
import type { Document } from "./document.js";
import { countOf, rarity, unitOf } from "./postings.js";
import type { Question } from "./query.js";
import { bm25, priorOf, type Prior, type Weights } from "./ranking.js";
import { isTopic } from "./topics.js";
import type { UserIndex } from "./user-index.js";

/** A memory that matched, with the parts of its score. */
export interface Match {
  readonly record: MemoryRecord;
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
}

export interface Matches {
  /** Best first, at most `limit`. */
  readonly best: readonly Match[];
  /** How many memories matched in all. */
  readonly total: number;
}

const board = new Board();
/** Phrases are looked for in so many of the best: reading every text would be a scan. */
const READ = 300;

/** Lexical search: words, topics, names and dates; who said it and how; phrases; what stands around it. */
export function search(
  index: UserIndex,
  question: Question,
  accept: (record: MemoryRecord) => boolean,
  weights: Weights,
  limit: number,
): Matches {
  index.link();
  board.clear(index.passageDocument.length, index.documents.length);
  matchTerms(index, question, weights);
  weigh(index, question, weights);
  findPhrases(index, question, weights);
  spread(index, weights);

  const { own, near } = board;
  const found = new Best(limit);
  let total = 0;
  for (let place = 0; place < index.documents.length; place++) {
    if (own[place]! <= 0 && near[place]! <= 0) continue;
    const document = index.documents[place];
    if (!document || !accept(document.record)) continue;
    if (own[place]! > 0) total++;
    found.offer(place, own[place]! + weights.neighbour * near[place]! * prior(index, place, question, weights).role);
  }
  const best = found.sorted((a, b) => later(index.documents[a]!.record, index.documents[b]!.record));
  return {
    total,
    best: best.map(([place, score]) => ({
      record: index.documents[place]!.record,
      score,
      parts: partsAt(index, place, question, weights),
    })),
  };
}

function matchTerms(index: UserIndex, question: Question, weights: Weights): void {
  const averageLength = index.averageLength;
  for (const [term, asked] of question.terms) {
    const topic = isTopic(term);
    const scores = topic ? board.topics : board.words;
    const value = asked * (topic ? weights.topics : 1) * rarity(index.passages.documents(term), index.size);
    for (const entry of index.passages.of(term)) {
      const passage = unitOf(entry);
      scores[passage]! += value * bm25(countOf(entry), index.passageLength[passage]!, averageLength, weights);
    }
    const named = asked * weights.about * rarity(index.about.documents(term), index.size);
    for (const entry of index.about.of(term)) board.about[unitOf(entry)]! += named;
  }
}

/** A message is as good as its best passage, times what its speaker and manner count. */
function weigh(index: UserIndex, question: Question, weights: Weights): void {
  const { words, topics, about, own, best } = board;
  for (let place = 0; place < index.documents.length; place++) {
    const first = index.firstPassage[place]!;
    const end = index.firstPassage[place + 1]!;
    let top = first;
    let score = 0;
    for (let passage = first; passage < end; passage++) {
      const value = words[passage]! + topics[passage]!;
      if (value > score) [top, score] = [passage, value];
    }
    if ((score <= 0 && about[place]! <= 0) || !index.documents[place]) continue;
    best[place] = top;
    own[place] = (score + about[place]!) * factor(prior(index, place, question, weights));
  }
}

function prior(index: UserIndex, place: number, question: Question, weights: Weights): Prior {
  const document = index.documents[place]!;
  const named = document.speaker.length > 0 && document.speaker.some((name) => index.names.has(name) && question.terms.has(name));
  return priorOf(document.role, document.cues, named, question.cues, weights);
}
const factor = ({ role, cues, speaker }: Prior): number => role * cues * speaker;

/** Two words of the question side by side in a memory, by how rare they are together. */
function findPhrases(index: UserIndex, { sequence, ...question }: Question, weights: Weights): void {
  const pairs = new Map<string, Map<string, number>>();
  for (let i = 0; i + 1 < sequence.length; i++) {
    const [first, second] = [sequence[i]!, sequence[i + 1]!];
    // The pair is at least as rare as its rarer word.
    const least = Math.min(index.passages.documents(first), index.passages.documents(second));
    if (least > 0) pairs.set(first, (pairs.get(first) ?? new Map<string, number>()).set(second, rarity(least, index.size)));
  }
  if (pairs.size === 0 || weights.phrase === 0) return;
  const readers = new Best(READ);
  for (let place = 0; place < index.documents.length; place++) if (board.own[place]! > 0) readers.offer(place, board.own[place]!);
  for (const place of readers.places()) {
    const passage = index.documents[place]!.passages[board.best[place]! - index.firstPassage[place]!]!;
    const worth = weights.phrase * phrasesIn(passage, pairs);
    board.phrases[place] = worth;
    board.own[place]! += worth * factor(prior(index, place, { sequence, ...question }, weights));
  }
}

function phrasesIn(passage: readonly string[], pairs: ReadonlyMap<string, ReadonlyMap<string, number>>): number {
  const found = new Map<string, number>();
  for (let i = 0; i + 1 < passage.length; i++) {
    const value = pairs.get(passage[i]!)?.get(passage[i + 1]!);
    if (value !== undefined) found.set(`${passage[i]} ${passage[i + 1]}`, value);
  }
  return [...found.values()].reduce((sum, value) => sum + value, 0);
}

/** What stands just before and after a good match is likely part of it, the reply to a question most of all. */
function spread(index: UserIndex, weights: Weights): void {
  const { own, near } = board;
  if (weights.neighbour === 0) return;
  for (let place = 0; place < index.documents.length; place++) {
    if (own[place]! <= 0) continue;
    const { role, cues }: Document = index.documents[place]!;
    const value = own[place]! * (role === "assistant" ? weights.neighbourAssistant : 1);
    for (const links of [index.after, index.before]) {
      let share = value * (links === index.after && cues.question ? 1 + weights.answer : 1);
      for (let to = links[place]!, step = 0; step < weights.reach && to >= 0; step++, to = links[to]!) {
        near[to]! += share;
        share = value * weights.neighbourFade ** (step + 1);
      }
    }
  }
}

function partsAt(index: UserIndex, place: number, question: Question, weights: Weights): Record<string, number> {
  const { role, cues, speaker } = prior(index, place, question, weights);
  const neighbours = weights.neighbour * board.near[place]! * role;
  if (board.own[place]! <= 0) return { neighbours };
  const [words, topics, about, phrases] = [
    board.words[board.best[place]!]!,
    board.topics[board.best[place]!]!,
    board.about[place]!,
    board.phrases[place]!,
  ];
  const base = words + topics + about + phrases;
  return {
    words,
    topics,
    "names and dates": about,
    phrases,
    role: base * (role - 1),
    manner: base * role * (cues - 1),
    speaker: base * role * cues * (speaker - 1),
    neighbours,
  };
}

/** Ties go to what was said last, then by id, so that every process gives the same order. */
const later = (a: MemoryRecord, b: MemoryRecord): number => b.at - a.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
