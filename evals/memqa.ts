import { readFileSync } from "node:fs";
import { z } from "zod";

/** A line of a `memqa/1` file: conversations with questions and the turns that answer them. */
const TurnSchema = z.object({
  type: z.literal("turn"),
  conversation: z.string(),
  /** Unique in its conversation. */
  id: z.string(),
  session: z.string(),
  n: z.number(),
  /** ISO 8601 without a zone. */
  at: z.string().nullable(),
  at_precision: z.string(),
  speaker: z.string(),
  role: z.enum(["user", "assistant", "peer", "record"]),
  text: z.string(),
});
const QuestionSchema = z.object({
  type: z.literal("question"),
  conversation: z.string(),
  id: z.string(),
  text: z.string(),
  category: z.string(),
  /** Null: after the last turn. */
  asked_at: z.string().nullable(),
  answer: z.union([z.string(), z.number()]).nullable(),
  /** Groups, all of which are needed; any member of a group will do. */
  evidence: z.array(z.array(z.string())),
  evidence_unit: z.enum(["turn", "session"]),
  scored: z.boolean(),
});
const DatasetSchema = z.object({ type: z.literal("dataset"), schema: z.literal("memqa/1"), name: z.string(), language: z.string(), licence: z.string() });
const LineSchema = z.discriminatedUnion("type", [DatasetSchema, TurnSchema, QuestionSchema]);

export type Turn = z.infer<typeof TurnSchema>;
export type Question = z.infer<typeof QuestionSchema>;

export interface Conversation {
  readonly id: string;
  /** In the order of time, then of the file. */
  readonly turns: readonly Turn[];
  readonly questions: readonly Question[];
}

/** Reads a file. @throws Error that names the line which does not fit the format */
export function readMemqa(path: string): Conversation[] {
  const conversations = new Map<string, { id: string; turns: Turn[]; questions: Question[] }>();
  const lines = readFileSync(path, "utf8").split("\n").filter((line) => line.trim() !== "");
  lines.forEach((line, i) => {
    const parsed = LineSchema.safeParse(JSON.parse(line));
    if (!parsed.success) throw new Error(`${path}, line ${i + 1}: ${z.prettifyError(parsed.error)}`);
    const entry = parsed.data;
    if ((i === 0) !== (entry.type === "dataset")) throw new Error(`${path}, line ${i + 1}: the dataset line is the first, and only that.`);
    if (entry.type === "dataset") return;
    const known = conversations.get(entry.conversation) ?? { id: entry.conversation, turns: [], questions: [] };
    conversations.set(entry.conversation, known);
    if (entry.type === "turn") known.turns.push(entry);
    else known.questions.push(entry);
  });
  return [...conversations.values()].map(({ turns, ...rest }) => ({ ...rest, turns: [...turns].sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : (a.at ?? "") > (b.at ?? "") ? 1 : 0)) }));
}

/** The sessions of a conversation, in their order. */
export function sessionsIn({ turns }: Conversation): Turn[][] {
  const sessions = new Map<string, Turn[]>();
  for (const turn of turns) sessions.set(turn.session, [...(sessions.get(turn.session) ?? []), turn]);
  return [...sessions.values()];
}
