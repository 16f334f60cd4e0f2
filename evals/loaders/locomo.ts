import { z } from "zod";
import { inOrder, type Conversation, type Expected, type Question, type Report, type Turn } from "../suite.js";
import { readJsonArray, type Place, placeIn } from "./reading.js";
import { isoTime } from "./times.js";

/**
 * LoCoMo, `data/locomo10.json` of github snap-research/locomo. Layout from its README and task_eval/evaluation.py: a list of samples
 * with `conversation` (`session_<n>`, `session_<n>_date_time`, `speaker_a`, `speaker_b`) and `qa` (`question`, `answer` or, for what
 * was never said, `adversarial_answer`; `category` 1 multi-hop, 2 temporal, 3 open-domain, 4 single-hop, 5 adversarial; `evidence`,
 * dialogue ids that are at times run together, as "D8:6; D9:17", or padded, as "D30:05").
 *
 * Two people talk. `speaker_a` is taken as the user whose memory it is, and `speaker_b` as another person.
 */
const TurnSchema = z.object({
  speaker: z.string(),
  dia_id: z.string(),
  text: z.string(),
  blip_caption: z.string().optional(),
});
const SampleSchema = z.object({
  sample_id: z.union([z.string(), z.number()]).transform(String),
  conversation: z.object({ speaker_a: z.string(), speaker_b: z.string() }).loose(),
  qa: z.array(z.unknown()),
});
const QaSchema = z.object({
  question: z.string(),
  answer: z.union([z.string(), z.number()]).transform(String).optional(),
  adversarial_answer: z.union([z.string(), z.number()]).nullish(),
  evidence: z.array(z.string()).default([]),
  category: z.number().int(),
});
const CATEGORIES: Readonly<Record<number, string>> = {
  1: "multi-hop",
  2: "temporal",
  3: "open-domain",
  4: "single-hop",
  5: "adversarial",
};

export async function* loadLocomo(file: string, report: Report): AsyncGenerator<Conversation> {
  const top = placeIn(file, report);
  for await (const [index, value] of readJsonArray(file, report)) {
    const place = top.in(`[${index}]`);
    const lost = (value as { qa?: unknown[] } | null)?.qa;
    const sample = place.read(SampleSchema, value, Array.isArray(lost) ? lost.length : 0);
    if (!sample) continue;
    const turns = turnsOf(sample.conversation, place);
    const ids = new Set(turns.map(({ id }) => id));
    const questions = sample.qa.flatMap((qa, n) =>
      questionOf(qa, `${sample.sample_id}/q${String(n).padStart(3, "0")}`, ids, place.in(`.qa[${n}]`)),
    );
    yield { id: sample.sample_id, turns, questions };
  }
}

function turnsOf(conversation: z.infer<typeof SampleSchema>["conversation"], place: Place): Turn[] {
  const numbers = Object.keys(conversation)
    .flatMap((key) => /^session_(\d+)$/.exec(key)?.[1] ?? [])
    .sort((a, b) => Number(a) - Number(b));
  const turns = numbers.flatMap((number): Turn[] => {
    const key = `session_${number}`;
    const inside = place.in(`.conversation.${key}`);
    const said = inside.read(z.array(z.unknown()), conversation[key]) ?? [];
    const at = isoTime(conversation[`${key}_date_time`] as string | undefined);
    if (at === undefined) inside.fault("time", `${key}_date_time is ${JSON.stringify(conversation[`${key}_date_time`])}, which is no time`);
    return said.flatMap((value, n) => {
      const turn = inside.in(`[${n}]`).read(TurnSchema, value);
      if (!turn) return [];
      return {
        id: turn.dia_id,
        session: `S${number}`,
        at: at ?? null,
        speaker: turn.speaker,
        role: turn.speaker === conversation.speaker_a ? ("user" as const) : ("peer" as const),
        text: turn.text,
        ...(turn.blip_caption !== undefined && { caption: turn.blip_caption }),
      };
    });
  });
  return inOrder(turns);
}

function questionOf(value: unknown, id: string, known: ReadonlySet<string>, place: Place): Question[] {
  const qa = place.read(QaSchema, value, 1);
  if (!qa) return [];
  const category = CATEGORIES[qa.category];
  if (category === undefined) {
    place.fault("category", `category ${qa.category} is none of 1 to 5`, 1);
    return [];
  }
  if (qa.category !== 5 && qa.answer === undefined) {
    const adversarial = qa.adversarial_answer === undefined ? "" : ", but an adversarial_answer, which only category 5 has";
    place.fault("category", `category ${qa.category} (${category}) has no answer${adversarial}`, 1);
    return [];
  }
  const named = qa.evidence.flatMap((text) => text.split(/[;,\s]+/)).flatMap((text) => tidy(text) ?? []);
  const evidence = [...new Set(named)].filter((dialogue) => known.has(dialogue));
  const strange = qa.evidence.length > 0 && evidence.length < new Set(qa.evidence).size;
  if (strange)
    place.fault("evidence", `of the evidence ${JSON.stringify(qa.evidence)} only ${JSON.stringify(evidence)} is in the conversation`);
  return [
    {
      id,
      text: qa.question,
      category,
      askedAt: null,
      expected: expectedOf(qa.category, qa.answer),
      evidence: evidence.map((dialogue) => [dialogue]),
      evidenceUnit: "turn",
      scored: qa.category !== 5 && evidence.length > 0,
    },
  ];
}

/** `D30:05` and `D:11:26` are D30:5 and D11:26. */
function tidy(id: string): string | undefined {
  const [, session, turn] = /^D:?0*(\d+):0*(\d+)$/.exec(id.trim()) ?? [];
  return session === undefined ? undefined : `D${session}:${turn}`;
}

/** As the authors score them: several parts of a multi-hop answer each count; what follows a semicolon in an open one is an aside. */
function expectedOf(category: number, answer: string | undefined): Expected {
  if (category === 5 || answer === undefined) return { kind: "abstain" };
  if (category === 3) return { kind: "text", answers: [answer.split(";")[0]!.trim()] };
  return { kind: "text", answers: [answer], ...(category === 1 && { list: true }) };
}
