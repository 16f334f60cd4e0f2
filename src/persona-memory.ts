import { randomUUID } from "node:crypto";
import { isBaseMessage, type BaseMessage } from "@langchain/core/messages";
import type { BaseStore } from "@langchain/langgraph";
import { takeIn, type IncomingMessage } from "./domain/message.js";
import type { Pending } from "./domain/pending.js";
import { TRAITS, UNKNOWN_PERSONALITY, type Personality, type TraitScores } from "./domain/personality.js";
import type { Profile } from "./domain/profile.js";
import type { RecallRequest, RecallResult } from "./domain/recall.js";
import { rulesOf } from "./domain/secrets.js";
import { parseMemoryId, type MemoryId, type MemoryKind, type MemoryRecord } from "./domain/record.js";
import { PersonaError } from "./errors.js";
import { checkMemory, type Check, type CheckOptions } from "./health.js";
import { memoryGraph } from "./memory-graph.js";
import { append, isFull, notesOf } from "./nodes/append.js";
import { incoming } from "./nodes/langchain-message.js";
import { loadCore } from "./nodes/load-persona.js";
import type { Memory, Services } from "./nodes/services.js";
import { applyWishes, evolutionOf, type Evolution, type Wishes } from "./nodes/update-personality.js";
import type { PersonaOptions } from "./options.js";
import { createServices } from "./services.js";
import type { Stored, UserLog } from "./store/memory-log.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { Updates, type FlushOptions } from "./updates.js";
import { exportLines, importLines } from "./upkeep/archive.js";
import { editProfile, type ProfileEdit } from "./upkeep/edit-profile.js";
import { deleteMemory, editMemory, historyOf, type MemoryEdit } from "./upkeep/edit.js";
import { eraseAll, eraseSome, type Erased, type EraseSelection } from "./upkeep/erase.js";
import { pinMemory, pinnedMemories, unpinMemory } from "./upkeep/pin.js";
import { storageOf, usageOf, type Size, type UsageSums } from "./upkeep/storage.js";

/** A LangChain message, or a plain one: `{ role: "user", text: "…", at: "2026-05-12T18:05" }`. */
export type RememberedMessage = BaseMessage | IncomingMessage;

export interface Remembered {
  /** Keys of the messages, in the order given; what was known already keeps its key and is not stored again. */
  readonly keys: readonly string[];
  /** How many of them were new. */
  readonly added: number;
  readonly warnings: readonly string[];
}

export interface RememberOptions {
  /** Zone of times that name none. Default: the timezone setting. */
  readonly timezone?: string;
  readonly thread?: string;
  /** The store of the run, when the store setting is "platform". */
  readonly store?: BaseStore;
}

/** Messages are appended in batches of this size, so that no transaction grows with the import. */
const BATCH = 500;

/**
 * The same memory outside a graph: put messages in, search, read what is known.
 *
 * @example
 * const memory = new PersonaMemory({ store: "memory.db" });
 * await memory.remember("ada", [{ role: "user", text: "My sister Mia is a nurse." }]);
 * const { hits } = await memory.recall("ada", "What does my sister do?");
 */
export class PersonaMemory {
  readonly #services: Services;
  readonly #updates: Updates;

  constructor(options: PersonaOptions = {}) {
    this.#services = createServices(options);
    this.#updates = new Updates(this.#services, memoryGraph(this.#services));
  }

  /**
   * Appends messages to the log. They can be searched at once; facts, episodes and the profile follow with `flush` or the next
   * update. The same message twice is one message. @throws PersonaError USER_ID_MISSING
   */
  async remember(
    userId: string,
    messages: readonly RememberedMessage[],
    { timezone, thread, store }: RememberOptions = {},
  ): Promise<Remembered> {
    const { log, locks } = await this.#memory(store);
    const user = log.of(userId);
    const { clock, secrets, limits, timezone: zone } = this.#services.settings;
    const intake = takeIn(
      messages.map((message) => ({ ...(isBaseMessage(message) ? incoming(message) : message), ...(thread !== undefined && { thread }) })),
      { now: clock.now(), timezone: timezone ?? zone, rules: rulesOf(secrets), maxBytes: limits.messageBytes },
    );
    const { records } = intake;
    let added = 0;
    let full = false;
    for (let i = 0; i < records.length && !(full = await isFull(user, limits)); i += BATCH)
      added += (await locks.briefly(userId, () => append(user, records.slice(i, i + BATCH)))).length;
    return { keys: records.map(({ key }) => key), added, warnings: [...intake.warnings, ...Object.values(notesOf(intake, limits, full))] };
  }

  /** Searches the user's memory. A plain string is a request with all defaults, asked now. */
  async recall(userId: string, request: string | (Omit<RecallRequest, "now"> & { readonly now?: number })): Promise<RecallResult> {
    const { recall } = await this.#memory();
    const { clock, timezone, locale } = this.#services.settings;
    const asked = typeof request === "string" ? { query: request } : request;
    return recall.recall(userId, { now: clock.now(), timezone, ...(locale !== undefined && { locale }), ...asked });
  }

  /** Who the user is: identity and lasting preferences. */
  async profile(userId: string): Promise<Profile> {
    return (await loadCore(await this.#user(userId), true)).profile;
  }

  /** The Big Five scores, from 1 to 5; 3 is unknown or average. */
  async personality(userId: string): Promise<Personality> {
    return (await loadCore(await this.#user(userId), this.#services.settings.personality)).personality;
  }

  /** The user says what they are like. Later messages move the scores on from there, slowly. @throws PersonaError SCORES */
  async setPersonality(userId: string, scores: Partial<TraitScores>): Promise<Personality> {
    const wrong = Object.entries(scores).find(([trait, score]) => !TRAITS.includes(trait as never) || !(score >= 1 && score <= 5));
    if (wrong) {
      throw new PersonaError({
        code: "SCORES",
        message: `${wrong[0]}: ${String(wrong[1])} is no score.`,
        fix: `Give numbers from 1 to 5 for any of ${TRAITS.join(", ")}.`,
      });
    }
    const before = await this.personality(userId);
    // What a person says of themselves weighs as much as a long acquaintance: new observations count 0.1 each (PEM, t >= 50).
    return this.#wish(userId, {
      personality: true,
      start: { scores: { ...before.scores, ...scores }, turns: 50, at: this.#services.settings.clock.now() },
    });
  }

  /** Forgets what was inferred; observations count from now on. */
  resetPersonality(userId: string): Promise<Personality> {
    return this.#wish(userId, { personality: true, start: { ...UNKNOWN_PERSONALITY, at: this.#services.settings.clock.now() } });
  }

  /** Switches inference and alignment off, or on again, for this user. */
  async usePersonality(userId: string, on: boolean): Promise<void> {
    await this.#wish(userId, { personality: on });
  }

  /** How the personality came about: every observation in order, with the scores after it, from where the user set or reset them. */
  async evolution(userId: string): Promise<Evolution> {
    return evolutionOf(await this.#user(userId), this.#services.settings.personality);
  }

  /** Corrects or removes (null) entries of the profile in the user's name. @throws PersonaError PROFILE_UNKNOWN, EDIT_EMPTY */
  updateProfile(userId: string, edit: ProfileEdit): Promise<Profile> {
    return this.#exclusive(userId, (user) => editProfile(user, edit));
  }

  /** All records of a kind, oldest first; facts and episodes with those that are closed. */
  async list<K extends MemoryKind>(userId: string, kind: K): Promise<Stored[K][]> {
    const records = await (await this.#user(userId)).list(kind);
    return records.sort((a, b) => a.at - b.at || a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1));
  }

  async get(userId: string, id: MemoryId): Promise<MemoryRecord | undefined> {
    const parsed = parseMemoryId(id);
    return parsed && (await this.#user(userId)).get(parsed.kind, parsed.key);
  }

  /** A fact with what it replaced and what replaced it, oldest first. @throws PersonaError MEMORY_UNKNOWN */
  async history(userId: string, id: MemoryId): Promise<MemoryRecord[]> {
    return historyOf(await this.#user(userId), id);
  }

  /** Corrects a fact, an episode or a habit in the user's name. Messages stay as they were said. @throws PersonaError MEMORY_UNKNOWN, EDIT_MESSAGE, EDIT_EMPTY */
  update(userId: string, id: MemoryId, edit: MemoryEdit): Promise<MemoryRecord> {
    return this.#exclusive(userId, (user) => editMemory(user, id, edit));
  }

  /** Removes one memory for good, and what rests on it. @throws PersonaError MEMORY_UNKNOWN */
  async delete(userId: string, id: MemoryId): Promise<void> {
    await this.#exclusive(userId, (user) => deleteMemory(user, id));
    await (await this.#memory()).recall.erased(userId);
  }

  /** Keeps a memory in mind in every answer, whether or not it fits the question. @throws PersonaError MEMORY_UNKNOWN */
  async pin(userId: string, id: MemoryId): Promise<void> {
    await pinMemory(await this.#user(userId), id);
  }

  /** Takes the pin away. @throws PersonaError MEMORY_UNKNOWN */
  async unpin(userId: string, id: MemoryId): Promise<void> {
    await unpinMemory(await this.#user(userId), id);
  }

  /** What is pinned, in that order; of a pinned fact that changed, the one that holds now. */
  async pins(userId: string): Promise<MemoryRecord[]> {
    return pinnedMemories(await this.#user(userId));
  }

  /** Everything that is kept of a user, as JSON lines. */
  async *export(userId: string): AsyncGenerator<string> {
    yield* exportLines(await this.#user(userId));
  }

  /** Takes in what `export` wrote, here or elsewhere. Returns the number of records. @throws PersonaError ARCHIVE */
  import(userId: string, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
    return this.#exclusive(userId, (user) => importLines(user, lines));
  }

  /**
   * Forgets for good: everything of a user, or some messages or facts and whatever rests on them. Where the store can (SqliteStore),
   * the bytes leave its files too.
   */
  async erase(userId: string, selection?: EraseSelection): Promise<Erased> {
    const { recall, log } = await this.#memory();
    const erased = await this.#exclusive(userId, (user) => (selection ? eraseSome(user, selection) : eraseAll(user, randomUUID())));
    await (selection ? recall.erased(userId) : recall.drop(userId));
    if (log.store instanceof SqliteStore) log.store.scrub();
    return erased;
  }

  /** Tokens that model calls for this user took, by stage, since a time (epoch ms; default: ever). */
  async usage(userId: string, since = 0): Promise<UsageSums> {
    return usageOf(await this.#user(userId), since);
  }

  /** Records and bytes of their JSON in each collection of the user's log, without indexes. */
  async storage(userId: string): Promise<Readonly<Record<string, Size>>> {
    return storageOf(await this.#user(userId));
  }

  /**
   * Does what is pending now: derives facts and personality, files ended sessions, and makes all of it searchable, by meaning too.
   * Returns what is still pending.
   */
  async flush(userId: string, options: FlushOptions = {}): Promise<readonly Pending[]> {
    const { timezone, locale } = this.#services.settings;
    const pending = await this.#updates.flush({ userId, timezone, ...(locale !== undefined && { locale }) }, undefined, options);
    const { recall } = await this.#memory();
    await recall.ready(userId);
    return pending;
  }

  /** What still has to be derived, in no promised order; at most `limit` of it. */
  async pending(userId: string, limit?: number): Promise<readonly Pending[]> {
    return (await this.#user(userId)).list("pending", undefined, limit);
  }

  /** The ids of all users of whom something is kept. */
  async users(): Promise<string[]> {
    return (await this.#memory()).log.users();
  }

  /** Whether store, models, embeddings and search work, and what to do about it where not. Calls no model unless `online`. */
  check(options: CheckOptions = {}): Promise<Check[]> {
    return checkMemory(this.#services, options);
  }

  /** Waits for running updates and lets go of what is open. */
  async close(): Promise<void> {
    await this.#updates.close();
    const { recall } = await this.#memory();
    await recall.close();
  }

  async #wish(userId: string, wishes: Wishes): Promise<Personality> {
    const user = await this.#user(userId);
    const before = (await user.get("core", "wishes")) as Wishes | undefined;
    return applyWishes(user, { ...before, ...wishes });
  }

  /** Changes by hand and updates of the same user take turns. */
  async #exclusive<T>(userId: string, work: (user: UserLog) => Promise<T>): Promise<T> {
    const { log, locks } = await this.#memory();
    const user = log.of(userId);
    const lease = await locks.hold(userId, "");
    try {
      return await work(user);
    } finally {
      locks.release(userId, lease);
    }
  }

  async #user(userId: string): Promise<UserLog> {
    return (await this.#memory()).log.of(userId);
  }

  #memory(store?: BaseStore): Promise<Memory> {
    return this.#services.memory(store);
  }
}
