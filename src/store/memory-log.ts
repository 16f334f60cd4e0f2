import type { BaseStore, Operation } from "@langchain/langgraph";
import type { Consolidation } from "../domain/consolidation.js";
import type { EpisodeRecord } from "../domain/episode.js";
import type { Extraction } from "../domain/extraction.js";
import type { FactRecord } from "../domain/fact.js";
import type { MediaStore } from "../domain/image-ports.js";
import type { ImageRecord } from "../domain/image.js";
import type { MessageRecord } from "../domain/message.js";
import type { Pending } from "../domain/pending.js";
import type { Observation } from "../domain/personality.js";
import type { ProcedureRecord } from "../domain/procedure.js";
import { isMemoryKind, memoryId, type MemoryId } from "../domain/record.js";
import { systemClock, type Clock } from "../domain/time.js";
import { LogMediaStore } from "./log-media-store.js";
import { UserMedia } from "./media-store.js";
import { isUserNamespace, namespaceOf, ROOT, sameNamespace, type Collection } from "./namespace.js";

/** A memory that an answer cited: append-only, so that strength is a count and never a counter. */
export interface Citation {
  readonly memory: MemoryId;
  /** Key of the user's message that was answered. */
  readonly exchange: string;
  readonly at: number;
  /** When it was written; indexes follow it. */
  readonly recordedAt?: number;
}

/** The user wants a memory kept in mind in every answer. Holds the id alone: what is shown is the memory as it is then. */
export interface Pin {
  readonly id: MemoryId;
  readonly at: number;
}

/** That a memory is gone: indexes that follow the log learn it from here. Holds the id and no content. */
export interface Removed {
  readonly id: MemoryId;
  readonly recordedAt: number;
}

/** What one model call cost: append-only, so that a sum is never a counter. */
export interface Usage {
  readonly stage: "respond" | "extract" | "consolidate";
  readonly input: number;
  readonly output: number;
  readonly at: number;
}

/** What each collection of a user holds. */
export interface Stored {
  message: MessageRecord;
  fact: FactRecord;
  episode: EpisodeRecord;
  procedure: ProcedureRecord;
  /** Small documents under a fixed key: "personality", "profile", "settings". */
  core: object;
  observation: Observation;
  extraction: Extraction;
  consolidation: Consolidation;
  pending: Pending;
  citation: Citation;
  pin: Pin;
  removed: Removed;
  usage: Usage;
  /** Stored images, one a message that holds it; the bytes lie in the media store. */
  media: ImageRecord;
  /** Bookkeeping: "user" holds the id behind the namespace, "erasures" a counter that outlives an erase. */
  meta: object;
}

/** One write of a batch; a value of null removes. */
export type Change = { [C in Collection]: { collection: C; key: string; value: Stored[C] | null } }[Collection];

export const put = <C extends Collection>(collection: C, key: string, value: Stored[C]): Change => ({ collection, key, value }) as Change;
export const remove = (collection: Collection, key: string): Change => ({ collection, key, value: null });

/** A filter on top-level fields, as LangGraph's stores understand it: equality, or $gt, $gte, $lt, $lte, $ne, $in. */
export type Filter = Readonly<Record<string, unknown>>;

/** One statement sees one state of the store, where pages could skip what moves between them. */
const ALL = 10_000_000;

/** The records of one user over any LangGraph store. Nothing of another user comes back, whatever the store returns. */
export class UserLog {
  readonly #store: BaseStore;
  readonly #clock: Clock;
  readonly userId: string;
  /** The bytes of the user's images. */
  readonly media: UserMedia;

  constructor(store: BaseStore, userId: string, clock: Clock, media: MediaStore) {
    namespaceOf(userId, "meta"); // a missing id is refused here, before anything is read
    this.#store = store;
    this.#clock = clock;
    this.userId = userId;
    this.media = new UserMedia(media, userId);
  }

  /** The present, as records are stamped with it. */
  now(): number {
    return this.#clock.now();
  }

  async get<C extends Collection>(collection: C, key: string): Promise<Stored[C] | undefined> {
    return (await this.getMany(collection, [key]))[0];
  }

  /** All records of a collection under their keys. */
  async entries<C extends Collection>(collection: C, filter?: Filter, limit = ALL): Promise<[key: string, value: Stored[C]][]> {
    const namespace = namespaceOf(this.userId, collection);
    const items = await this.#store.search(namespace, { limit, ...(filter && { filter: { ...filter } }) });
    return items.filter((item) => sameNamespace(item.namespace, namespace)).map(({ key, value }) => [key, value as Stored[C]]);
  }

  /** Whether a collection holds at least so many records. */
  async holds(collection: Collection, count: number): Promise<boolean> {
    const namespace = namespaceOf(this.userId, collection);
    return (await this.#store.search(namespace, { limit: 1, offset: count - 1 })).some((item) => sameNamespace(item.namespace, namespace));
  }

  async keys(collection: Collection): Promise<string[]> {
    return (await this.entries(collection)).map(([key]) => key);
  }

  /** In the order of `keys`; undefined where there is none. */
  async getMany<C extends Collection>(collection: C, keys: readonly string[]): Promise<(Stored[C] | undefined)[]> {
    if (keys.length === 0) return [];
    const namespace = namespaceOf(this.userId, collection);
    const items = await this.#store.batch(keys.map((key) => ({ namespace, key })));
    return items.map((item) => item?.value as Stored[C] | undefined);
  }

  /** All records that fit, in no promised order. A `limit` says that any so many will do. */
  async list<C extends Collection>(collection: C, filter?: Filter, limit = ALL): Promise<Stored[C][]> {
    return (await this.entries(collection, filter, limit)).map(([, value]) => value);
  }

  /** One batch: a store with transactions writes all of it or nothing. What an index may hold is not removed without a trace. */
  async write(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    const recordedAt = this.now();
    const traces = changes.flatMap(({ collection, key, value }): Change[] =>
      value === null && isMemoryKind(collection)
        ? [put("removed", `${collection}:${key}`, { id: memoryId(collection, key), recordedAt })]
        : [],
    );
    const operations: Operation[] = [...changes, ...traces].map(({ collection, key, value }) => ({
      namespace: namespaceOf(this.userId, collection),
      key,
      value: value as Record<string, unknown> | null,
    }));
    await this.#store.batch(operations);
  }
}

/** The log of every user's messages, and what was derived from them, over one store. */
export class MemoryLog {
  readonly store: BaseStore;
  readonly #clock: Clock;
  readonly #media: MediaStore;

  constructor(store: BaseStore, clock: Clock = systemClock, media: MediaStore = new LogMediaStore(rawStore(store))) {
    this.store = rawStore(store);
    this.#clock = clock;
    this.#media = media;
  }

  of(userId: string): UserLog {
    return new UserLog(this.store, userId, this.#clock, this.#media);
  }

  /** The ids of all users that have a record in a collection. */
  async users(collection: Collection = "message"): Promise<string[]> {
    const namespaces = await this.store.listNamespaces({ prefix: [ROOT], suffix: [collection], limit: ALL });
    const metas = await Promise.all(namespaces.filter(isUserNamespace).map(([root, key]) => this.store.get([root!, key!, "meta"], "user")));
    return metas.flatMap((item) => (item ? [(item.value as { userId: string }).userId] : []));
  }
}

/** The store behind LangGraph's batching wrapper, which drops options and hangs once the run has ended. */
export function rawStore(store: BaseStore): BaseStore {
  const wrapped = store as BaseStore & { lg_name?: string; store?: BaseStore };
  return wrapped.lg_name === "AsyncBatchedStore" && wrapped.store ? wrapped.store : store;
}
