import { pending, pendingKey } from "../domain/pending.js";
import type { Personality } from "../domain/personality.js";
import { derive, difference, type Sources } from "../domain/rebuild.js";
import { parseMemoryId, type MemoryId } from "../domain/record.js";
import { removeImages } from "./images.js";
import { put, remove, type Change, type UserLog } from "../store/memory-log.js";

/** What is read to make everything derived anew. */
export async function sourcesOf(user: UserLog): Promise<Sources> {
  const [messages, extractions, consolidations, observations, wishes] = await Promise.all([
    user.list("message"),
    user.list("extraction"),
    user.list("consolidation"),
    user.list("observation"),
    user.get("core", "wishes") as Promise<{ readonly start?: Personality } | undefined>,
  ]);
  return { messages, extractions, consolidations, observations, start: wishes?.start };
}

/**
 * Writes, in one batch, what the sources without the removed parts amount to, together with further changes. Sessions that were filed
 * and no longer are go back to what is pending. Returns what was removed.
 */
export async function rederive(user: UserLog, before: Sources, after: Sources, further: readonly Change[] = []): Promise<Removals> {
  const now = user.now();
  const derived = derive(after, now);
  const [facts, episodes, procedures] = await Promise.all([user.list("fact"), user.list("episode"), user.list("procedure")]);
  const changes = {
    fact: difference(facts, derived.facts),
    episode: difference(episodes, derived.episodes),
    procedure: difference(procedures, derived.procedures),
  };
  const messages = new Map(after.messages.map((message) => [message.key, message]));
  const filed = new Set(after.consolidations.map(({ session }) => session));
  const unfiled = before.consolidations
    .filter(({ session }) => !filed.has(session))
    .flatMap(({ topics }) => topics.flatMap((topic) => topic.messages));
  const refile = [...new Set(unfiled)].flatMap((key): Change[] => {
    const message = messages.get(key);
    const work = message && pending("consolidate", key, message.at);
    return work ? [put("pending", pendingKey(work), work)] : [];
  });
  const images = await removeImages(user, before, after);
  const gone = new Set<MemoryId>([
    ...Object.values(changes).flatMap((change) => change.gone.map(({ id }) => id)),
    ...before.messages.filter(({ key }) => !messages.has(key)).map(({ id }) => id),
  ]);
  const unpinned = (await user.list("pin")).filter(({ id }) => gone.has(id));
  const kept = new Set(after.extractions.map(({ exchange }) => exchange));
  await user.write([
    ...before.extractions.filter(({ exchange }) => !kept.has(exchange)).map(({ exchange }) => remove("extraction", exchange)),
    ...after.extractions.filter((entry) => !before.extractions.includes(entry)).map((entry) => put("extraction", entry.exchange, entry)),
    ...before.consolidations.filter(({ session }) => !filed.has(session)).map(({ session }) => remove("consolidation", session)),
    ...after.consolidations
      .filter((entry) => !before.consolidations.includes(entry))
      .map((entry) => put("consolidation", entry.session, entry)),
    ...before.observations.filter((entry) => !after.observations.includes(entry)).map(({ message }) => remove("observation", message)),
    ...before.messages.filter(({ key }) => !messages.has(key)).map(({ key }) => remove("message", key)),
    ...changes.fact.changed.map((record) => put("fact", bare(record.id), record)),
    ...changes.fact.gone.map(({ id }) => remove("fact", bare(id))),
    ...changes.episode.changed.map((record) => put("episode", bare(record.id), record)),
    ...changes.episode.gone.map(({ id }) => remove("episode", bare(id))),
    ...changes.procedure.changed.map((record) => put("procedure", record.key, record)),
    ...changes.procedure.gone.map(({ key }) => remove("procedure", key)),
    put("core", "profile", derived.profile),
    put("core", "personality", derived.personality),
    ...unpinned.map(({ id }) => remove("pin", id)),
    ...refile,
    ...images,
    ...further,
  ]);
  return {
    messages: before.messages.length - after.messages.length,
    facts: changes.fact.gone.length,
    episodes: changes.episode.gone.length,
    ids: [...changes.fact.gone, ...changes.episode.gone].map(({ id }) => id),
  };
}

export interface Removals {
  readonly messages: number;
  readonly facts: number;
  readonly episodes: number;
  readonly ids: readonly MemoryId[];
}

const bare = (id: MemoryId): string => parseMemoryId(id)!.key;
