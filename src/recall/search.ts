import { Board, Best } from "./board.js";
import type { Memory } from "./index-port.js";
import { countOf, rarity, unitOf } from "./postings.js";
import type { Question } from "./query.js";
import { priorOf, type Prior, type Weights } from "./ranking.js";
import { isTopic } from "./topics.js";
import { NAMELESS, type UserIndex } from "./user-index.js";

/** A memory that matched, with the parts of its score. */
export interface Match {
  readonly memory: Memory;
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
export function search(index: UserIndex, question: Question, accept: (place: number) => boolean, weights: Weights, limit: number): Matches {
  index.neighbours.link();
  board.clear(index.passageCount, index.length);
  const speakers = speakersNamed(index, question);
  const priorAt: PriorAt = (place) => {
    const named = speakers.size > 0 && speakers.has(index.speaker.data[place]!);
    return priorOf(index.roleAt(place), index.cuesAt(place), named, question.cues, weights);
  };
  matchTerms(index, question, weights);
  weigh(index, priorAt);
  findPhrases(index, question, priorAt, weights);
  spread(index, weights);

  const { own, near } = board;
  const found = new Best(limit);
  let total = 0;
  for (let place = 0; place < index.length; place++) {
    if (own[place]! <= 0 && near[place]! <= 0) continue;
    if (!index.alive(place) || !accept(place)) continue;
    if (own[place]! > 0) total++;
    found.offer(place, own[place]! + weights.neighbour * near[place]! * (near[place]! > 0 ? priorAt(place).role : 1));
  }
  const best = found.sorted((a, b) => later(index, a, b));
  return {
    total,
    best: best.map(([place, score]) => ({
      memory: index.memoryAt(place),
      score,
      parts: partsAt(place, priorAt(place), weights),
    })),
  };
}

type PriorAt = (place: number) => Prior;
const factor = ({ role, cues, speaker }: Prior): number => role * cues * speaker;

/** Of those who spoke, whom the question names. */
function speakersNamed(index: UserIndex, { terms }: Question): Set<number> {
  const named = new Set<number>();
  index.speakers.forEach((names, speaker) => {
    if (names.some((name) => terms.has(name) && !NAMELESS.test(name))) named.add(speaker);
  });
  return named;
}

function matchTerms(index: UserIndex, question: Question, weights: Weights): void {
  const averageLength = index.averageLength;
  const starts = index.passageStart.data;
  const { k1, b } = weights;
  for (const [text, asked] of question.terms) {
    const term = index.vocabulary.find(text);
    if (term < 0) continue;
    const topic = isTopic(text);
    const scores = topic ? board.topics : board.words;
    const value = asked * (topic ? weights.topics : 1) * rarity(index.documentsOf(term), index.population) * (k1 + 1);
    for (const entries of index.passages.of(term)) {
      for (let i = 0; i < entries.length; i++) {
        const passage = unitOf(entries[i]!);
        const count = countOf(entries[i]!);
        // BM25 of one term in one passage.
        scores[passage]! += (value * count) / (count + k1 * (1 - b + (b * (starts[passage + 1]! - starts[passage]!)) / averageLength));
      }
    }
    const named = asked * weights.about * rarity(index.about.documents(term), index.population);
    for (const entries of index.about.of(term)) for (let i = 0; i < entries.length; i++) board.about[unitOf(entries[i]!)]! += named;
  }
}

/** A message is as good as its best passage, times what its speaker and manner count. */
function weigh(index: UserIndex, priorAt: PriorAt): void {
  const { words, topics, about, own, best } = board;
  const firsts = index.firstPassage.data;
  for (let place = 0, length = index.length; place < length; place++) {
    const first = firsts[place]!;
    const end = firsts[place + 1]!;
    let top = first;
    let score = 0;
    for (let passage = first; passage < end; passage++) {
      const value = words[passage]! + topics[passage]!;
      if (value > score) {
        top = passage;
        score = value;
      }
    }
    if ((score <= 0 && about[place]! <= 0) || !index.alive(place)) continue;
    best[place] = top;
    own[place] = (score + about[place]!) * factor(priorAt(place));
  }
}

/** Two words of the question side by side in a memory, by how rare they are together. */
function findPhrases(index: UserIndex, { sequence }: Question, priorAt: PriorAt, weights: Weights): void {
  const pairs = new Map<number, Map<number, number>>();
  for (let i = 0; i + 1 < sequence.length; i++) {
    const [first, second] = [index.vocabulary.find(sequence[i]!), index.vocabulary.find(sequence[i + 1]!)];
    // The pair is at least as rare as its rarer word.
    const least = Math.min(index.documentsOf(first), index.documentsOf(second));
    if (least > 0) pairs.set(first, (pairs.get(first) ?? new Map<number, number>()).set(second, rarity(least, index.population)));
  }
  if (pairs.size === 0 || weights.phrase === 0) return;
  const readers = new Best(READ);
  for (let place = 0; place < index.length; place++) if (board.own[place]! > 0) readers.offer(place, board.own[place]!);
  for (const place of readers.places()) {
    const found = phrasesIn(index, board.best[place]!, pairs);
    if (found === 0) continue;
    board.phrases[place] = weights.phrase * found;
    board.own[place]! += board.phrases[place] * factor(priorAt(place));
  }
}

function phrasesIn(index: UserIndex, passage: number, pairs: ReadonlyMap<number, ReadonlyMap<number, number>>): number {
  const terms = index.sequence.data;
  const end = index.passageStart.data[passage + 1]! - 1;
  let sum = 0;
  let met: Set<string> | undefined;
  for (let i = index.passageStart.data[passage]!; i < end; i++) {
    const value = pairs.get(terms[i]!)?.get(terms[i + 1]!);
    if (value === undefined) continue;
    met ??= new Set();
    const phrase = `${terms[i]!} ${terms[i + 1]!}`;
    if (!met.has(phrase)) sum += value;
    met.add(phrase);
  }
  return sum;
}

/** What stands just before and after a good match is likely part of it, the reply to a question most of all. */
function spread(index: UserIndex, weights: Weights): void {
  const { own, near } = board;
  if (weights.neighbour === 0) return;
  for (let place = 0; place < index.length; place++) {
    if (own[place]! <= 0) continue;
    const value = own[place]! * (index.roleAt(place) === "assistant" ? weights.neighbourAssistant : 1);
    const question = index.isQuestion(place);
    for (const links of [index.neighbours.after, index.neighbours.before]) {
      let share = value * (links === index.neighbours.after && question ? 1 + weights.answer : 1);
      for (let to = links[place]!, step = 0; step < weights.reach && to >= 0; step++, to = links[to]!) {
        near[to]! += share;
        share = value * weights.neighbourFade ** (step + 1);
      }
    }
  }
}

function partsAt(place: number, { role, cues, speaker }: Prior, weights: Weights): Record<string, number> {
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
const later = (index: UserIndex, a: number, b: number): number =>
  index.at.data[b]! - index.at.data[a]! || (index.idAt(a) < index.idAt(b) ? -1 : 1);
