import { barChart, escape, type Bar } from "../report/svg.js";
import { duration, htmlTable, interval, markdownTable, page, settingsText, type Table } from "../report/table.js";
import type { Interval } from "../qa/statistics.js";
import { MEASURES } from "./rankings.js";
import type { SetSummary } from "./summary.js";

export interface RetrievalReport {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sets: readonly SetSummary[];
}

const TITLE = "Retrieval: how much of the evidence is found";
const NOTE =
  "R@k: of the turns or sessions that the data name as evidence, the share among the first k, in the mean over questions. hit@10: questions with any of it among the first 10. MRR: mean of one over the place of the first of it. With 95 % bootstrap intervals over conversations (over questions where there are fewer than five).";

function tables({ sets }: RetrievalReport): Table[] {
  const systems = [...new Set(sets.flatMap(({ rows }) => rows.map(({ system }) => system)))];
  const all: Table = {
    title: "R@10",
    head: ["data", "questions", ...systems],
    rows: sets.map(({ data, scored, rows }) => [
      data,
      `${scored}`,
      ...systems.map((name) => interval(rows.find(({ system }) => system === name)!.measures["R@10"])),
    ]),
    note: NOTE,
  };
  const each = sets.flatMap(({ data, conversations, questions, scored, rows, faults }): Table[] => [
    {
      title: data,
      head: ["system", ...MEASURES, "p50", "p95"],
      rows: rows.map(({ system, measures, p50, p95 }) => [
        system,
        ...MEASURES.map((measure) => interval(measures[measure])),
        duration(p50, 1),
        duration(p95, 1),
      ]),
      note: [
        `${conversations} conversations, ${questions} questions, ${scored} of them with evidence good enough to measure by. Times are of one question.`,
        ...(faults.length > 0 ? [`${faults.length} faults in the data, such as ${faults[0]!}`] : []),
      ].join(" "),
    },
    {
      title: `${data}: R@10 by category`,
      head: ["category", "questions", ...rows.map(({ system }) => system)],
      rows: rows[0]!.categories.map(({ category, measures }) => [
        category,
        `${measures["R@10"].n}`,
        ...rows.map((row) => interval(row.categories.find((part) => part.category === category)!.measures["R@10"])),
      ]),
    },
  ]);
  return [all, ...each];
}

const bar = ({ mean, low, high, n }: Interval): Bar | undefined =>
  n === 0 ? undefined : { value: 100 * mean, low: 100 * low, high: 100 * high };

const chart = ({ sets }: RetrievalReport): string =>
  barChart({
    title: "R@10 by data set",
    axis: "%",
    max: 100,
    series: sets[0]!.rows.map(({ system }) => system),
    groups: sets.map(({ data, rows }) => ({ name: data, bars: rows.map(({ measures }) => bar(measures["R@10"])) })),
  });

export const retrievalMarkdown = (report: RetrievalReport): string =>
  [`# ${TITLE}`, settingsText(report.settings), ...tables(report).map(markdownTable)].join("\n\n") + "\n";

export const retrievalHtml = (report: RetrievalReport): string =>
  page(TITLE, [`<p>${escape(settingsText(report.settings))}</p>`, chart(report), ...tables(report).map(htmlTable)]);
