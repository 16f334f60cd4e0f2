import { randomUUID } from "node:crypto";
import type { BaseStore } from "@langchain/langgraph";
import { mimeOf } from "./domain/image.js";
import type { Pending } from "./domain/pending.js";
import { TRAITS, UNKNOWN_PERSONALITY, type Personality, type TraitScores } from "./domain/personality.js";
import type { Profile } from "./domain/profile.js";
import type { RecallResult } from "./domain/recall.js";
import { parseMemoryId, type MemoryId, type MemoryKind, type MemoryRecord } from "./domain/record.js";
import { PersonaError } from "./errors.js";
import { checkMemory, type Check, type CheckOptions } from "./health.js";
import { memoryGraph } from "./memory-graph.js";
import { recallFor, remember, type MemoryRequest, type Remembered, type RememberedMessage } from "./nodes/remember.js";
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
import { rebuild, type RebuildOptions, type Rebuilt } from "./upkeep/rebuild.js";
import { storageOf, usageOf, type Size, type UsageSums } from "./upkeep/storage.js";

/** A stored image. */
export interface StoredImage {
  readonly bytes: Uint8Array;
  readonly mime: string;
}

export interface RememberOptions {
  /** Zone of times that name none. Default: the timezone setting. */
  readonly timezone?: string;
  readonly thread?: string;
  /** The store of the run, when the store setting is "platform". */
  readonly store?: BaseStore;
}

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
    return remember(this.#services, await this.#memory(store), userId, messages, { timezone, thread });
  }

  /**
   * Searches the user's memory, by words, by an image or both. A plain string is a request with all defaults, asked now.
   * @throws PersonaError whose code begins with IMAGE_, for an image that cannot be read
   */
  async recall(userId: string, request: string | MemoryRequest): Promise<RecallResult> {
    return recallFor(this.#services, await this.#memory(), userId, typeof request === "string" ? { query: request } : request);
  }

  /**
   * A stored image, by the name that messages and facts refer to it with; with `pixels`, a JPEG of at most so many, as a thumbnail.
   * Undefined when there is none.
   */
  async image(userId: string, media: string, { pixels }: { readonly pixels?: number } = {}): Promise<StoredImage | undefined> {
    const { log, images } = await this.#memory();
    const bytes = await images.read(log.of(userId), media, pixels);
    return bytes && { bytes, mime: pixels === undefined ? mimeOf(media) : "image/jpeg" };
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
    // When a message was recorded is its place; when another memory was derived from one is chance, and differs after a rebuild.
    const place = ({ recordedAt }: MemoryRecord): number => (kind === "message" ? recordedAt : 0);
    return records.sort((a, b) => a.at - b.at || place(a) - place(b) || (a.id < b.id ? -1 : 1));
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
    const { recall, images } = await this.#memory();
    images.forget(userId);
    await recall.erased(userId);
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
    const { recall, log, images } = await this.#memory();
    const erased = await this.#exclusive(userId, (user) => (selection ? eraseSome(user, selection) : eraseAll(user, randomUUID())));
    images.forget(userId);
    await (selection ? recall.erased(userId) : recall.drop(userId));
    if (log.store instanceof SqliteStore) log.store.scrub();
    return erased;
  }

  /**
   * Makes the index of these users, or of all, anew from the log, while it goes on serving: recall goes by words where the index is empty.
   * A rebuild of all that was cut off goes on where it was. Nothing else is needed after another index or embedding model was set; an
   * index also fills by itself, a user at a time, when they are asked for. @throws PersonaError when the index cannot be reached
   */
  async rebuild(userIds?: readonly string[], options: RebuildOptions = {}): Promise<Rebuilt> {
    const { log, recall } = await this.#memory();
    return rebuild(log, recall, userIds, options);
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
    const { recall, images } = await this.#memory();
    await images.settled();
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
