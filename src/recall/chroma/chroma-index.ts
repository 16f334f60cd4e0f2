import { setTimeout as pause } from "node:timers/promises";
import type { MemoryId, MemoryRecord } from "../../domain/record.js";
import { PersonaError } from "../../errors.js";
import { userKey } from "../../store/namespace.js";
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
} from "../index-port.js";
import type { Language } from "../languages.js";
import { readQuestion } from "../query.js";
import { UserIndex } from "../user-index.js";
import { isMissing } from "./attempts.js";
import { findCandidates } from "./candidates.js";
import { Collections, type StoredState } from "./collections.js";
import { Filling } from "./filling.js";
import { resolveChroma, type ChromaIndexOptions, type ChromaSettings } from "./options.js";
import { rowId } from "./rows.js";

/** More than these on their way, and words over the log serve better than what is half there. */
const TAIL = 200;
/** Users whose state is remembered; the others' is read again from Chroma. */
const USERS = 10_000;
/** A question waits so long for what is being looked through. */
const PATIENCE_MS = 250;

/** Embeddings that never answer must not keep a process from ending. */
const CLOSING_MS = 10_000;

const behind = (message: string): PersonaError =>
  new PersonaError({ code: "INDEX_BEHIND", message, fix: "It catches up by itself; until then recall goes by words over the log." });

interface Held {
  readonly filling: Filling;
  /** In which the user was seen to write. */
  languages: readonly Language[];
}

/** An index in Chroma, for the `index` option: `createPersonaAgent({ index: chromaIndex({ url: "http://chroma:8000" }) })`. */
export const chromaIndex = (options: ChromaIndexOptions = {}): IndexFactory => {
  const settings = resolveChroma(options);
  return (context) => new ChromaIndex(settings, context);
};

/**
 * Candidates from Chroma, by meaning and by words, ranked here as LocalIndex ranks. Many processes may use it at once: records are
 * written under their ids and versions, and how far a user is stands beside them.
 */
export class ChromaIndex implements MemoryIndex {
  readonly name: string;
  readonly #context: IndexContext;
  readonly #collections: Collections;
  /** In the order of use, the longest unused first. */
  readonly #users = new Map<string, Held>();

  constructor(settings: ChromaSettings, context: IndexContext) {
    this.#context = context;
    this.#collections = new Collections(settings, this.#vectoriser.model);
    this.name = `chroma ${this.#collections.layout}`;
  }

  async state(userId: string): Promise<IndexState | undefined> {
    const held = this.#use(userId);
    if (held) return held.filling.state;
    const stored = await this.#collections.readState(userId);
    return stored && this.#begin(userId, stored, stored).filling.state;
  }

  async put(userId: string, records: readonly MemoryRecord[], state: IndexState): Promise<void> {
    (this.#use(userId) ?? this.#begin(userId, state)).filling.take(records, state);
  }

  async remove(userId: string, ids: readonly MemoryId[]): Promise<void> {
    if (ids.length === 0) return;
    this.#vectoriser.forget?.();
    this.#use(userId)?.filling.remove(ids);
    await this.#delete(userId, { ids: ids.map((id) => rowId(userId, id)) });
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
    const collection = await this.#collections.find(userId);
    const text = textOf(query);
    const vector = collection && text.trim() !== "" ? await this.#vectoriser.query(text) : undefined;
    if (vector) await this.#collections.forVectors(userId, vector.length);
    const question = readQuestion(query.query, query.keywords, held.languages);
    const found =
      collection && (await this.#asked(userId, () => findCandidates(this.#collections, collection, userId, query, question, vector)));
    if (stored && !found?.state) {
      this.#users.delete(userId);
      throw behind("This user's part of the index was emptied, to be filled again.");
    }
    const index = new UserIndex({ population: filling.count + tail.length });
    // What was removed or changed a moment ago, and what waits, is known better here.
    for (const memory of [...(found?.memories.values() ?? []), ...tail]) index.place(memory);
    held.languages = [...new Set([...held.languages, ...index.languages()])].slice(0, 4);
    return answerFrom(index, this.#vectoriser.understands ? (found?.near ?? []) : [], query, this.#context.weights);
  }

  /** Also from what was indexed with other models and settings: what is erased is nowhere. */
  async drop(userId: string): Promise<void> {
    await this.#empty(userId);
    await this.#delete(userId, { where: { user: userKey(userId) } });
  }

  async clear(userId: string): Promise<void> {
    await this.#empty(userId);
    const collection = await this.#collections.find(userId);
    await this.#collections.run("a removal", async () => collection?.delete({ where: { user: userKey(userId) } }));
  }

  async settled(userId: string): Promise<void> {
    await this.#users.get(userId)?.filling.settled();
  }

  async close(): Promise<void> {
    const all = Promise.all([...this.#users.values()].map(({ filling }) => filling.settled().catch(() => undefined)));
    // What does not get in by then is in the log.
    await Promise.race([all, pause(CLOSING_MS, undefined, { ref: false })]);
    this.#users.clear();
  }

  get #vectoriser() {
    return this.#context.vectoriser ?? hashedTerms;
  }

  #use(userId: string): Held | undefined {
    const held = this.#users.get(userId);
    if (!held) return undefined;
    this.#users.delete(userId);
    const { failure } = held.filling;
    if (failure !== undefined) {
      // Forgotten here: Chroma says how far it is, and the log has the rest.
      throw failure as Error;
    }
    this.#users.set(userId, held);
    return held;
  }

  #begin(userId: string, state: IndexState, stored?: StoredState): Held {
    const filling = new Filling(
      userId,
      { through: state.through, erasures: state.erasures },
      stored,
      this.#collections,
      this.#vectoriser,
      this.#context.read,
    );
    const held: Held = { filling, languages: [] };
    this.#users.set(userId, held);
    for (const [other, { filling }] of this.#users) {
      if (this.#users.size <= USERS) break;
      if (filling.waiting.size === 0) this.#users.delete(other);
    }
    return held;
  }

  /** Before anything is deleted: whoever asks meanwhile, or is cut off here, must not believe in what is half there. */
  async #empty(userId: string): Promise<void> {
    this.#vectoriser.forget?.();
    const held = this.#users.get(userId);
    this.#users.delete(userId);
    await held?.filling.stop();
    await this.#collections.forgetState(userId);
  }

  /** A collection that is gone takes with it what we believe to be in it. */
  async #asked<T>(userId: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (thrown) {
      if (isMissing(thrown)) this.#users.delete(userId);
      throw thrown;
    }
  }

  async #delete(userId: string, what: { readonly ids: string[] } | { readonly where: { readonly user: string } }): Promise<void> {
    try {
      const collections = [await this.#collections.find(userId), ...(await this.#collections.others(userId))];
      for (const collection of collections) await this.#collections.run("a removal", async () => collection?.delete(what));
    } catch (thrown) {
      // Then also who reads the log next must hear of the removal: what we know of the user is no longer so.
      this.#users.delete(userId);
      throw thrown;
    }
  }
}
