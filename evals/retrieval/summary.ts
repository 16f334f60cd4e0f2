import { bootstrap, percentile, type Interval } from "../qa/statistics.js";
import { MEASURES, type Measure, type Ranking } from "./rankings.js";

export interface RetrievalRow {
  readonly system: string;
  readonly measures: Readonly<Record<Measure, Interval>>;
  readonly categories: readonly { readonly category: string; readonly measures: Readonly<Record<Measure, Interval>> }[];
  /** Milliseconds a question. */
  readonly p50: number;
  readonly p95: number;
}

/** One data set, with every system on the same questions. */
export interface SetSummary {
  readonly data: string;
  readonly conversations: number;
  readonly questions: number;
  /** Of them, those whose evidence is labelled. */
  readonly scored: number;
  readonly rows: readonly RetrievalRow[];
  readonly faults: readonly string[];
}

export function rowOf(system: string, rankings: readonly Ranking[]): RetrievalRow {
  const categories = [...new Set(rankings.flatMap(({ category, scores }) => (scores ? [category] : [])))].sort();
  const times = rankings.map(({ ms }) => ms);
  return {
    system,
    measures: measuresOf(rankings),
    categories: categories.map((category) => ({
      category,
      measures: measuresOf(rankings.filter((ranking) => ranking.category === category)),
    })),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
  };
}

/** Means over questions, with bootstrap intervals over conversations. */
function measuresOf(rankings: readonly Ranking[]): Readonly<Record<Measure, Interval>> {
  const clusters = new Map<string, Ranking[]>();
  for (const ranking of rankings)
    if (ranking.scores) clusters.set(ranking.conversation, [...(clusters.get(ranking.conversation) ?? []), ranking]);
  const of = (measure: Measure): Interval => bootstrap([...clusters.values()].map((list) => list.map(({ scores }) => scores![measure])));
  return Object.fromEntries(MEASURES.map((measure) => [measure, of(measure)])) as Record<Measure, Interval>;
}
