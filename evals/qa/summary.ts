import type { Journal, PairLine } from "./journal.js";
import { score, type Outcome, type Scored } from "./scoring.js";
import { bootstrap, ENOUGH_CLUSTERS, meanOf, percentile, wilson, type Interval } from "./statistics.js";

export interface CategoryRow {
  readonly category: string;
  readonly accuracy: Interval;
  readonly f1: Interval;
  /** Share of the labelled evidence that was put before the model. */
  readonly found: Interval;
}

export interface SystemRow {
  readonly system: string;
  readonly asked: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Wilson, over questions. */
  readonly accuracy: Interval;
  /** Bootstrap over conversations; only where there are five or more. */
  readonly clustered: Interval | undefined;
  /** Difference in accuracy from the first system on the same questions, by conversation. */
  readonly difference: Interval | undefined;
  readonly f1: Interval;
  readonly points: Interval;
  readonly categories: readonly CategoryRow[];
  /** Share of the labelled evidence that was put before the model. */
  readonly found: Interval;
  /** Turns that were put before the model, in the mean. */
  readonly shown: number;
  readonly abstention: { readonly right: number; readonly unanswerable: number; readonly wrong: number; readonly answerable: number };
  /** Means of one answer. */
  readonly answer: {
    readonly input: number;
    readonly output: number;
    readonly calls: number;
    readonly cost: number;
    readonly p50: number;
    readonly p95: number;
  };
  /** Means of one conversation. */
  readonly ingest: { readonly input: number; readonly output: number; readonly calls: number; readonly cost: number; readonly ms: number };
  readonly counted: boolean;
  readonly remarks: readonly string[];
}

export interface PairRow {
  readonly criterion: PairLine["criterion"];
  readonly first: string;
  readonly second: string;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  readonly unjudged: number;
}

export interface Summary {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly systems: readonly SystemRow[];
  readonly pairs: readonly PairRow[];
  readonly faults: readonly {
    readonly kind: string;
    readonly times: number;
    readonly questions: number;
    readonly examples: readonly string[];
  }[];
}

export function summarise(journal: Journal, settings: Readonly<Record<string, unknown>>, order: readonly string[]): Summary {
  const all = score(journal);
  const first = all.filter(({ line }) => line.system === order[0]);
  const systems = order
    .map((system) => ({ system, scored: all.filter(({ line }) => line.system === system) }))
    .filter(({ scored }) => scored.length > 0)
    .map(({ system, scored }) => rowOf(system, scored, system === order[0] ? [] : first, journal));
  return { settings, systems, pairs: pairRows(journal), faults: faultRows(journal) };
}

const judgeable = ({ outcome }: Scored): boolean => outcome !== "unscored";

/**
 * Of all that could be judged. Nothing judged at all is no accuracy, and not one of zero. Without a judge, open questions have none, and
 * then the others among them have none either: a system that never knows anything would have the best.
 */
function accuracyOf(scored: readonly Scored[]): Interval {
  const counted = scored.filter(judgeable);
  const open = scored.some(({ outcome, line }) => outcome === "unscored" && line.question.expected.kind !== "none");
  return open || counted.every(({ outcome }) => outcome === "unjudged")
    ? wilson(0, 0)
    : wilson(counted.filter(({ outcome }) => outcome === "right").length, counted.length);
}

const clustersOf = <T extends Scored>(scored: readonly T[], value: (one: T) => number | undefined): number[][] => {
  const clusters = new Map<string, number[]>();
  for (const one of scored) {
    const read = value(one);
    if (read !== undefined) clusters.set(one.line.conversation, [...(clusters.get(one.line.conversation) ?? []), read]);
  }
  return [...clusters.values()];
};
const rightOf = (one: Scored): number | undefined => (judgeable(one) ? (one.outcome === "right" ? 1 : 0) : undefined);
const foundOf = (scored: readonly Scored[]): Interval => bootstrap(clustersOf(scored, ({ line }) => line.found ?? undefined));
const whole = (cost: number | null): number => cost ?? Number.NaN;

function rowOf(system: string, scored: readonly Scored[], first: readonly Scored[], journal: Journal): SystemRow {
  const outcomes = { right: 0, wrong: 0, unjudged: 0, unreadable: 0, failed: 0, unscored: 0 };
  for (const { outcome } of scored) outcomes[outcome]++;
  const right = clustersOf(scored, rightOf);
  const accuracy = accuracyOf(scored);
  const place = ({ line }: Scored): string => JSON.stringify([line.conversation, line.question.id]);
  const others = new Map(first.map((one) => [place(one), rightOf(one)]));
  const differences = clustersOf(scored, (one) => {
    const [own, other] = [rightOf(one), others.get(place(one))];
    return own === undefined || other === undefined ? undefined : own - other;
  });
  const enough = accuracy.n > 0 && right.length >= ENOUGH_CLUSTERS;
  const categories = [...new Set(scored.map(({ line }) => line.question.category))].sort().map((category) => {
    const part = scored.filter(({ line }) => line.question.category === category);
    return { category, accuracy: accuracyOf(part), f1: bootstrap(clustersOf(part, ({ f1 }) => f1)), found: foundOf(part) };
  });
  const lines = scored.map(({ line }) => line);
  const answered = lines.filter(({ answer }) => answer !== undefined);
  const verdicts = journal.of("judged").filter((line) => line.system === system);
  const told = journal.of("ingest").filter((line) => line.system === system);
  const unanswerable = scored.filter((one) => one.unanswerable);
  const answerable = scored.filter((one) => !one.unanswerable);
  return {
    system,
    asked: scored.length,
    outcomes,
    accuracy,
    clustered: enough ? bootstrap(right) : undefined,
    difference: enough && differences.length >= ENOUGH_CLUSTERS ? bootstrap(differences) : undefined,
    f1: bootstrap(clustersOf(scored, ({ f1 }) => f1)),
    points: bootstrap(clustersOf(scored, ({ points }) => points)),
    categories,
    found: foundOf(scored),
    shown: meanOf(answered.map(({ shown }) => shown)),
    abstention: {
      right: unanswerable.filter(({ outcome }) => outcome === "right").length,
      unanswerable: unanswerable.length,
      wrong: answerable.filter(({ abstained }) => abstained).length,
      answerable: answerable.length,
    },
    answer: {
      input: meanOf(answered.map(({ usage }) => usage.input)),
      output: meanOf(answered.map(({ usage }) => usage.output)),
      calls: meanOf(answered.map(({ usage }) => usage.calls)),
      cost: meanOf(answered.map(({ usage }) => whole(usage.cost))),
      p50: percentile(
        answered.map(({ ms }) => ms),
        0.5,
      ),
      p95: percentile(
        answered.map(({ ms }) => ms),
        0.95,
      ),
    },
    ingest: {
      input: meanOf(told.map(({ usage }) => usage.input)),
      output: meanOf(told.map(({ usage }) => usage.output)),
      calls: meanOf(told.map(({ usage }) => usage.calls)),
      cost: meanOf(told.map(({ usage }) => whole(usage.cost))),
      ms: meanOf(told.map(({ ms }) => ms)),
    },
    counted: [...lines, ...told].some(({ usage }) => usage.counted),
    remarks: remarksOf(
      [...lines, ...told].flatMap(({ remarks }) => remarks),
      [
        ...lines.flatMap(({ error }) => (error === undefined ? [] : `failed: ${error}`)),
        ...verdicts.flatMap(({ verdict: { error } }) => (error === undefined ? [] : `the judge could not be asked: ${error}`)),
      ],
    ),
  };
}

/** The commonest, each with how often it was said. */
function remarksOf(remarks: readonly string[], errors: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of [...errors, ...remarks]) {
    const alike = text.replace(/\d{4,}/g, "N").slice(0, 160);
    counts.set(alike, (counts.get(alike) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([text, n]) => `${n} × ${text}`);
}

function pairRows(journal: Journal): PairRow[] {
  const groups = new Map<string, PairLine[]>();
  for (const line of journal.of("pair")) {
    const key = JSON.stringify([line.criterion, line.first, line.second]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((lines) => {
    const { criterion, first, second } = lines[0]!;
    const count = (fits: (score: number | undefined) => boolean): number => lines.filter(({ verdict }) => fits(verdict.score)).length;
    return {
      criterion,
      first,
      second,
      wins: count((value) => value !== undefined && value > 0.5),
      ties: count((value) => value === 0.5),
      losses: count((value) => value !== undefined && value < 0.5),
      unjudged: count((value) => value === undefined),
    };
  });
}

function faultRows(journal: Journal): Summary["faults"] {
  const faults = journal.of("fault");
  return [...new Set(faults.map(({ kind }) => kind))].map((kind) => {
    const alike = faults.filter((fault) => fault.kind === kind);
    return {
      kind,
      times: alike.length,
      questions: alike.reduce((sum, { questions }) => sum + questions, 0),
      examples: alike.slice(0, 5).map(({ where, what }) => `${where}: ${what}`),
    };
  });
}
