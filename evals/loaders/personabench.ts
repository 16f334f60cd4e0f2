import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { inOrder, type Conversation, type LoaderOptions, type Question, type Report, type Turn } from "../suite.js";
import { placeIn, readJson, scalarsIn, type Place } from "./reading.js";
import { isoTime } from "./times.js";

/**
 * PersonaBench, `eval_data/eval_data_v1/synthetic_data` of github SalesforceAIResearch/personabench, or one `community_<n>` in it. Layout from its
 * scripts/evaluation/retrieval_and_generation.py: `private_data/noise_<n>/{conversation,user_ai_interaction,purchase_history}_data_all.json`
 * are lists of `{Name, Data}`, conversations grouped by partner under `Conversations`; entries have `segment_id`, `time` and their content.
 * `eval_info/eval_info_all.json` has `Eval_Info.qa` a person, and `eval_info/qa_gt_context_all_noise_<n>.json` the segments behind each answer:
 * for each part of it a list, any of which will do. Variant: the noise, `0.0`, `0.3`, `0.5` (default) or `0.7`. Only people
 * with documents are read; `Subjective` questions are answered but, as by the authors, not counted in retrieval.
 */
const PeopleSchema = z.array(z.object({ Name: z.string(), Data: z.array(z.unknown()) }));
const PartnerSchema = z.object({ Conversations: z.array(z.unknown()) }).loose();
const SegmentSchema = z
  .object({ segment_id: z.union([z.string(), z.number()]).transform(String), time: z.string().nullish(), session: z.unknown().optional() })
  .loose();
const TalkSchema = z.array(z.object({ role: z.string(), content: z.string() }));
const InfoSchema = z.array(z.object({ Name: z.string(), Eval_Info: z.object({ qa: z.array(z.unknown()) }) }));
const Scalar = z.union([z.string(), z.number()]).transform(String);
const QaSchema = z.object({
  q_id: Scalar,
  question: z.string(),
  answer: z.unknown(),
  type: z.string(),
  difficulty: z.string().nullish(),
});
const GoldSchema = z.array(z.object({ q_id: Scalar, segment_id: z.record(z.string(), z.array(Scalar)) }));
const TYPES = new Set(["Basic information", "Preference", "Social", "Subjective"]);
const DOCUMENTS = ["conversation_data", "user_ai_interaction_data", "purchase_history_data"];

export async function* loadPersonaBench(
  path: string,
  report: Report,
  { variant = "0.5" }: LoaderOptions = {},
): AsyncGenerator<Conversation> {
  const communities = existsSync(join(path, "eval_info")) ? [path] : foldersIn(path);
  if (communities.length === 0) placeIn(path, report).fault("reference", "is no community and has none");
  for (const folder of communities) yield* community(folder, variant, report);
}

const foldersIn = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => existsSync(join(path, name, "eval_info")) && statSync(join(path, name)).isDirectory())
    .sort()
    .map((name) => join(path, name));

async function* community(folder: string, noise: string, report: Report): AsyncGenerator<Conversation> {
  const name = basename(folder);
  const read = async <T>(schema: z.ZodType<T>, ...steps: string[]): Promise<T | undefined> => {
    const value = await readJson(join(folder, ...steps), report);
    return value === undefined
      ? undefined
      : placeIn(`${steps.at(-1)!}`, report)
          .in(`${name} `)
          .read(schema, value);
  };
  const info = await read(InfoSchema, "eval_info", "eval_info_all.json");
  const gold = await read(GoldSchema, "eval_info", `qa_gt_context_all_noise_${noise}.json`);
  const documents = [];
  for (const document of DOCUMENTS)
    documents.push({ document, people: await read(PeopleSchema, "private_data", `noise_${noise}`, `${document}_all.json`) });
  const segments = new Map((gold ?? []).map(({ q_id, segment_id }) => [q_id, Object.values(segment_id)]));
  for (const { Name: person, Eval_Info } of info ?? []) {
    const own = documents.map(({ document, people }) => ({ document, data: people?.find((entry) => entry.Name === person)?.Data }));
    if (own.every(({ data }) => data === undefined)) continue;
    const place = placeIn("eval_info_all.json", report).in(`${name}/${person}`);
    const turns = inOrder(own.flatMap(({ document, data }) => turnsOf(document, person, data ?? [], place)));
    const known = new Set(turns.map(({ session }) => session));
    const questions = Eval_Info.qa.flatMap((qa, n) => questionOf(name, qa, segments, known, place.in(`.qa[${n}]`)));
    yield { id: `${name}/${person}`, turns, questions };
  }
}

function turnsOf(document: string, person: string, data: readonly unknown[], place: Place): Turn[] {
  const inside = place.in(`.${document}`);
  const entries =
    document === "conversation_data" ? data.flatMap((partner) => inside.read(PartnerSchema, partner)?.Conversations ?? []) : data;
  return entries.flatMap((value, n): Turn[] => {
    const segment = inside.in(`[${n}]`).read(SegmentSchema, value);
    if (!segment) return [];
    const at = isoTime(segment.time);
    if (at === undefined) inside.in(`[${n}].time`).fault("time", `${JSON.stringify(segment.time)} is no time`);
    const common = { session: segment.segment_id, at: at ?? null };
    const talk = [segment["conversation"], segment["user_ai_interaction"]]
      .map((list) => TalkSchema.safeParse(list))
      .find(({ success }) => success)?.data;
    if (!talk) return [{ ...common, id: `${segment.segment_id}/0`, speaker: person, role: "record", text: noteOf(segment).join(". ") }];
    return talk.map(({ role, content }, i) => {
      const who = role === person || /^user$/i.test(role) ? "user" : document === "conversation_data" ? "peer" : "assistant";
      return { ...common, id: `${segment.segment_id}/${i}`, speaker: who === "user" ? person : role, role: who, text: content };
    });
  });
}

const SKIPPED = new Set(["segment_id", "session", "time"]);
/** What a purchase says, in lines of "key: value". */
const noteOf = (value: unknown): string[] =>
  typeof value !== "object" || value === null
    ? [String(value)]
    : Object.entries(value).flatMap(([key, inner]) =>
        SKIPPED.has(key)
          ? []
          : typeof inner === "object" && inner !== null
            ? noteOf(inner)
            : [/^\d+$/.test(key) ? String(inner) : `${key}: ${String(inner)}`],
      );

function questionOf(
  community: string,
  value: unknown,
  gold: ReadonlyMap<string, string[][]>,
  known: ReadonlySet<string>,
  place: Place,
): Question[] {
  const qa = place.read(QaSchema, value, 1);
  if (!qa) return [];
  if (!TYPES.has(qa.type)) {
    place.fault("category", `the type ${JSON.stringify(qa.type)} is unknown`, 1);
    return [];
  }
  const answers = scalarsIn(qa.answer);
  if (answers.length === 0) {
    place.fault("key", "there is no answer", 1);
    return [];
  }
  const groups = gold.get(qa.q_id);
  if (!groups) place.fault("evidence", `${qa.q_id} has no segments`);
  const evidence = (groups ?? []).map((group) => group.filter((id) => known.has(id)));
  const whole = evidence.length > 0 && evidence.every((group) => group.length > 0);
  if (groups && !whole) place.fault("evidence", `the segments ${JSON.stringify(groups)} are not all among the documents`);
  return [
    {
      id: `${community}/${qa.q_id}`,
      text: qa.question,
      category: qa.type === "Preference" && qa.difficulty ? `Preference/${qa.difficulty}` : qa.type,
      askedAt: null,
      expected: { kind: "text", answers: [answers.join(", ")], ...(answers.length > 1 && { list: true }) },
      evidence: whole ? evidence : [],
      evidenceUnit: "session",
      scored: whole && qa.type !== "Subjective",
    },
  ];
}
