import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";

/** The format `memqa/1`: conversations and questions with the turns that answer them, one JSON object a line. */
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
  evidence: z.array(z.array(z.string())),
  evidence_unit: z.enum(["turn", "session"]),
  scored: z.boolean(),
});
const LineSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("dataset"), schema: z.literal("memqa/1"), name: z.string() }),
  TurnSchema,
  QuestionSchema,
]);

export type Turn = z.infer<typeof TurnSchema>;
export type Question = z.infer<typeof QuestionSchema>;

export interface Conversation {
  readonly id: string;
  /** In the order of speaking. */
  readonly turns: readonly Turn[];
  readonly questions: readonly Question[];
}

export interface DataSet {
  readonly name: string;
  readonly conversations: readonly Conversation[];
}

/** Reads a file, and names the lines it cannot read. @throws Error with every bad line */
export async function readMemqa(file: string): Promise<DataSet> {
  const conversations = new Map<string, { id: string; turns: Turn[]; questions: Question[] }>();
  const wrong: string[] = [];
  let name = "";
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    if (line.trim() === "") continue;
    const read = parse(line);
    if (typeof read === "string") wrong.push(`${file}:${number}: ${read}`);
    else if (read.type === "dataset") name = read.name;
    else {
      const known = conversations.get(read.conversation) ?? { id: read.conversation, turns: [], questions: [] };
      conversations.set(read.conversation, known);
      if (read.type === "turn") known.turns.push(read);
      else known.questions.push(read);
    }
  }
  if (name === "") wrong.unshift(`${file}:1: the file does not begin with {"type":"dataset","schema":"memqa/1",…}`);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  // Lines are not always in time order; the sort is stable, so that their place in the file decides between equal times.
  for (const { turns } of conversations.values())
    turns.sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : (a.at ?? "") > (b.at ?? "") ? 1 : 0));
  return { name, conversations: [...conversations.values()] };
}

function parse(line: string): z.infer<typeof LineSchema> | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "is no JSON";
  }
  const read = LineSchema.safeParse(value);
  return read.success ? read.data : z.prettifyError(read.error).replaceAll("\n", " ");
}
