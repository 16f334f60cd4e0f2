import { z } from "zod";
import { inOrder, type Conversation, type Question, type Report, type Turn } from "../suite.js";
import { readJsonArray, type Place, placeIn } from "./reading.js";
import { isoTime } from "./times.js";

/**
 * LongMemEval, `longmemeval_s.json`, `_m.json` (gigabytes: read one instance at a time) and `_oracle.json`, also in their `_cleaned`
 * forms, of github xiaowu0162/LongMemEval. Layout from its README: instances with `question_id` (ending in `_abs` where the history
 * does not hold the answer), `question_type`, `question`, `answer`, `question_date` "2023/05/30 (Tue) 23:40", `haystack_session_ids`,
 * `haystack_dates`, `haystack_sessions` (turns `{role, content, has_answer?}`) and `answer_session_ids`. Sessions of the oracle file are not in order.
 */
const InstanceSchema = z.object({
  question_id: z.string(),
  question_type: z.string(),
  question: z.string(),
  answer: z.union([z.string(), z.number()]).transform(String),
  question_date: z.string(),
  haystack_session_ids: z.array(z.string()),
  haystack_dates: z.array(z.string()),
  haystack_sessions: z.array(
    z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string(), has_answer: z.boolean().nullish() })),
  ),
  answer_session_ids: z.array(z.string()),
});
type Instance = z.infer<typeof InstanceSchema>;

const TYPES = new Set([
  "single-session-user",
  "single-session-assistant",
  "single-session-preference",
  "temporal-reasoning",
  "knowledge-update",
  "multi-session",
]);

export async function* loadLongMemEval(file: string, report: Report): AsyncGenerator<Conversation> {
  const top = placeIn(file, report);
  for await (const [index, value] of readJsonArray(file, report)) {
    const place = top.in(`[${index}]`);
    const instance = place.read(InstanceSchema, value, 1);
    if (!instance) continue;
    const { haystack_sessions: sessions, haystack_session_ids: ids, haystack_dates: dates } = instance;
    if (sessions.length !== ids.length || sessions.length !== dates.length)
      place.fault(
        "schema",
        `${sessions.length} haystack_sessions, but ${ids.length} haystack_session_ids and ${dates.length} haystack_dates`,
        1,
      );
    else if (!TYPES.has(instance.question_type))
      place.fault("category", `question_type ${JSON.stringify(instance.question_type)} is unknown`, 1);
    else yield conversationOf(instance, place);
  }
}

function conversationOf(instance: Instance, place: Place): Conversation {
  const counts = new Map<string, number>();
  const answering: { session: string; turn: string }[] = [];
  const turns = instance.haystack_sessions.flatMap((said, n): Turn[] => {
    const name = instance.haystack_session_ids[n]!;
    const seen = (counts.get(name) ?? 0) + 1;
    counts.set(name, seen);
    // The same session may stand in a haystack twice.
    const session = seen === 1 ? name : `${name}~${seen}`;
    const at = isoTime(instance.haystack_dates[n]);
    if (at === undefined) place.in(`.haystack_dates[${n}]`).fault("time", `${JSON.stringify(instance.haystack_dates[n])} is no time`);
    return said.map(({ role, content, has_answer }, i) => {
      const id = `${session}#${i}`;
      if (has_answer) answering.push({ session: name, turn: id });
      return { id, session, at: at ?? null, speaker: role, role, text: content };
    });
  });
  return { id: instance.question_id, turns: inOrder(turns), questions: [questionOf(instance, answering, place)] };
}

function questionOf(instance: Instance, answering: readonly { session: string; turn: string }[], place: Place): Question {
  const absent = instance.question_id.endsWith("_abs");
  const present = instance.answer_session_ids.filter((id) => instance.haystack_session_ids.includes(id));
  if (present.length < instance.answer_session_ids.length && !absent)
    place.fault(
      "evidence",
      `answer_session_ids names sessions that are not in the haystack: ${JSON.stringify(instance.answer_session_ids)}`,
    );
  const byTurn = present.map((session) => answering.filter((turn) => turn.session === session).map(({ turn }) => turn));
  const marked = byTurn.length > 0 && byTurn.every((group) => group.length > 0);
  const expected: Question["expected"] = absent
    ? { kind: "abstain" }
    : instance.question_type === "single-session-preference"
      ? { kind: "points", points: [instance.answer] }
      : { kind: "text", answers: [instance.answer] };
  const askedAt = isoTime(instance.question_date);
  if (askedAt === undefined) place.in(".question_date").fault("time", `${JSON.stringify(instance.question_date)} is no time`);
  return {
    id: instance.question_id,
    text: instance.question,
    category: absent ? "abstention" : instance.question_type,
    askedAt: askedAt ?? null,
    expected,
    evidence: marked ? byTurn : present.map((session) => [session]),
    evidenceUnit: marked ? "turn" : "session",
    scored: !absent && present.length > 0,
  };
}
