import type { MemoryRow } from "../../prompts/respond.js";
import { markFor } from "../domain/citation.js";
import type { EpisodeRecord } from "../domain/episode.js";
import type { FactRecord } from "../domain/fact.js";
import { isKept } from "../domain/image.js";
import { inOrder, type MessageRecord } from "../domain/message.js";
import type { RecallHit } from "../domain/recall.js";
import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { clip } from "../domain/text.js";
import { showDay, showTime } from "../domain/time.js";
import type { Recalled } from "../state.js";
import type { UserLog } from "../store/memory-log.js";

/** One memory is shown with at most so many characters, and one episode with so many of its messages. */
const MAX_TEXT = 700;
const MAX_TURNS = 8;

interface Presenting {
  readonly user: UserLog;
  /** What the turn has shown already; it is not shown again. */
  readonly shown: readonly Recalled[];
  /** Messages that stand in the conversation. */
  readonly inPrompt: ReadonlySet<MemoryId>;
  readonly search: number;
  /** Characters left for recalled text. */
  readonly room: number;
}

/** Hits as they are put before the model: marked, labelled, episodes followed by the messages they rest on. */
export async function present(hits: readonly RecallHit[], { user, shown, inPrompt, search, room }: Presenting): Promise<Recalled[]> {
  const owners = new Map(shown.map((memory) => [memory.mark, memory.id as string]));
  const seen = new Set<string>([...shown.map(({ id }) => id), ...inPrompt]);
  const out: Recalled[] = [];
  let left = room;
  const add = (record: MemoryRecord, hit: Pick<RecallHit, "score" | "why">): void => {
    const text = clip(record.text, MAX_TEXT);
    if (seen.has(record.id) || (text.length > left && out.length > 0)) return;
    left -= text.length;
    seen.add(record.id);
    const mark = markFor(record.id, (candidate) => owners.get(candidate));
    owners.set(mark, record.id);
    const { id, kind, at, sources } = record;
    const media = pictureOf(record);
    out.push({
      mark,
      id,
      kind,
      label: labelOf(record),
      at,
      text,
      score: hit.score,
      why: hit.why,
      sources,
      search,
      ...(media && { media }),
    });
  };
  for (const hit of hits) {
    add(hit.record, hit);
    if ((hit.record as FactRecord).media) for (const held of await user.getMany("message", hit.sources)) if (held) add(held, via(hit));
    if (hit.kind !== "episode") continue;
    const turns = (await user.getMany("message", hit.sources)).filter((turn) => turn !== undefined).sort(inOrder);
    for (const turn of nearest(turns, hits)) add(turn, via(hit));
  }
  return out;
}

/** What comes with a memory that was found. */
const via = ({ id, score }: RecallHit): Pick<RecallHit, "score" | "why"> => ({ score, why: { [`via ${id}`]: score } });

/** The image that a memory is about: what was seen in it, cut out, or the first that a message holds. */
function pictureOf(record: MemoryRecord): Recalled["media"] {
  const { media } = record as FactRecord;
  if (media) return { id: media.crop ?? media.media, label: media.label };
  const held = (record as MessageRecord).images?.find(isKept);
  return held && { id: held.media, label: "" };
}

/** Of a long episode, the messages around those that were found themselves, else its beginning. */
function nearest(turns: readonly MessageRecord[], hits: readonly RecallHit[]): readonly MessageRecord[] {
  if (turns.length <= MAX_TURNS) return turns;
  const found = turns.findIndex((turn) => hits.some((hit) => hit.id === turn.id));
  const start = Math.max(0, Math.min(found - MAX_TURNS / 2, turns.length - MAX_TURNS));
  return turns.slice(start, start + MAX_TURNS);
}

/** Names come with the messages: nobody else is called what the user and the model are called here. */
const CLAIMS = /^\W*(?:user|you|system|assistant|fact|habit|past|pasted|episode)\b/i;
const MAX_SPEAKER = 60;

function labelOf(record: MemoryRecord): string {
  const { trust } = record as FactRecord | MessageRecord;
  if (record.kind === "fact")
    return `${record.status === "closed" ? "past fact" : (record as FactRecord).media ? "picture" : "fact"}${trust === undefined ? "" : ", untrusted: from text the user pasted"}`;
  if (record.kind === "episode") return `episode: ${(record as EpisodeRecord).topic}`;
  if (record.kind === "procedure") return "habit";
  const { role, speaker } = record as MessageRecord;
  if (role === "user") return trust === undefined ? "user said" : "pasted by the user, untrusted";
  if (role === "assistant") return "you said";
  return `${speaker === undefined || CLAIMS.test(speaker) ? role : clip(speaker, MAX_SPEAKER)} said${trust === undefined ? "" : ", untrusted"}`;
}

/** The rows a prompt shows. Facts know only the day; messages their minute. */
export const rowsOf = (recalled: readonly Recalled[], timezone: string): MemoryRow[] =>
  recalled.map(({ mark, kind, label, at, text }) => [
    mark,
    label,
    kind === "message" ? showTime(at, timezone) : showDay(at, timezone),
    text,
  ]);
