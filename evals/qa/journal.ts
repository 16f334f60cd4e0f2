import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const UsageSchema = z.object({
  calls: z.number(),
  input: z.number(),
  output: z.number(),
  /** null: a model has no price. */
  cost: z.number().nullable(),
  savedMs: z.number(),
  counted: z.boolean(),
});
const ExpectedSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), answers: z.array(z.string()), list: z.boolean().optional() }),
  z.object({ kind: z.literal("choice"), options: z.record(z.string(), z.string()), answer: z.string() }),
  z.object({ kind: z.literal("points"), points: z.array(z.string()) }),
  z.object({ kind: z.literal("abstain") }),
  z.object({ kind: z.literal("none") }),
]);
const VerdictSchema = z.object({
  score: z.number().optional(),
  votes: z.number(),
  nonsense: z.number(),
  /** Why the judge could not be asked; it is asked again by the next run. */
  error: z.string().optional(),
});

const common = { system: z.string(), conversation: z.string() };
const AnswerSchema = z.object({
  type: z.literal("answer"),
  ...common,
  question: z.object({ id: z.string(), text: z.string(), category: z.string(), expected: ExpectedSchema }),
  /** Texts of the turns that hold the evidence, for the judge of personalisation. */
  notes: z.array(z.string()),
  answer: z.string().optional(),
  /** Why there is no answer. */
  error: z.string().optional(),
  shown: z.number(),
  /** Share of the evidence among what was shown; null: the data name none. */
  found: z.number().nullable(),
  remarks: z.array(z.string()),
  usage: UsageSchema,
  ms: z.number(),
});
const IngestSchema = z.object({
  type: z.literal("ingest"),
  ...common,
  usage: UsageSchema,
  ms: z.number(),
  turns: z.number(),
  remarks: z.array(z.string()),
});
const JudgedSchema = z.object({ type: z.literal("judged"), ...common, question: z.string(), verdict: VerdictSchema, usage: UsageSchema });
const PairSchema = z.object({
  type: z.literal("pair"),
  criterion: z.enum(["accuracy", "personalisation"]),
  first: z.string(),
  second: z.string(),
  conversation: z.string(),
  question: z.string(),
  verdict: VerdictSchema,
  usage: UsageSchema,
});
const FaultSchema = z.object({ type: z.literal("fault"), kind: z.string(), where: z.string(), what: z.string(), questions: z.number() });
const LineSchema = z.discriminatedUnion("type", [AnswerSchema, IngestSchema, JudgedSchema, PairSchema, FaultSchema]);

export type AnswerLine = z.infer<typeof AnswerSchema>;
export type IngestLine = z.infer<typeof IngestSchema>;
export type JudgedLine = z.infer<typeof JudgedSchema>;
export type PairLine = z.infer<typeof PairSchema>;
export type FaultLine = z.infer<typeof FaultSchema>;
export type Line = z.infer<typeof LineSchema>;

/** What a line is about: a later line about the same replaces an earlier one. */
export const lineKey = (line: Line): string => {
  switch (line.type) {
    case "answer":
      return JSON.stringify([line.type, line.system, line.conversation, line.question.id]);
    case "ingest":
      return JSON.stringify([line.type, line.system, line.conversation]);
    case "judged":
      return JSON.stringify([line.type, line.system, line.conversation, line.question]);
    case "pair":
      return JSON.stringify([line.type, line.criterion, line.first, line.second, line.conversation, line.question]);
    case "fault":
      return JSON.stringify([line.type, line.kind, line.where, line.what]);
  }
};

/** Another run lives in the folder. */
export class OtherRun extends Error {}

/**
 * The results of a run in a folder, a line each, written as they come: a run that was killed goes on where it was. The last line of a
 * killed run may be half-written; it is dropped and its work done again.
 */
export class Journal {
  readonly #file: string;
  readonly #lines = new Map<string, Line>();
  /** Lines that could not be read and were dropped. */
  readonly dropped: number;

  /** @throws OtherRun when the folder holds the results of other settings */
  constructor(folder: string, settings: Readonly<Record<string, unknown>>) {
    mkdirSync(folder, { recursive: true });
    const about = join(folder, "run.json");
    const text = `${JSON.stringify(settings, null, 2)}\n`;
    if (existsSync(about) && readFileSync(about, "utf8") !== text)
      throw new OtherRun(`${folder} holds a run with other settings (${about}). Give another --out, or remove the folder.`);
    writeFileSync(about, text);
    this.#file = join(folder, "results.jsonl");
    const { lines, dropped } = readLines(this.#file);
    this.dropped = dropped;
    for (const line of lines) this.#lines.set(lineKey(line), line);
    if (dropped > 0) writeFileSync(this.#file, [...this.#lines.values()].map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  /** Whether there is a verdict, though it may be that the judge talks nonsense. A judge that could not be asked gave none. */
  hasVerdict(line: Omit<JudgedLine, "verdict" | "usage"> | Omit<PairLine, "verdict" | "usage">): boolean {
    const known = this.#lines.get(lineKey(line as Line));
    return known !== undefined && "verdict" in known && known.verdict.error === undefined;
  }

  get(key: string): Line | undefined {
    return this.#lines.get(key);
  }

  /** Written at once, whole: several jobs of one process may add lines. */
  add(line: Line): void {
    this.#lines.set(lineKey(line), line);
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  of<T extends Line["type"]>(type: T): Extract<Line, { type: T }>[] {
    return [...this.#lines.values()].filter((line): line is Extract<Line, { type: T }> => line.type === type);
  }
}

function readLines(file: string): { lines: Line[]; dropped: number } {
  if (!existsSync(file)) return { lines: [], dropped: 0 };
  const texts = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const lines = texts.flatMap((text) => {
    try {
      return LineSchema.safeParse(JSON.parse(text)).data ?? [];
    } catch {
      return [];
    }
  });
  return { lines, dropped: texts.length - lines.length };
}
