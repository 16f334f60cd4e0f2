import { barChart, escape } from "../report/svg.js";
import { dollars, duration, htmlTable, interval, markdownTable, number, page, percent, settingsText, type Table } from "../report/table.js";
import type { Interval } from "./statistics.js";
import type { Summary, SystemRow } from "./summary.js";

/** What is told by category. */
type Share = "accuracy" | "f1" | "found";

const bar = ({ mean, low, high, n }: Interval): { value: number; low: number; high: number } | undefined =>
  n === 0 || !Number.isFinite(mean) ? undefined : { value: 100 * mean, low: 100 * low, high: 100 * high };

function tables({ systems, pairs, faults }: Summary): Table[] {
  const categories = [...new Set(systems.flatMap((row) => row.categories.map(({ category }) => category)))].sort();
  const ofCategory = (row: SystemRow, category: string, what: Share): string =>
    interval(row.categories.find((part) => part.category === category)?.[what] ?? { mean: NaN, low: NaN, high: NaN, n: 0 });
  const byCategory = (what: Share, title: string, note: string): Table => ({
    title,
    head: ["category", ...systems.map(({ system }) => system)],
    rows: categories.map((category) => [category, ...systems.map((row) => ofCategory(row, category, what))]),
    note,
  });
  return [
    {
      title: "Systems",
      head: [
        "system",
        "asked",
        "accuracy",
        "by conversation",
        "against the first",
        "token F1",
        "points met",
        "right",
        "wrong",
        "unjudged",
        "unscored",
        "unreadable",
        "failed",
      ],
      rows: systems.map((row) => [
        row.system,
        `${row.asked}`,
        interval(row.accuracy),
        row.clustered ? interval(row.clustered) : "–",
        row.difference ? interval(row.difference) : "–",
        interval(row.f1),
        interval(row.points),
        ...(["right", "wrong", "unjudged", "unscored", "unreadable", "failed"] as const).map((outcome) => `${row.outcomes[outcome]}`),
      ]),
      note: "Shares with their 95 % intervals. Accuracy: of all questions that can be judged; unjudged (the judge talked nonsense), unreadable and failed ones count as not right. Where questions are unscored (open ones without a judge) there is no accuracy: whoever never knows anything would have the best. Its interval is Wilson's over questions; “by conversation” is a bootstrap over whole conversations (from five on), and so are the intervals of the difference (paired, in points), of token F1 and of points met; with fewer conversations those two are bootstrapped over questions.",
    },
    byCategory("accuracy", "Accuracy by category", "Wilson's intervals over questions."),
    byCategory(
      "f1",
      "Token F1 by category",
      "Bootstrap over conversations, or over questions where there are fewer than five. Of answers with a reference text.",
    ),
    byCategory(
      "found",
      "Evidence shown by category",
      "Of the turns or sessions that the data name as evidence, the share that stood before the model. Bootstrap as above.",
    ),
    {
      title: "What it takes",
      head: [
        "system",
        "prompt tokens",
        "answer tokens",
        "model calls",
        "p50",
        "p95",
        "cost an answer",
        "memory: calls",
        "tokens in",
        "tokens out",
        "time",
        "cost a conversation",
      ],
      rows: systems.map(({ system, answer, ingest }) => [
        system,
        number(answer.input),
        number(answer.output),
        number(answer.calls, 2),
        duration(answer.p50),
        duration(answer.p95),
        dollars(answer.cost),
        number(ingest.calls, 1),
        number(ingest.input),
        number(ingest.output),
        duration(ingest.ms),
        dollars(ingest.cost),
      ]),
      note: `Means of one answer, and of taking one conversation in. Answers from the cache count with the time that they took when they were made.${systems.some(({ counted }) => counted) ? " Where a model reported no tokens they were counted here (o200k_base)." : ""}`,
    },
    {
      title: "Evidence and abstention",
      head: ["system", "evidence shown", "turns shown", "abstained where it should", "abstained where it should not"],
      rows: systems.map(({ system, found, shown, abstention: { right, unanswerable, wrong, answerable } }) => [
        system,
        interval(found),
        number(shown, 1),
        `${right} of ${unanswerable} (${percent(right / unanswerable)})`,
        `${wrong} of ${answerable} (${percent(wrong / answerable)})`,
      ]),
      note: "Evidence shown: of the turns or sessions that the data name as evidence, the share that stood before the model. Where it should not: by a rule over common wordings of not knowing.",
    },
    ...(pairs.length > 0
      ? [
          {
            title: "Pairs",
            head: ["criterion", "pair", "wins of the first", "ties", "losses", "unjudged"],
            rows: pairs.map((row) => [
              row.criterion,
              `${row.first} : ${row.second}`,
              `${row.wins}`,
              `${row.ties}`,
              `${row.losses}`,
              `${row.unjudged}`,
            ]),
            note: "Each pair is judged in both orders; a judge that goes by the order makes a tie.",
          },
        ]
      : []),
    {
      title: "What was wrong with the data",
      head: ["kind", "times", "questions left out", "for example"],
      rows:
        faults.length > 0
          ? faults.map(({ kind, times, questions, examples }) => [kind, `${times}`, `${questions}`, examples[0] ?? ""])
          : [["nothing", "0", "0", ""]],
      note: "Questions that are left out are in no figure above.",
    },
  ];
}

function charts({ systems }: Summary): string[] {
  const categories = [...new Set(systems.flatMap((row) => row.categories.map(({ category }) => category)))].sort();
  const series = systems.map(({ system }) => system);
  const shares = (title: string, what: Share): string =>
    barChart({
      title,
      axis: "%",
      max: 100,
      series,
      groups: [
        { name: "all", bars: systems.map((row) => bar(row[what])) },
        ...categories.map((name) => ({
          name,
          bars: systems.map((row) => {
            const part = row.categories.find(({ category }) => category === name);
            return part && bar(part[what]);
          }),
        })),
      ].filter(({ bars }) => bars.some((one) => one !== undefined)),
    });
  const some = (what: Share): boolean => systems.some((row) => row[what].n > 0);
  return [
    ...(some("accuracy") ? [shares("Accuracy by category", "accuracy")] : []),
    ...(some("f1") ? [shares("Token F1 by category", "f1")] : []),
    ...(some("found") ? [shares("Evidence shown by category", "found")] : []),
    barChart({
      title: "Prompt tokens an answer",
      axis: "tokens",
      series,
      groups: [{ name: "mean", bars: systems.map(({ answer }) => ({ value: answer.input })) }],
    }),
    barChart({
      title: "Time an answer",
      axis: "ms",
      series,
      groups: (["p50", "p95"] as const).map((name) => ({ name, bars: systems.map(({ answer }) => ({ value: answer[name] })) })),
    }),
  ];
}

/** What models these figures are of, in words that cannot be missed. */
export function caution({ settings }: Summary): string {
  const names = [settings["model"], settings["memoryModel"], settings["judge"]].filter((name): name is string => typeof name === "string");
  const played = [...new Set(names.filter((name) => name === "keyless" || name.startsWith("scripted:")))];
  return played.length > 0
    ? `No language model: ${played.join(" and ")} ${played.length > 1 ? "are" : "is"} a set of rules or a script. These figures show that the evaluation runs, not how good anything is.${played.includes("keyless") ? " Of all prompts here the keyless rules read this package's own alone, so that every other system says that it does not know." : ""}`
    : "";
}

const title = ({ settings }: Summary): string => `Question answering: ${String(settings["suite"])}`;
const remarks = ({ systems }: Summary): string[] => systems.flatMap((row) => row.remarks.map((text) => `${row.system}: ${text}`));

export const markdownReport = (summary: Summary): string =>
  [
    `# ${title(summary)}`,
    ...(caution(summary) === "" ? [] : [`**${caution(summary)}**`]),
    settingsText(summary.settings),
    ...tables(summary).map(markdownTable),
    ...(remarks(summary).length > 0
      ? [
          "## Remarks",
          remarks(summary)
            .map((text) => `- ${text}`)
            .join("\n"),
        ]
      : []),
  ].join("\n\n") + "\n";

export const htmlReport = (summary: Summary): string => {
  const html = tables(summary).map(htmlTable);
  const said = [caution(summary), settingsText(summary.settings)].filter((text) => text !== "");
  const listed = remarks(summary);
  return page(title(summary), [
    ...said.map((text, n) => (n === 0 && said.length > 1 ? `<p><strong>${escape(text)}</strong></p>` : `<p>${escape(text)}</p>`)),
    ...html.slice(0, 1),
    ...charts(summary),
    ...html.slice(1),
    ...(listed.length > 0 ? [`<h2>Remarks</h2><ul>${listed.map((text) => `<li>${escape(text)}</li>`).join("")}</ul>`] : []),
  ]);
};
