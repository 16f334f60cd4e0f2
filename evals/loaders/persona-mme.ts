import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Conversation, Question, Report, Turn } from "../suite.js";
import { candidates, placeIn, readJson, type Place } from "./reading.js";
import { isoTime } from "./times.js";

/**
 * Persona-MME of PersonaVLM (arXiv 2604.13074), `Persona-MME.json` with `samples/<50|100|200|500>/<n>/user_data.json`. Layout as measured
 * for METHOD.md: cases `{data_path, type, question_type, time "YYYY-MM-DD HH:MM", query, choices {"(a)": …}, answer "(b)", alignment?
 * {chosen, rejected}}`, and `{profile, imgs, sessions: [[{time, user, assistant}]]}`, where "<img>" in a user's message takes the next
 * of `imgs` (paths beside the file, or data: URLs). An alignment case is asked twice: whether the chosen response fits the user (yes) and
 * whether the rejected one does (no). A case knows of what was said before its time. Where a picture is missing, the conversation's
 * questions are left out: what cannot be seen cannot be scored.
 */
const CaseSchema = z.object({
  data_path: z.string(),
  type: z.string(),
  question_type: z.string(),
  time: z.string(),
  query: z.string(),
  choices: z.record(z.string(), z.string()).nullish(),
  answer: z.string().nullish(),
  alignment: z.object({ chosen: z.string(), rejected: z.string() }).nullish(),
});
type Case = z.infer<typeof CaseSchema>;
const UserSchema = z.object({
  profile: z.unknown().optional(),
  imgs: z.array(z.string()).default([]),
  sessions: z.array(z.array(z.object({ time: z.string(), user: z.string(), assistant: z.string() }))),
});

/** The seven aspects of the paper, in the words of `type`; compared without case and marks. */
const ASPECTS = ["memory", "intent", "preference", "behavior", "behaviour", "relationship", "growth", "alignment"];

export async function* loadPersonaMme(file: string, report: Report): AsyncGenerator<Conversation> {
  const listed = await readJson(file, report);
  const top = placeIn(file, report);
  if (listed === undefined) return;
  const cases = top.read(z.array(z.unknown()), listed) ?? [];
  const byUser = new Map<string, { read: Case; place: Place; n: number }[]>();
  for (const [n, value] of cases.entries()) {
    const place = top.in(`[${n}]`);
    const read = place.read(CaseSchema, value, 1);
    if (read) byUser.set(read.data_path, [...(byUser.get(read.data_path) ?? []), { read, place, n }]);
  }
  for (const [path, asked] of byUser) {
    const turns = await turnsOf(file, path, asked.length, report);
    if (!turns) continue;
    yield { id: path, turns, questions: asked.flatMap(({ read, place, n }) => questionsOf(read, n, turns, place)) };
  }
}

async function turnsOf(file: string, path: string, asked: number, report: Report): Promise<Turn[] | undefined> {
  const inside = path.endsWith(".json") ? path : join(path, "user_data.json");
  const found = [...candidates(dirname(file), inside), ...candidates(dirname(file), join("samples", inside))].find((name) =>
    existsSync(name),
  );
  if (found === undefined) return placeIn(file, report).fault("reference", `there is no ${inside}`, asked);
  const value = await readJson(found, report);
  const place = placeIn(join(path, "user_data.json"), report);
  if (value === undefined) return place.fault("reference", `${inside} cannot be read`, asked);
  const user = place.read(UserSchema, value, asked);
  if (!user) return undefined;
  const marks = user.sessions.flat().reduce((sum, { user: text }) => sum + text.split("<img>").length - 1, 0);
  const images = user.imgs.map((image) => (image.startsWith("data:") ? image : join(dirname(found), image)));
  const missing = images.filter((image) => !image.startsWith("data:") && !existsSync(image));
  if (marks > images.length)
    return place.fault("image", `${inside}: the messages call for ${marks} images, and imgs has ${images.length}`, asked);
  if (missing.length > 0)
    return place.fault("image", `${inside}: ${missing.length} of ${images.length} images are missing, first ${missing[0]!}`, asked);
  const next = images[Symbol.iterator]();
  return user.sessions.flatMap((said, s) =>
    said.flatMap(({ time, user: text, assistant }, n): Turn[] => {
      const at = isoTime(time) ?? null;
      if (at === null) place.in(`.sessions[${s}][${n}]`).fault("time", `${JSON.stringify(time)} is no time`);
      const shown = Array.from({ length: text.split("<img>").length - 1 }, () => next.next().value!);
      const turn = { session: `S${s}`, at };
      return [
        {
          ...turn,
          id: `${s}.${n}u`,
          speaker: "user",
          role: "user",
          text: text.replaceAll("<img>", "[image]"),
          ...(shown.length > 0 && { images: shown }),
        },
        { ...turn, id: `${s}.${n}a`, speaker: "assistant", role: "assistant", text: assistant },
      ];
    }),
  );
}

function questionsOf(read: Case, n: number, turns: readonly Turn[], place: Place): Question[] {
  const lost = (kind: "category" | "key" | "time", what: string): Question[] => {
    place.fault(kind, what, 1);
    return [];
  };
  if (!ASPECTS.some((aspect) => read.type.toLowerCase().includes(aspect)))
    return lost("category", `the type ${JSON.stringify(read.type)} is unknown`);
  const at = isoTime(read.time);
  if (at === undefined) return lost("time", `${JSON.stringify(read.time)} is no time`);
  const before = turns.filter((turn) => turn.at === null || turn.at <= at).length;
  const common = {
    category: `${read.type}/${read.question_type}`,
    askedAt: at,
    evidence: [],
    evidenceUnit: "turn",
    scored: false,
    until: before,
  } as const;
  if (read.alignment) {
    const { chosen, rejected } = read.alignment;
    if (chosen === rejected) return lost("key", "the chosen and the rejected response are the same");
    return (["chosen", "rejected"] as const).map((which) => ({
      ...common,
      id: `${n}/${which}`,
      text: `${read.query}\n\nDoes this response fit my personality?\n${read.alignment![which]}`,
      expected: { kind: "choice", options: { "(a)": "yes", "(b)": "no" }, answer: which === "chosen" ? "(a)" : "(b)" },
    }));
  }
  const { choices, answer } = read;
  if (!choices || Object.keys(choices).length < 2) return lost("key", "there are neither choices nor an alignment");
  if (typeof answer !== "string" || !(answer in choices))
    return lost("key", `the answer ${JSON.stringify(answer)} is none of ${Object.keys(choices).join(", ")}`);
  return [{ ...common, id: `${n}`, text: read.query, expected: { kind: "choice", options: choices, answer } }];
}
