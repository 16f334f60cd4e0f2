import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Conversation, Expected, LoaderOptions, Report, Turn } from "../suite.js";
import { placeIn, readJson, type Place } from "./reading.js";
import { labelled } from "./shuffle.js";
import { syntheticTime } from "./times.js";

/**
 * PrefEval, the folder `benchmark_dataset` of github amazon-science/PrefEval, or one topic's file in it. Layout from that folder and from public
 * readers of it: `explicit_preference/<topic>.json`, `implicit_preference/choice-based/…` (`conversation` with `query`, `assistant_options`,
 * `user_selection`) and `persona-driven/…` (`conversation` of numbered `{user, assistant}`), each a list with `preference` and `question`;
 * `mcq_options/<topic>.json` has, at the same places, `classification_task_options`, the first of which is the right one.
 * Variants: `explicit` (default), `choice`, `persona`, and `mcq`, which is explicit with options. Where `filtered_inter_turns.json` is there,
 * ten of its exchanges stand between the preference and the question. No times: the preference is a month old when the question comes.
 */
const FOLDERS: Readonly<Record<string, string>> = {
  explicit: "explicit_preference",
  mcq: "explicit_preference",
  choice: join("implicit_preference", "choice-based"),
  persona: join("implicit_preference", "persona-driven"),
};
export const PREFEVAL_VARIANTS = Object.keys(FOLDERS);
const ChoiceTalk = z.object({ query: z.string(), assistant_options: z.string(), user_selection: z.string() });
const PersonaTalk = z.record(z.string(), z.object({ user: z.string(), assistant: z.string() }));
const ItemSchema = z.object({ preference: z.string().min(1), question: z.string().min(1), conversation: z.unknown().optional() });
const OptionsSchema = z.object({ question: z.string(), classification_task_options: z.array(z.string()).min(2) });
const FillersSchema = z.array(z.object({ conversation: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() })) }));
const FILLERS = 20;

export async function* loadPrefEval(
  path: string,
  report: Report,
  { variant = "explicit" }: LoaderOptions = {},
): AsyncGenerator<Conversation> {
  const folder = FOLDERS[variant]!;
  const isFolder = statSync(path).isDirectory();
  const root = isFolder ? path : join(dirname(path), ...folder.split(/[\\/]/).map(() => ".."));
  const files = isFolder ? topicsIn(join(path, folder), report) : [path];
  const fillers = await fillersOf(root, report);
  for (const file of files) {
    const topic = basename(file, ".json");
    const top = placeIn(file, report);
    const listed = await readJson(file, report);
    const items = listed === undefined ? [] : (top.read(z.array(z.unknown()), listed) ?? []);
    const options = variant === "mcq" ? await readJson(join(root, "mcq_options", `${topic}.json`), report) : undefined;
    for (const [n, value] of items.entries()) {
      const place = top.in(`[${n}]`);
      const item = place.read(ItemSchema, value, 1);
      const told = item && toldIn(variant, item, place);
      if (!item || !told) continue;
      const id = `${topic}/${n}`;
      const expected =
        variant === "mcq"
          ? choiceOf(id, item.question, Array.isArray(options) ? (options[n] as unknown) : undefined, place)
          : heeds(item.preference);
      if (!expected) continue;
      const turns = [...told, ...fillers].map((said, i): Turn => {
        const late = i >= told.length;
        return { ...said, id: `${i}`, session: late ? "S1" : "S0", at: syntheticTime(late ? 15 : 0, i), speaker: said.role };
      });
      const evidence = turns
        .slice(0, told.length)
        .filter(({ role }) => role === "user")
        .map((turn) => turn.id);
      const common = { askedAt: syntheticTime(30, 0), evidenceUnit: "turn", scored: true } as const;
      yield { id, turns, questions: [{ ...common, id, text: item.question, category: topic, expected, evidence: [evidence] }] };
    }
  }
}

/** A copy that was left beside a topic, as "travel_hotel copy.json", is no topic. */
function topicsIn(folder: string, report: Report): string[] {
  if (!existsSync(folder)) {
    placeIn(folder, report).fault("reference", `there is no folder ${folder}`);
    return [];
  }
  return readdirSync(folder)
    .filter((name) => /^\w+\.json$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

type Said = Pick<Turn, "role" | "text">;

async function fillersOf(root: string, report: Report): Promise<Said[]> {
  const file = join(root, "filtered_inter_turns.json");
  if (!existsSync(file)) return [];
  const read = placeIn(file, report).read(FillersSchema, await readJson(file, report)) ?? [];
  return read.flatMap(({ conversation }) => conversation.map(({ role, content }) => ({ role, text: content }))).slice(0, FILLERS);
}

function toldIn(variant: string, item: z.infer<typeof ItemSchema>, place: Place): Said[] | undefined {
  const inside = place.in(".conversation");
  if (variant === "choice") {
    const talk = inside.read(ChoiceTalk, item.conversation, 1);
    return (
      talk && [
        { role: "user", text: talk.query },
        { role: "assistant", text: talk.assistant_options },
        { role: "user", text: talk.user_selection },
      ]
    );
  }
  if (variant === "persona") {
    const talk = inside.read(PersonaTalk, item.conversation, 1);
    const places = Object.keys(talk ?? {}).sort((a, b) => Number(a) - Number(b));
    return (
      talk &&
      places.flatMap((key): Said[] => [
        { role: "user", text: talk[key]!.user },
        { role: "assistant", text: talk[key]!.assistant },
      ])
    );
  }
  return [{ role: "user", text: item.preference }];
}

const heeds = (preference: string): Expected => ({ kind: "points", points: [`The answer heeds this wish of the user: ${preference}`] });

function choiceOf(id: string, question: string, value: unknown, place: Place): Expected | undefined {
  const inside = place.in(" of mcq_options");
  const read = inside.read(OptionsSchema, value, 1);
  if (!read) return undefined;
  if (read.question.trim() !== question.trim()) return inside.fault("key", "mcq_options has another question at this place", 1);
  const [right, ...wrong] = read.classification_task_options;
  return { kind: "choice", ...labelled(right!, wrong, id) };
}
