import type { Consolidation } from "../domain/consolidation.js";
import type { EpisodeRecord } from "../domain/episode.js";
import { correctionKey, type Extraction } from "../domain/extraction.js";
import type { FactId, FactRecord } from "../domain/fact.js";
import { NEUTRAL_SCORES } from "../domain/personality.js";
import { parseMemoryId, type MemoryId, type MemoryRecord } from "../domain/record.js";
import { cleanText, digest } from "../domain/text.js";
import { PersonaError } from "../errors.js";
import type { UserLog } from "../store/memory-log.js";
import { eraseSome } from "./erase.js";
import { rederive, sourcesOf } from "./rederive.js";

/** What a user may change of a memory. Messages are what was said, and can only be erased. */
export interface MemoryEdit {
  readonly text: string;
  readonly keywords?: readonly string[];
}

/** A correction by the user. It is kept like a model's proposal, so that it outlives a rebuild. */
export async function editMemory(user: UserLog, id: MemoryId, edit: MemoryEdit): Promise<MemoryRecord> {
  const { kind, record } = await findMemory(user, id);
  const text = cleanText(edit.text).trim();
  if (text === "")
    throw new PersonaError({
      code: "EDIT_EMPTY",
      message: `The new text of ${id} is empty.`,
      fix: "Give a sentence, or delete the memory.",
    });
  const before = await sourcesOf(user);
  if (kind === "fact") {
    const correction = correctionOf(record as FactRecord, { ...edit, text }, user.now());
    await rederive(user, before, { ...before, extractions: [...before.extractions, correction] });
    const facts = await user.list("fact");
    return (
      facts.find((fact) => fact.sources.includes(correction.exchange)) ??
      facts.find((fact) => fact.text === text && fact.status === "current") ??
      record
    );
  }
  if (kind === "message") {
    throw new PersonaError({
      code: "EDIT_MESSAGE",
      message: `${id} is a message, which is kept as it was said.`,
      fix: "Edit the facts that were derived from it, or erase it.",
    });
  }
  const consolidations = before.consolidations.map((filed) =>
    kind === "episode"
      ? withTopic(filed, record as EpisodeRecord, (topic) => ({ ...topic, summary: text, keywords: edit.keywords ?? topic.keywords }))
      : withHabit(filed, id, text),
  );
  await rederive(user, before, { ...before, consolidations });
  return (await findMemory(user, id)).record;
}

/** Removes one memory for good. */
export async function deleteMemory(user: UserLog, id: MemoryId): Promise<void> {
  const { kind, key, record } = await findMemory(user, id);
  if (kind === "fact") return void (await eraseSome(user, { facts: [id] }));
  if (kind === "message") return void (await eraseSome(user, { messages: [key] }));
  const before = await sourcesOf(user);
  const consolidations = before.consolidations.map((filed) =>
    kind === "episode"
      ? withTopic(filed, record as EpisodeRecord, (topic) => ({ ...topic, deleted: true, summary: "", keywords: [] }))
      : withHabit(filed, id, undefined),
  );
  await rederive(user, before, { ...before, consolidations });
}

/** A fact with what it replaced and what replaced it, oldest first; any other memory alone. */
export async function historyOf(user: UserLog, id: MemoryId): Promise<MemoryRecord[]> {
  const { kind, record } = await findMemory(user, id);
  if (kind !== "fact") return [record];
  const facts = await user.list("fact");
  const chain = new Set<string>([id]);
  for (let size = 0; size !== chain.size;) {
    size = chain.size;
    for (const fact of facts) {
      if (fact.supersededBy && (chain.has(fact.id) || chain.has(fact.supersededBy))) chain.add(fact.id).add(fact.supersededBy);
    }
  }
  return facts.filter((fact) => chain.has(fact.id)).sort((a, b) => a.said - b.said);
}

/** @throws PersonaError MEMORY_UNKNOWN */
export async function findMemory(user: UserLog, id: MemoryId) {
  const parsed = parseMemoryId(id);
  const record = parsed && (await user.get(parsed.kind, parsed.key));
  if (!parsed || !record)
    throw new PersonaError({ code: "MEMORY_UNKNOWN", message: `There is no memory "${id}".`, fix: "Take the id from a list or a search." });
  return { ...parsed, record: record as MemoryRecord };
}

function correctionOf(fact: FactRecord, { text, keywords }: MemoryEdit, now: number): Extraction {
  const key = correctionKey(now, digest(fact.id + text));
  const change = {
    op: "UPDATE" as const,
    target: fact.id as FactId,
    text,
    keywords: keywords ?? fact.keywords,
    at: fact.validFrom,
    said: now,
    confidence: 1,
    source: key,
  };
  return { exchange: key, at: now, changes: [change], traits: NEUTRAL_SCORES };
}

type Topic = Consolidation["topics"][number];

const withTopic = (filed: Consolidation, episode: EpisodeRecord, change: (topic: Topic) => Topic): Consolidation =>
  filed.session === episode.session
    ? {
        ...filed,
        topics: filed.topics.map((topic, i) => (episode.id === `episode:${filed.session}.${i}` ? change(topic) : topic)),
        edited: true,
      }
    : filed;

const withHabit = (filed: Consolidation, id: MemoryId, text: string | undefined): Consolidation => {
  if (!filed.habits.some(({ key }) => `procedure:${key}` === id)) return filed;
  const habits = filed.habits.flatMap((habit) =>
    `procedure:${habit.key}` !== id ? [habit] : text === undefined ? [] : [{ ...habit, text }],
  );
  return { ...filed, habits, edited: true };
};
