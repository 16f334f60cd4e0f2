import { lineChart } from "../report/svg.js";
import { htmlTable, markdownTable, number, page, percent, type Table } from "../report/table.js";
import type { Interval } from "../qa/statistics.js";
import type { LabelledStudy } from "./labelled-study.js";
import type { Experiment, noiseSweep, StudyOptions } from "./measures.js";

export interface PersonalityReport {
  readonly options: StudyOptions;
  readonly experiments: readonly Experiment[];
  readonly noises: ReturnType<typeof noiseSweep>;
}

const CAUTION =
  "A simulation: these users are made up by a random generator, so that their true traits are known. Nothing here was inferred from text or from people.";
const NAMES = { still: "who do not change", step: "who change all at once, in the middle", drift: "who change steadily" };

const points = ({ mean, low, high }: Interval, digits = 2): string =>
  Number.isNaN(low) ? number(mean, digits) : `${number(mean, digits)} [${number(low, digits)}, ${number(high, digits)}]`;

function tablesOf({ experiments, noises }: PersonalityReport): Table[] {
  const estimators = experiments[0]!.rows.map(({ estimator }) => estimator);
  const at = (curve: readonly number[], turn: number): string => number(curve[Math.min(turn, curve.length) - 1] ?? NaN, 2);
  return [
    ...experiments.map(({ drift, rows }) => ({
      title: `Users ${NAMES[drift]}`,
      head: [
        "estimator",
        "after 10",
        "after 50",
        "at the end",
        ...(drift === "step" ? ["lag (median turns)", "came half way"] : []),
        ...(drift === "still" ? ["movement a turn"] : []),
      ],
      rows: rows.map(({ estimator, curve, final, lag, restless }) => [
        estimator,
        at(curve, 10),
        at(curve, 50),
        points(final),
        ...(drift === "step" ? [lag && Number.isFinite(lag.median) ? `${lag.median}` : "never", percent(lag?.reached ?? NaN)] : []),
        ...(drift === "still" ? [points(restless, 3)] : []),
      ]),
      note: "Distance: root mean square over the five traits, in points of the scale from 1 to 5, with the 95 % bootstrap interval over users.",
    })),
    {
      title: "Distance at the end by noise",
      head: ["estimator", ...noises.map(({ noise }) => `noise ${noise}`)],
      rows: estimators.map((name) => [name, ...noises.map(({ final }) => number(final[name]!, 2))]),
      note: "Users who do not change. Noise: standard deviation of what a message shows, before rounding.",
    },
  ];
}

const chartsOf = ({ experiments, noises, options }: PersonalityReport): string[] => [
  ...experiments.map(({ drift, rows }) =>
    lineChart({
      title: `Distance to the true traits: users ${NAMES[drift]}`,
      x: "turns",
      y: "points (RMS)",
      series: rows.map(({ estimator, curve }) => ({ name: estimator, points: curve.map((value, turn) => [turn + 1, value] as const) })),
      ...(drift === "step" && { marks: [{ x: Math.floor(options.turns / 2), text: "the change" }] }),
    }),
  ),
  lineChart({
    title: "Distance at the end by noise: users who do not change",
    x: "noise",
    y: "points (RMS)",
    series: Object.keys(noises[0]!.final).map((name) => ({
      name,
      points: noises.map(({ noise, final }) => [noise, final[name]!] as const),
    })),
  }),
];

const setup = ({ users, turns, noise, evidence, seed }: StudyOptions): string =>
  `${users} users, ${turns} turns each, noise ${noise}, ${(100 * evidence).toFixed(0)} % of messages show a trait, seed ${seed}`;

export const personalityMarkdown = (report: PersonalityReport): string =>
  [
    `# Personality: how well a belief follows a person`,
    `**${CAUTION}**`,
    setup(report.options),
    ...tablesOf(report).map(markdownTable),
  ].join("\n\n") + "\n";

export const personalityHtml = (report: PersonalityReport): string =>
  page("Personality: how well a belief follows a person", [
    `<p><strong>${CAUTION}</strong></p><p>${setup(report.options)}</p>`,
    ...chartsOf(report),
    ...tablesOf(report).map(htmlTable),
  ]);

export const labelledTable = ({ rows, texts, messages, failed, evidence }: LabelledStudy): Table => ({
  title: "Labelled texts",
  head: ["estimator", "trait", "correlation with the label", "on the right side"],
  rows: rows.map(({ estimator, trait, correlation, side }) => [
    estimator,
    trait,
    number(correlation, 2),
    side.n === 0 ? "–" : `${points(side)} of ${side.n}`,
  ]),
  note: `${texts} texts in ${messages} messages; ${failed} without a usable answer; ${percent(evidence)} of the observations show something.`,
});
