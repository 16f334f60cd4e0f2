import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { takeIn } from "../../src/domain/message.js";
import { createRecall } from "../../src/recall/recall.js";
import type { Weights } from "../../src/recall/ranking.js";
import { MemoryLog, put } from "../../src/store/memory-log.js";
import { SqliteStore } from "../../src/store/sqlite-store.js";
import { readMemqa, type DataSet } from "../loaders/memqa.js";
import { askedAt, messageOf, recallAt } from "./replay.js";

/** Each part of the ranking switched off, and what is left: npx tsx evals/retrieval/ablation.ts --data FILE [--data FILE …] */
const PARTS: Readonly<Record<string, Partial<Weights>>> = {
  "all parts": {},
  topics: { topics: 0 },
  "names and dates": { about: 0 },
  phrases: { phrase: 0 },
  "role of the assistant": { assistant: 1 },
  "what the assistant was asked": { assistantAsked: 0.2 },
  "first person": { firstPerson: 0 },
  preferences: { preference: 0 },
  "standing wishes": { standing: 0 },
  speaker: { speaker: 0 },
  neighbours: { neighbour: 0 },
  "answers to questions": { answer: 0 },
  "length (b = 0)": { b: 0 },
  "time windows": { window: 0 },
  recency: { recent: 0 },
};

const { values } = parseArgs({
  options: { data: { type: "string", multiple: true }, only: { type: "string", multiple: true }, set: { type: "string", multiple: true } },
});
const files = (values.data ?? []).filter((file) => existsSync(file) || (console.error(`${file}: not here, left out`), false));
const sets = await Promise.all(files.map(readMemqa));
const tried = values.set
  ? Object.fromEntries(
      values.set.map((text) => [
        text,
        Object.fromEntries(text.split(",").map((pair) => [pair.split("=")[0]!, Number(pair.split("=")[1])])),
      ]),
    )
  : PARTS;
console.log(`| switched off | ${sets.map(({ name }) => name).join(" | ")} |\n|---|${sets.map(() => "---:").join("|")}|`);
for (const [name, weights] of Object.entries(tried)) {
  if (values.only && !values.only.includes(name)) continue;
  const cells: string[] = [];
  for (const set of sets) {
    const { all, even, odd } = await score(set, weights);
    cells.push(`${all.toFixed(1)} (${even.toFixed(0)}/${odd.toFixed(0)})`);
  }
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

/** Over all conversations, and over every second one apart: halves that disagree warn of chance. */
async function score({ conversations }: DataSet, weights: Partial<Weights>): Promise<{ all: number; even: number; odd: number }> {
  const scores: [number, number][] = [];
  for (const [place, conversation] of conversations.entries()) {
    const log = new MemoryLog(new SqliteStore());
    const { records } = takeIn(conversation.turns.map(messageOf), { now: Date.now() - 60_000, timezone: "UTC" });
    await log.of("eval").write(records.map((record) => put("message", record.key, record)));
    const recall = createRecall({ log, weights });
    const sessions = new Map(conversation.turns.map((turn) => [turn.id, turn.session]));
    for (const [n, question] of conversation.questions.filter(({ scored }) => scored).entries()) {
      const { hits } = await recall.recall("eval", { query: question.text, now: askedAt(question, conversation), limit: 60 });
      scores.push([
        recallAt(
          10,
          hits.map(({ sources }) => sources[0]!),
          question,
          sessions,
        ),
        (conversations.length < 4 ? n : place) % 2,
      ]);
    }
    await recall.close();
  }
  const mean = (list: readonly (readonly [number, number])[]): number =>
    (100 * list.reduce((sum, [value]) => sum + value, 0)) / list.length;
  return { all: mean(scores), even: mean(scores.filter(([, half]) => half === 0)), odd: mean(scores.filter(([, half]) => half === 1)) };
}
