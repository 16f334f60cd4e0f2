import { factIdOf, latest, type FactRecord } from "../domain/fact.js";
import type { MediaId } from "../domain/image.js";
import type { RecallHit } from "../domain/recall.js";
import { memoryId, type MemoryId, type MemoryRecord } from "../domain/record.js";
import type { ImageMatch } from "../media/image-index.js";
import type { TakenImage } from "../media/images.js";
import type { UserLog } from "../store/memory-log.js";
import type { Memory } from "./services.js";

/** Stored images that are looked at for each new one. */
const MATCHES = 8;

/**
 * What is known of images that look like these: what they were called, and the messages that held them. Names come before
 * messages, the same picture before one that resembles it.
 */
export async function recallByImages(
  memory: Pick<Memory, "images">,
  user: UserLog,
  images: readonly TakenImage[],
  exclude: ReadonlySet<MemoryId>,
): Promise<RecallHit[]> {
  const found = await Promise.all(images.map((image) => memory.images.similar(user.userId, image, MATCHES)));
  const matches = best(found.flat());
  const records = await Promise.all(matches.map((match) => behind(user, match)));
  const hits = new Map<MemoryId, RecallHit>();
  for (const [i, { facts, message }] of records.entries()) {
    const { score, by } = matches[i]!;
    for (const record of [...facts, ...(message ? [message] : [])]) {
      if (!exclude.has(record.id) && !hits.has(record.id)) hits.set(record.id, { ...hitOf(record), score, why: { [by]: score }, record });
    }
  }
  const rank = ({ kind }: RecallHit): number => (kind === "fact" ? 0 : 1);
  return [...hits.values()].sort((a, b) => rank(a) - rank(b) || b.score - a.score);
}

const hitOf = ({ id, kind, text, at, sources }: MemoryRecord) => ({ id, kind, text, at, sources });

/** One image may be held by several messages, and several of the new ones may resemble it: each pair once, at its best. */
function best(matches: readonly ImageMatch[]): ImageMatch[] {
  const out = new Map<string, ImageMatch>();
  for (const match of [...matches].sort((a, b) => b.score - a.score)) {
    const key = `${match.message} ${match.id}`;
    if (!out.has(key)) out.set(key, match);
  }
  return [...out.values()].sort((a, b) => Number(b.by === "same picture") - Number(a.by === "same picture") || b.score - a.score);
}

/** The message that holds an image and the facts that describe it, as the log has them now: what was erased is not found. */
async function behind(user: UserLog, { id, message: key }: ImageMatch): Promise<{ facts: FactRecord[]; message?: MemoryRecord }> {
  const [message, extraction] = await Promise.all([user.get("message", key), user.get("extraction", key)]);
  const about = (extraction?.changes ?? []).filter(({ media }) => media?.media === id || media?.crop === id);
  const facts = await user.getMany(
    "fact",
    about.map((change) => keyOf(factIdOf(change))),
  );
  const known = facts.filter((fact) => fact !== undefined);
  return {
    facts: await Promise.all(known.map((fact) => successor(user, fact))),
    ...(message?.images?.some((image) => "media" in image && holds(image.media, id, about)) && { message }),
  };
}

/** The message holds the image itself, or the one that it was cut out of. */
const holds = (held: MediaId, id: MediaId, about: readonly { media?: { media: MediaId } }[]): boolean =>
  held === id || about.some(({ media }) => media?.media === held);

/** What a fact was replaced by says what holds now. */
async function successor(user: UserLog, fact: FactRecord): Promise<FactRecord> {
  const chain = new Map<string, FactRecord>([[fact.id, fact]]);
  for (let next = fact.supersededBy; next && !chain.has(next);) {
    const found = await user.get("fact", keyOf(next));
    if (!found) break;
    chain.set(next, found);
    next = found.supersededBy;
  }
  return latest(fact.id as `fact:${string}`, chain) ?? fact;
}

const keyOf = (id: string): string => id.slice(memoryId("fact", "").length);
