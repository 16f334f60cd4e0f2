import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Conversation, LoaderOptions, Question, Report, Turn } from "../suite.js";
import { turnsOfChat } from "./chat.js";
import { readCsv, type Row } from "./csv.js";
import { looseLiteral } from "./python-literal.js";
import { candidates, placeIn, readJson, type Place } from "./reading.js";
import { labelled } from "./shuffle.js";

/**
 * PersonaMem-v2, `benchmark/text/benchmark.csv` of bowen-upenn/PersonaMem-v2 with the chat histories that it links to. Layout from the
 * repository's inference.py: `chat_history_<size>_link` leads to a JSON list of messages, or an object with `conversations` or `chat_history`;
 * `user_query` is a message as JSON or Python; `incorrect_answers` a list. Options are put into an order made from the question, as the
 * authors shuffle theirs. `related_conversation_snippet` names the evidence. Variant: `32k` (default) or `128k`. No times: sessions are put a day apart.
 */
const ChatSchema = z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() }));
const HistorySchema = z.union([
  ChatSchema,
  z.object({ conversations: ChatSchema }).transform(({ conversations }) => conversations),
  z.object({ chat_history: ChatSchema }).transform(({ chat_history }) => chat_history),
]);
const COLUMNS = ["persona_id", "user_query", "correct_answer", "incorrect_answers", "pref_type"];

export async function* loadPersonaMemV2(
  file: string,
  report: Report,
  { variant = "32k" }: LoaderOptions = {},
): AsyncGenerator<Conversation> {
  const column = `chat_history_${variant}_link`;
  const top = placeIn(file, report);
  const byHistory = new Map<string, { row: Row; place: Place; id: string }[]>();
  let n = 0;
  for await (const [line, row] of readCsv(file, [...COLUMNS, column], report)) {
    const link = row[column]!;
    byHistory.set(link, [...(byHistory.get(link) ?? []), { row, place: top.in(`line ${line}`), id: `${row["persona_id"]!}/${n++}` }]);
  }
  for (const [link, rows] of byHistory) {
    const history = candidates(dirname(file), link).find((path) => existsSync(path));
    if (history === undefined) {
      rows[0]!.place.fault("reference", `the chat history ${JSON.stringify(link)} is not there`, rows.length);
      continue;
    }
    const value = await readJson(history, report);
    const chat = value === undefined ? undefined : placeIn(history, report).read(HistorySchema, value, rows.length);
    if (value === undefined) rows[0]!.place.fault("reference", `the chat history ${JSON.stringify(link)} cannot be read`, rows.length);
    if (!chat) continue;
    const turns = turnsOfChat(chat);
    yield { id: link, turns, questions: rows.flatMap(({ row, place, id }) => questionOf(row, id, turns, place)) };
  }
}

const MessageSchema = z.object({ content: z.string() });

function questionOf(row: Row, id: string, turns: readonly Turn[], place: Place): Question[] {
  const cell = (name: string): unknown => {
    try {
      return looseLiteral(row[name]!);
    } catch {
      return undefined;
    }
  };
  const query = MessageSchema.safeParse(cell("user_query"));
  const wrong = place.in(".incorrect_answers").read(z.array(z.string()).min(1), cell("incorrect_answers"), 1);
  if (!wrong) return [];
  const right = row["correct_answer"]!;
  if (right.trim() === "" || wrong.includes(right)) {
    place.fault("key", right.trim() === "" ? "correct_answer is empty" : "correct_answer stands among incorrect_answers too", 1);
    return [];
  }
  const text = query.success ? query.data.content : row["user_query"]!;
  const snippet = z.array(MessageSchema).safeParse(cell("related_conversation_snippet"));
  const told = new Set(snippet.success ? snippet.data.map(({ content }) => content.trim()) : []);
  const evidence = turns.filter(({ role, text: said }) => role === "user" && told.has(said.trim())).map((turn) => turn.id);
  return [
    {
      id,
      text,
      category: row["pref_type"]!,
      askedAt: null,
      expected: { kind: "choice", ...labelled(right, wrong, id) },
      evidence: evidence.length > 0 ? [evidence] : [],
      evidenceUnit: "turn",
      scored: evidence.length > 0,
    },
  ];
}
