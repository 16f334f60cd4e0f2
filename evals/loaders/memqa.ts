import { z } from "zod";
import { inOrder, type Conversation, type Expected, type Question, type Report, type Turn } from "../suite.js";
import { placeIn, readJsonLines, scalarsIn, type Place } from "./reading.js";

/** The format `memqa/1`: conversations and questions with the turns that answer them, one JSON object a line, in any order. */
const TurnSchema = z.object({
  type: z.literal("turn"),
  conversation: z.string(),
  id: z.string(),
  session: z.string(),
  n: z.number(),
  at: z.string().nullable(),
  speaker: z.string(),
  role: z.enum(["user", "assistant", "peer", "record"]),
  text: z.string(),
  caption: z.string().nullish(),
});
const QuestionSchema = z.object({
  type: z.literal("question"),
  conversation: z.string(),
  id: z.string(),
  text: z.string(),
  category: z.string(),
  asked_at: z.string().nullable(),
  answer: z.unknown().optional(),
  evidence: z.array(z.array(z.string())),
  evidence_unit: z.enum(["turn", "session"]),
  scored: z.boolean(),
  why_unscored: z.string().nullish(),
  extra: z
    .object({ rubric: z.array(z.string()).optional(), preference: z.string().optional() })
    .loose()
    .nullish(),
});
const HeadSchema = z.object({ type: z.literal("dataset"), schema: z.literal("memqa/1"), name: z.string() });
const LineSchema = z.discriminatedUnion("type", [HeadSchema, TurnSchema, QuestionSchema]);

export async function* loadMemqa(file: string, report: Report): AsyncGenerator<Conversation> {
  yield* (await readAll(file, report)).conversations;
}

export interface DataSet {
  readonly name: string;
  readonly conversations: readonly Conversation[];
}

/** Reads a file that has to be whole. @throws Error with every fault */
export async function readMemqa(file: string): Promise<DataSet> {
  const wrong: string[] = [];
  const read = await readAll(file, ({ where, what }) => wrong.push(`${where}: ${what}`));
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return read;
}

async function readAll(file: string, report: Report): Promise<DataSet> {
  const conversations = new Map<string, { turns: Turn[]; questions: z.infer<typeof QuestionSchema>[] }>();
  let name = "";
  const top = placeIn(file, report);
  for await (const [place, value] of readJsonLines(file, report)) {
    const asked = (value as { type?: unknown } | null)?.type === "question";
    const read = place.read(LineSchema, value, asked ? 1 : 0);
    if (!read) continue;
    if (read.type === "dataset") {
      name = read.name;
      continue;
    }
    const known = conversations.get(read.conversation) ?? { turns: [], questions: [] };
    conversations.set(read.conversation, known);
    if (read.type === "turn") known.turns.push({ ...read, caption: read.caption ?? undefined });
    else known.questions.push(read);
  }
  if (name === "") top.in("line 1").fault("schema", 'the file does not begin with {"type":"dataset","schema":"memqa/1",…}');
  return {
    name,
    conversations: [...conversations].map(([id, { turns, questions }]) => ({
      id,
      turns: inOrder(turns),
      questions: questions.map((read) => checked(questionOf(read), turns, top.in(`question ${read.id}`))),
    })),
  };
}

/** Evidence that is not in the conversation can be found by nobody. */
function checked(question: Question, turns: readonly Turn[], place: Place): Question {
  const known = new Set(turns.map((turn) => (question.evidenceUnit === "turn" ? turn.id : turn.session)));
  const lost = question.evidence.filter((group) => !group.some((id) => known.has(id)));
  if (!question.scored || (lost.length === 0 && question.evidence.length > 0)) return question;
  place.fault(
    "evidence",
    lost.length === 0 ? "is scored and names no evidence" : `no ${question.evidenceUnit} ${lost.flat().join(", ")} is in its conversation`,
  );
  return { ...question, scored: false };
}

const questionOf = (read: z.infer<typeof QuestionSchema>): Question => ({
  id: read.id,
  text: read.text,
  category: read.category,
  askedAt: read.asked_at,
  expected: expectedOf(read),
  evidence: read.evidence,
  evidenceUnit: read.evidence_unit,
  scored: read.scored,
});

const UNANSWERABLE = /^(adversarial|abstention)/;

function expectedOf({ answer, category, why_unscored, extra }: z.infer<typeof QuestionSchema>): Expected {
  if (UNANSWERABLE.test(category) || UNANSWERABLE.test(why_unscored ?? "")) return { kind: "abstain" };
  if (extra?.rubric !== undefined && extra.rubric.length > 0) return { kind: "points", points: extra.rubric };
  if (extra?.preference !== undefined) return { kind: "points", points: [`The answer heeds this wish of the user: ${extra.preference}`] };
  const parts = scalarsIn(answer);
  if (parts.length === 0) return { kind: "none" };
  return { kind: "text", answers: [parts.join(", ")], ...(parts.length > 1 && { list: true }) };
}
