import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import type { Conversation, Expected, Question, Report, Turn } from "../suite.js";
import { placeIn, readJson, type Place } from "./reading.js";
import { isoTime } from "./times.js";

/**
 * BEAM, the folder `chats/<100K|500K|1M|10M>` of github mohammadtavakoli78/BEAM, or one numbered conversation in it. Layout from the files of
 * that repository: `chat.json` (or, preferred as by the authors, `chat_trunecated.json`) is a list of batches `{batch_number, turns: [[{role,
 * id, content, time_anchor?}]]}`, at 10M a list of `{<plan>: batches}`; `probing_questions/probing_questions.json` has ten categories of
 * questions with `rubric`, `source_chat_ids` (a list, or an object of lists) and an answer under one of five names. Times are days, and
 * hold until the next one; message ends such as "->-> 1,2" belong to the making of the data.
 */
const MessageSchema = z.object({
  role: z.enum(["user", "assistant"]),
  id: z.union([z.number(), z.string()]).transform(String),
  content: z.string(),
  time_anchor: z.string().nullish(),
});
const BatchSchema = z.object({ batch_number: z.number(), time_anchor: z.string().nullish(), turns: z.array(z.array(z.unknown())) });
const PlansSchema = z.array(z.record(z.string(), z.array(BatchSchema)));
const ProbeSchema = z
  .object({ question: z.string(), rubric: z.array(z.string()).default([]), source_chat_ids: z.unknown().optional() })
  .loose();
const CATEGORIES = new Set([
  "abstention",
  "contradiction_resolution",
  "event_ordering",
  "information_extraction",
  "instruction_following",
  "knowledge_update",
  "multi_session_reasoning",
  "preference_following",
  "summarization",
  "temporal_reasoning",
]);
const ANSWERS = ["answer", "ideal_answer", "ideal_response", "ideal_summary", "expected_compliance"];

export async function* loadBeam(path: string, report: Report): AsyncGenerator<Conversation> {
  for (const folder of conversationsIn(path)) {
    const id = join(basename(dirname(folder)), basename(folder));
    const chatFile = ["chat_trunecated.json", "chat.json"].map((name) => join(folder, name)).find((name) => existsSync(name));
    const probesFile = join(folder, "probing_questions", "probing_questions.json");
    if (chatFile === undefined) {
      placeIn(id, report).fault("reference", `${id} has no chat.json`);
      continue;
    }
    const chat = await readJson(chatFile, report);
    const probes = await readJson(probesFile, report);
    if (chat === undefined || probes === undefined) continue;
    const turns = turnsOf(chat, placeIn(relative(path, chatFile) || chatFile, report).in(`${id} `));
    if (turns) yield { id, turns, questions: questionsOf(id, probes, turns, placeIn(probesFile, report).in(`${id} `)) };
  }
}

function conversationsIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [dirname(path)];
  if (existsSync(join(path, "probing_questions"))) return [path];
  const order = new Intl.Collator("en", { numeric: true });
  return readdirSync(path)
    .filter((name) => statSync(join(path, name)).isDirectory())
    .sort(order.compare)
    .map((name) => join(path, name));
}

function turnsOf(chat: unknown, place: Place): Turn[] | undefined {
  const plans = PlansSchema.safeParse(chat);
  const batches = plans.success
    ? plans.data.flatMap((plan) => Object.entries(plan).flatMap(([name, list]) => list.map((batch) => ({ ...batch, prefix: `${name}:` }))))
    : place.read(z.array(BatchSchema), chat)?.map((batch) => ({ ...batch, prefix: "" }));
  let at: string | null = null;
  return batches?.flatMap(({ batch_number, time_anchor, turns, prefix }, b) => {
    at = isoTime(time_anchor) ?? at;
    return turns.flatMap((said, t) =>
      said.flatMap((value, n): Turn[] => {
        const message = place.in(`[${b}].turns[${t}][${n}]`).read(MessageSchema, value);
        if (!message) return [];
        at = isoTime(message.time_anchor) ?? at;
        const text = message.content.replace(/\s*->->\s*[\d,]+\s*$/, "");
        return [{ id: message.id, session: `${prefix}B${batch_number}.${t + 1}`, at, speaker: message.role, role: message.role, text }];
      }),
    );
  });
}

function questionsOf(id: string, value: unknown, turns: readonly Turn[], top: Place): Question[] {
  const known = new Set(turns.map((turn) => turn.id));
  const byCategory = top.read(z.record(z.string(), z.array(z.unknown())), value) ?? {};
  return Object.entries(byCategory).flatMap(([category, probes]) => {
    if (CATEGORIES.has(category))
      return probes.flatMap((probe, n) => questionOf(`${id}/${category}/${n}`, category, probe, known, top.in(`.${category}[${n}]`)));
    top.in(`.${category}`).fault("category", `is none of the ten categories`, probes.length);
    return [];
  });
}

function questionOf(id: string, category: string, value: unknown, known: ReadonlySet<string>, place: Place): Question[] {
  const probe = place.read(ProbeSchema, value, 1);
  if (!probe) return [];
  const named = [...new Set(idsIn(probe.source_chat_ids))];
  const evidence = named.filter((turn) => known.has(turn));
  if (evidence.length < named.length) place.fault("evidence", `source_chat_ids ${JSON.stringify(named)} are not all in the chat`);
  const answer = ANSWERS.map((name) => probe[name]).find((text) => typeof text === "string");
  const expected: Expected =
    category === "abstention"
      ? { kind: "abstain" }
      : probe.rubric.length > 0
        ? { kind: "points", points: probe.rubric }
        : typeof answer === "string"
          ? { kind: "text", answers: [answer] }
          : { kind: "none" };
  if (expected.kind === "none") {
    place.fault("key", "there is neither a rubric nor an answer", 1);
    return [];
  }
  return [
    {
      id,
      text: probe.question,
      category,
      askedAt: null,
      expected,
      evidence: category === "abstention" ? [] : evidence.map((turn) => [turn]),
      evidenceUnit: "turn",
      scored: category !== "abstention" && evidence.length > 0,
    },
  ];
}

const idsIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap(idsIn)
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(idsIn)
      : typeof value === "number" || typeof value === "string"
        ? [String(value)]
        : [];
