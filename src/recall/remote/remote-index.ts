import { setTimeout as pause } from "node:timers/promises";
import type { MemoryId, MemoryRecord } from "../../domain/record.js";
import { PersonaError } from "../../errors.js";
import type { Analysed } from "../analysed.js";
import { answerFrom } from "../answer.js";
import { hashedTerms } from "../hashed-terms.js";
import {
  textOf,
  type IndexAnswer,
  type IndexContext,
  type IndexFactory,
  type IndexQuery,
  type IndexState,
  type MemoryIndex,
  type Vectoriser,
} from "../index-port.js";
import type { Language } from "../languages.js";
import { readQuestion } from "../query.js";
import { UserIndex } from "../user-index.js";
import { findCandidates, type Found } from "./candidates.js";
import type { Engine, Part, StoredState } from "./engine.js";
import { checkDimensions, Filling } from "./filling.js";
import { Kept } from "./kept.js";

/** More than these on their way, and words over the log serve better than what is half there. */
const TAIL = 200;
/** Users whose state is remembered; the others' is read again from the engine. */
const USERS = 10_000;
/** Memories of all users that are kept here for the next question, about 1 kB each. */
const ROWS = 50_000;
/** A question waits so long for what is being looked through. */
const PATIENCE_MS = 250;

/** Embeddings that never answer must not keep a process from ending. */
const CLOSING_MS = 10_000;

const behind = (message: string): PersonaError =>
  new PersonaError({ code: "INDEX_BEHIND", message, fix: "It catches up by itself; until then recall goes by words over the log." });

interface Held {
  readonly filling: Filling;
  readonly kept: Kept;
  /** In which the user was seen to write. */
  languages: readonly Language[];
}

/** An index in a server, for the `index` option; `open` makes the engine that asks the server. */
export const remoteIndex =
  (open: (vectoriser: Vectoriser) => Engine): IndexFactory =>
  (context) => {
    const vectoriser = context.vectoriser ?? hashedTerms;
    return new RemoteIndex(open(vectoriser), vectoriser, context);
  };

/**
 * Candidates from an engine, by meaning and by words, ranked here as LocalIndex ranks. Many processes may use it at once: records are
 * written under their ids and versions, and how far a user is stands beside them.
 */
class RemoteIndex implements MemoryIndex {
  readonly name: string;
  /** In the order of use, the longest unused first. */
  readonly #users = new Map<string, Held>();
  /** Memories that were read from the engine since those kept were last counted. */
  #read = 0;

  constructor(
    readonly engine: Engine,
    readonly vectoriser: Vectoriser,
    readonly context: Pick<IndexContext, "read" | "weights">,
  ) {
    this.name = engine.name;
  }

  async state(userId: string): Promise<IndexState | undefined> {
    const held = this.#use(userId);
    if (held) return held.filling.state;
    const stored = await (await this.engine.find(userId))?.state();
    return stored && this.#begin(userId, stored, stored).filling.state;
  }

  async put(userId: string, records: readonly MemoryRecord[], state: IndexState): Promise<void> {
    const { filling, kept } = this.#use(userId) ?? this.#begin(userId, state);
    filling.take(records, state);
    // Of what is read again most is kept in this version.
    kept.forget(filling.waiting.keys());
  }

  async remove(userId: string, ids: readonly MemoryId[]): Promise<void> {
    if (ids.length === 0) return;
    this.vectoriser.forget?.();
    const held = this.#use(userId);
    held?.filling.remove(ids);
    held?.kept.forget(ids);
    await this.#everywhere(userId, (part) => part.remove(ids));
  }

  async size(userId: string): Promise<number> {
    const held = this.#users.get(userId);
    return held ? held.filling.count + held.filling.waiting.size : 0;
  }

  /** @throws PersonaError INDEX_BEHIND, INDEX_AWAY, INDEX_REFUSED, INDEX_DIMENSION */
  async search(userId: string, query: IndexQuery): Promise<IndexAnswer> {
    const held = this.#use(userId);
    if (!held) return { candidates: [], total: 0, inWindow: 0 };
    const { filling } = held;
    // What was read again is mostly there already, and that is soon known.
    if (filling.waiting.size > TAIL) await Promise.race([filling.settled(), pause(PATIENCE_MS)]);
    if (filling.waiting.size > TAIL) throw behind(`${filling.waiting.size} memories of this user are not in the index yet.`);
    const { stored } = filling;
    const tail = filling.tail();
    const part = await this.engine.find(userId);
    const text = textOf(query);
    const { understands } = this.vectoriser;
    const count = filling.count + tail.length;
    const vector = part && text.trim() !== "" ? await this.vectoriser.query(text) : undefined;
    if (vector) checkDimensions(this.engine, part!, vector.length, this.vectoriser);
    const question = readQuestion(query.query, query.keywords, held.languages);
    const before = held.kept.size;
    const found =
      part && (await this.#asked(userId, () => findCandidates(part, query, question, { vector, understands, count, kept: held.kept })));
    this.#makeRoom(held.kept.size - before);
    if (stored && !found?.stated) {
      this.#users.delete(userId);
      throw behind("This user's part of the index was emptied, to be filled again.");
    }
    const index = this.#indexOf(held, found, tail, count);
    held.languages = [...new Set([...held.languages, ...index.languages()])].slice(0, 4);
    return answerFrom(index, understands ? (found?.near ?? []) : [], query, this.context.weights);
  }

  /** Also from what was indexed with other models and settings: what is erased is nowhere. */
  async drop(userId: string): Promise<void> {
    await this.#empty(userId);
    await this.#everywhere(userId, (part) => part.clear());
  }

  async clear(userId: string): Promise<void> {
    await this.#empty(userId);
    await (await this.engine.find(userId))?.clear();
  }

  async settled(userId: string): Promise<void> {
    await this.#users.get(userId)?.filling.settled();
  }

  async close(): Promise<void> {
    const all = Promise.all([...this.#users.values()].map(({ filling }) => filling.settled().catch(() => undefined)));
    // What does not get in by then is in the log.
    await Promise.race([all, pause(CLOSING_MS, undefined, { ref: false })]);
    this.#users.clear();
    await this.engine.close();
  }

  #use(userId: string): Held | undefined {
    const held = this.#users.get(userId);
    if (!held) return undefined;
    this.#users.delete(userId);
    const { failure } = held.filling;
    if (failure !== undefined) {
      // Forgotten here: the engine says how far it is, and the log has the rest.
      throw failure as Error;
    }
    this.#users.set(userId, held);
    return held;
  }

  #begin(userId: string, state: IndexState, stored?: StoredState): Held {
    const given = { through: state.through, erasures: state.erasures };
    const filling = new Filling(userId, given, stored, this.engine, this.vectoriser, this.context.read);
    const held: Held = { filling, kept: new Kept((id) => filling.versionOf(id)), languages: [] };
    this.#users.set(userId, held);
    for (const [other, { filling }] of this.#users) {
      if (this.#users.size <= USERS) break;
      if (filling.waiting.size === 0) this.#users.delete(other);
    }
    return held;
  }

  /** What was kept for the longest unused users goes first. Counting is for now and then: there may be many users. */
  #makeRoom(read: number): void {
    this.#read += read;
    if (this.#read < ROWS / 50) return;
    this.#read = 0;
    let rows = 0;
    for (const { kept } of [...this.#users.values()].reverse()) if ((rows += kept.size) > ROWS) kept.clear();
  }

  #indexOf({ kept }: Held, found: Found | undefined, tail: readonly Analysed[], count: number): UserIndex {
    if (found?.whole && tail.length === 0) return kept.indexOf(found.memories);
    const index = new UserIndex({ population: count, ...(found && { common: found.common }) });
    // What was changed a moment ago, and what waits, is known better here.
    for (const memory of [...(found?.memories ?? []), ...tail]) index.place(memory);
    return index;
  }

  /** Before anything is deleted: whoever asks meanwhile, or is cut off here, must not believe in what is half there. */
  async #empty(userId: string): Promise<void> {
    this.vectoriser.forget?.();
    const held = this.#users.get(userId);
    this.#users.delete(userId);
    await held?.filling.stop();
    await (await this.engine.find(userId))?.forgetState();
  }

  /** A part that is gone takes with it what we believe to be in it. */
  async #asked<T>(userId: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (thrown) {
      if (this.engine.isLost(thrown)) this.#users.delete(userId);
      throw thrown;
    }
  }

  /** Also in the layouts that were used before. */
  async #everywhere(userId: string, work: (part: Part) => Promise<void>): Promise<void> {
    try {
      const part = await this.engine.find(userId);
      for (const each of [...(part ? [part] : []), ...(await this.engine.others(userId))]) await work(each);
    } catch (thrown) {
      // Then also who reads the log next must hear of the removal: what we know of the user is no longer so.
      this.#users.delete(userId);
      throw thrown;
    }
  }
}
