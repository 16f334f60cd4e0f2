import { inExchangeOrder, isCorrection, type Extraction, type FactChange } from "../domain/extraction.js";
import { factIdOf } from "../domain/fact.js";
import { pendingKey } from "../domain/pending.js";
import type { Sources } from "../domain/rebuild.js";
import { memoryId, type MemoryId } from "../domain/record.js";
import { COLLECTIONS } from "../store/namespace.js";
import { put, remove, type UserLog } from "../store/memory-log.js";
import { rederive, sourcesOf, type Removals } from "./rederive.js";

/** What to erase: single messages or facts by id, or everything said before a time (epoch ms). Without any of them, everything. */
export interface EraseSelection {
  readonly messages?: readonly string[];
  readonly facts?: readonly MemoryId[];
  readonly before?: number;
}

export type Erased = Omit<Removals, "ids">;

/** Everything of a user. A token without content stays: it tells the indexes of other processes. */
export async function eraseAll(user: UserLog, token: string): Promise<Erased> {
  const [messages, facts, episodes] = await Promise.all([user.keys("message"), user.keys("fact"), user.keys("episode")]);
  const collections = COLLECTIONS.filter((collection) => collection !== "meta" && collection !== "removed");
  const changes = await Promise.all(
    collections.map(async (collection) => (await user.keys(collection)).map((key) => remove(collection, key))),
  );
  await user.media.drop();
  await user.write([...changes.flat(), remove("meta", "user"), put("meta", "erasures", { token })]);
  // The traces of single removals say no more than the token does.
  await user.write((await user.keys("removed")).map((key) => remove("removed", key)));
  return { messages: messages.length, facts: facts.length, episodes: episodes.length };
}

/**
 * Some messages or facts, and whatever rests on them: their proposals, observations and citations go; facts, profile, habits and
 * personality are folded again from what stays; sessions that lose a message are filed again at the next update.
 */
export async function eraseSome(user: UserLog, { messages = [], facts = [], before }: EraseSelection): Promise<Erased> {
  const sources = await sourcesOf(user);
  const goneMessages = new Set([
    ...messages,
    ...sources.messages.filter(({ at }) => before !== undefined && at < before).map(({ key }) => key),
  ]);
  const goneFacts = new Set<string>(facts);
  const after = without(sources, goneMessages, goneFacts);
  const [citations, open] = await Promise.all([user.list("citation"), user.list("pending")]);
  const known = new Set(sources.messages.map(({ key }) => key));
  const ids = new Set<string>([...goneFacts, ...[...goneMessages].map((key) => memoryId("message", key))]);
  const { ids: _derived, ...erased } = await rederive(user, sources, after, [
    ...open.filter(({ key }) => goneMessages.has(key) && known.has(key)).map((work) => remove("pending", pendingKey(work))),
    ...citations
      .filter(({ memory, exchange }) => goneMessages.has(exchange) || ids.has(memory))
      .map(({ memory, exchange }) => remove("citation", `${exchange} ${memory}`)),
  ]);
  return erased;
}

function without(sources: Sources, messages: ReadonlySet<string>, facts: ReadonlySet<string>): Sources {
  return {
    ...sources,
    messages: sources.messages.filter(({ key }) => !messages.has(key)),
    observations: sources.observations.filter(({ message }) => !messages.has(message)),
    consolidations: sources.consolidations.filter(({ topics }) => !topics.some((topic) => topic.messages.some((key) => messages.has(key)))),
    extractions: withoutChanges(sources.extractions, messages, facts),
  };
}

/** A fact that is erased stays the end of what it had replaced; a correction goes with the fact that it corrects. */
function withoutChanges(extractions: readonly Extraction[], messages: ReadonlySet<string>, facts: ReadonlySet<string>): Extraction[] {
  const lost = new Set<string>();
  return [...extractions].sort(inExchangeOrder).flatMap((entry) => {
    const changes = entry.changes.flatMap((change): FactChange[] => {
      const corrects = isCorrection(entry) && change.target !== undefined && lost.has(change.target);
      if (messages.has(change.source) || corrects) {
        lost.add(factIdOf(change));
        return [];
      }
      if (!facts.has(factIdOf(change))) return [change];
      return change.target ? [{ ...change, op: "DELETE", text: "", keywords: [] }] : [];
    });
    if (messages.has(entry.exchange) || (isCorrection(entry) && changes.length === 0)) return [];
    const same = changes.length === entry.changes.length && changes.every((change, i) => change === entry.changes[i]);
    return [same ? entry : { ...entry, changes, edited: true }];
  });
}
