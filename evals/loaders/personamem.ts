import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Conversation, Question, Report } from "../suite.js";
import { turnsOfChat, type Said } from "./chat.js";
import { readCsv, type Row } from "./csv.js";
import { looseLiteral } from "./python-literal.js";
import { placeIn, type Place, readJsonLines } from "./reading.js";

/**
 * PERSONAMEM (v1), `questions_<size>.csv` with `shared_contexts_<size>.jsonl` beside it, of github bowen-upenn/PersonaMem. Layout from
 * its README and baselines/data_loader.py: each line of the contexts is `{<shared_context_id>: [{role, content}]}`; a question may know of
 * the first `end_index_in_shared_context` messages; `all_options` is a Python list of "(a) …" and `correct_answer` one label. The
 * chats have no times: sessions are put a day apart.
 */
const COLUMNS = [
  "persona_id",
  "question_id",
  "question_type",
  "user_question_or_message",
  "correct_answer",
  "all_options",
  "shared_context_id",
  "end_index_in_shared_context",
];
const ChatSchema = z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() }));

export async function* loadPersonaMem(file: string, report: Report): AsyncGenerator<Conversation> {
  const asked = await questionsByContext(file, report);
  const contexts = join(
    dirname(file),
    basename(file)
      .replace(/^questions/, "shared_contexts")
      .replace(/\.csv$/, ".jsonl"),
  );
  if (!existsSync(contexts)) {
    const lost = [...asked.values()].flat().length;
    placeIn(file, report).fault("reference", `the contexts ${basename(contexts)} are not beside it`, lost);
    return;
  }
  for await (const [id, chat] of chatsIn(contexts, report)) {
    const rows = asked.get(id);
    if (!rows) continue;
    asked.delete(id);
    const questions = rows.flatMap(({ row, place }) => questionOf(row, chat.length, place));
    yield { id, turns: turnsOfChat(chat), questions };
  }
  for (const [id, rows] of asked)
    placeIn(file, report).fault("reference", `the context ${id} is not in ${basename(contexts)}`, rows.length);
}

interface Asked {
  readonly row: Row;
  readonly place: Place;
}

async function questionsByContext(file: string, report: Report): Promise<Map<string, Asked[]>> {
  const asked = new Map<string, Asked[]>();
  const top = placeIn(file, report);
  for await (const [line, row] of readCsv(file, COLUMNS, report)) {
    const id = row["shared_context_id"]!;
    asked.set(id, [...(asked.get(id) ?? []), { row, place: top.in(`line ${line}`) }]);
  }
  return asked;
}

async function* chatsIn(file: string, report: Report): AsyncGenerator<readonly [id: string, chat: readonly Said[]]> {
  for await (const [place, value] of readJsonLines(file, report)) {
    for (const [id, chat] of Object.entries(place.read(z.record(z.string(), z.unknown()), value) ?? {})) {
      const read = place.in(`.${id}`).read(ChatSchema, chat);
      if (read) yield [id, read];
    }
  }
}

function questionOf(row: Row, messages: number, place: Place): Question[] {
  const lost = (kind: "schema" | "key" | "reference", what: string): Question[] => {
    place.fault(kind, what, 1);
    return [];
  };
  let listed: unknown;
  try {
    listed = looseLiteral(row["all_options"]!);
  } catch (error) {
    return lost("schema", `all_options cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const options = optionsOf(listed);
  if (!options) return lost("schema", 'all_options is no list of "(a) …"');
  const answer = row["correct_answer"]!.trim();
  if (!(answer in options)) return lost("key", `the right answer ${answer} is none of ${Object.keys(options).join(", ")}`);
  const until = Number(row["end_index_in_shared_context"]);
  if (!Number.isInteger(until) || until < 0 || until > messages)
    return lost(
      "reference",
      `end_index_in_shared_context is ${row["end_index_in_shared_context"]}, but the context has ${messages} messages`,
    );
  return [
    {
      id: row["question_id"]!,
      text: row["user_question_or_message"]!,
      category: row["question_type"]!,
      askedAt: null,
      expected: { kind: "choice", options, answer },
      evidence: [],
      evidenceUnit: "turn",
      scored: false,
      until,
    },
  ];
}

/** `["(a) yes", "(b) no"]` as `{"(a)": "yes", "(b)": "no"}`. */
function optionsOf(listed: unknown): Record<string, string> | undefined {
  if (!Array.isArray(listed) || listed.length < 2) return undefined;
  const pairs = listed.map((option) => /^\s*(\([a-z]\))\s*(.*)$/s.exec(String(option)));
  return pairs.every((pair) => pair !== null) ? Object.fromEntries(pairs.map((pair) => [pair[1]!, pair[2]!])) : undefined;
}
