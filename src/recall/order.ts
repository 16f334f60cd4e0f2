import type { FactRecord } from "../domain/fact.js";
import type { ScoreParts } from "../domain/recall.js";
import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { DAY } from "../domain/time.js";
import { total } from "./fusion.js";
import type { Candidate } from "./index-port.js";
import { fading, partsOf, type Weights } from "./ranking.js";
import type { Strengths } from "./strength.js";
import { inside, type Span } from "./time-window.js";

export interface Judged {
  readonly record: MemoryRecord;
  readonly score: number;
  readonly why: ScoreParts;
}

interface Judging {
  readonly spans: readonly Span[];
  readonly strengths: Strengths;
  /** The facts that replaced closed ones, by their id. */
  readonly replaced: ReadonlyMap<MemoryId, FactRecord>;
  readonly weights: Weights;
  readonly now: number;
}

/** What has no word in common with the question, but lies in its window, comes after all that has. */
const ONLY_IN_WINDOW = 1e-3;

/** From what matched to what is shown first: windows, strength, and what holds now before what held once. */
export function orderHits(candidates: readonly Candidate[], judging: Judging): Judged[] {
  const judged = new Map(candidates.map((candidate, rank) => [candidate.record.id, judge(candidate, rank, judging)]));
  for (const { record, score } of [...judged.values()]) {
    const successor = judging.replaced.get((record as FactRecord).supersededBy ?? ("" as MemoryId));
    if (!successor) continue;
    const its = judged.get(successor.id) ?? { record: successor, score: 0, why: {} };
    // Whoever asks with the words of then should first hear what holds now.
    const lift = score * 1.01 - its.score;
    if (lift > 0) judged.set(successor.id, { record: successor, score: its.score + lift, why: { ...its.why, replaces: lift } });
  }
  return [...judged.values()].sort((a, b) => b.score - a.score || b.record.at - a.record.at || (a.record.id < b.record.id ? -1 : 1));
}

function judge({ record, parts }: Candidate, rank: number, { spans, strengths, weights, now }: Judging): Judged {
  const base = total(parts);
  if (base <= 0) return { record, ...partsOf({ window: ONLY_IN_WINDOW / (1 + rank) }) };
  const strength = strengths.get(record.id);
  const closed = record.status === "closed" ? base * (weights.closed - 1) : 0;
  return {
    record,
    ...partsOf({
      ...parts,
      window: spans.some((span) => inside(record.at, span)) ? base * weights.window : 0,
      cited: strength ? base * weights.cited * Math.log2(1 + strength.times) * fading(now - strength.last, 90 * DAY) : 0,
      recent: base * weights.recent * fading(now - record.at, weights.recentHalfLifeDays * DAY),
      "no longer holds": closed,
    }),
  };
}
