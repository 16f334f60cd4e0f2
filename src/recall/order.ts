import type { MemoryId } from "../domain/record.js";
import { DAY } from "../domain/time.js";
import type { Candidate, Memory } from "./index-port.js";
import { fading, type Weights } from "./ranking.js";
import type { Strengths } from "./strength.js";
import { inside, type Span } from "./time-window.js";

export interface Judged {
  readonly memory: Memory;
  readonly score: number;
  /** What the score is made of; worked out only for what is shown. */
  readonly parts: () => Readonly<Record<string, number>>;
}

interface Judging {
  readonly spans: readonly Span[];
  readonly strengths: Strengths;
  /** The facts that replaced closed ones, by their id. */
  readonly replaced: ReadonlyMap<MemoryId, Memory>;
  readonly weights: Weights;
  readonly now: number;
}

/** What has no word in common with the question, but lies in its window, comes after all that has. */
const ONLY_IN_WINDOW = 1e-3;
const CITED_HALF_LIFE = 90 * DAY;

/** From what matched to what is shown first: windows, strength, and what holds now before what held once. */
export function orderHits(candidates: readonly Candidate[], judging: Judging): Judged[] {
  const judged = new Map(candidates.map((candidate, rank) => [candidate.memory.id, judge(candidate, rank, judging)]));
  for (const { memory, score } of [...judged.values()]) {
    const successor = judging.replaced.get(memory.supersededBy ?? ("" as MemoryId));
    if (!successor) continue;
    const its = judged.get(successor.id) ?? { memory: successor, score: 0, parts: () => ({}) };
    // Whoever asks with the words of then should first hear what holds now.
    const replaces = score * 1.01 - its.score;
    if (replaces > 0)
      judged.set(successor.id, { memory: successor, score: its.score + replaces, parts: () => ({ ...its.parts(), replaces }) });
  }
  return [...judged.values()].sort((a, b) => b.score - a.score || b.memory.at - a.memory.at || (a.memory.id < b.memory.id ? -1 : 1));
}

function judge({ memory, score, parts }: Candidate, rank: number, { spans, strengths, weights, now }: Judging): Judged {
  if (score <= 0) {
    const window = ONLY_IN_WINDOW / (1 + rank);
    return { memory, score: window, parts: () => ({ window }) };
  }
  const strength = strengths.get(memory.id);
  const window = spans.some((span) => inside(memory.at, span)) ? weights.window : 0;
  const cited = strength ? weights.cited * Math.log2(1 + strength.times) * fading(now - strength.last, CITED_HALF_LIFE) : 0;
  const recent = weights.recent * fading(now - memory.at, weights.recentHalfLifeDays * DAY);
  const over = memory.status === "closed" ? weights.closed - 1 : 0;
  return {
    memory,
    score: score * (1 + window + cited + recent + over),
    parts: () => ({ ...parts, window: score * window, cited: score * cited, recent: score * recent, "no longer holds": score * over }),
  };
}
