import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { digest } from "../domain/text.js";
import { dimensionsDiffer, type CachedEmbeddings } from "./cached-embeddings.js";
import { quantise, Vectors } from "./vectors.js";
import type { VectorStore } from "./vector-store.js";

const BATCH = 64;
/** A longer text is embedded by its beginning: models read so many tokens. */
const MAX_CHARACTERS = 6_000;

interface UserVectors {
  vectors: Vectors | undefined;
  /** Of which text each embedding is. */
  readonly digests: Map<string, string>;
  readonly waiting: Map<MemoryId, string>;
  work: Promise<void> | undefined;
}

export interface EmbedderOptions {
  readonly embeddings: CachedEmbeddings;
  /** Names the model and its version: stored embeddings of another are of no use. */
  readonly model: string;
  readonly store?: VectorStore | undefined;
  /** Which of these memories the log still holds: a model takes its time, and what was erased meanwhile is not stored. */
  readonly existing?: ((userId: string, ids: readonly MemoryId[]) => Promise<ReadonlySet<MemoryId>>) | undefined;
  /** Told when embedding fails; search goes on by words. */
  readonly onError: (thrown: unknown) => void;
}

/** Embeds memories in the background, off everybody's path, and finds the nearest among those it has. */
export class Embedder {
  readonly #options: EmbedderOptions;
  readonly #users = new Map<string, UserVectors>();

  constructor(options: EmbedderOptions) {
    this.#options = options;
  }

  get model(): string {
    return this.#options.model;
  }

  /** Has nothing of the user, or has had to throw it away. */
  lacks(userId: string): boolean {
    const { vectors, waiting } = this.#of(userId);
    return vectors === undefined && waiting.size === 0;
  }

  /** Of these, what has no embedding and waits for none. */
  missing(userId: string, ids: readonly MemoryId[]): MemoryId[] {
    const { vectors, waiting } = this.#of(userId);
    return ids.filter((id) => !vectors?.has(id) && !waiting.has(id));
  }

  /** Queues what has no embedding yet, or one of another text. */
  follow(userId: string, records: readonly MemoryRecord[]): void {
    const user = this.#of(userId);
    for (const record of records) {
      const text = record.text.slice(0, MAX_CHARACTERS);
      if (text.trim() !== "" && !(user.vectors?.has(record.id) && user.digests.get(record.id) === digest(text)))
        user.waiting.set(record.id, text);
    }
    if (user.waiting.size > 0) user.work ??= this.#run(userId, user).finally(() => (user.work = undefined));
  }

  remove(userId: string, ids: readonly MemoryId[]): void {
    if (ids.length === 0) return;
    const user = this.#users.get(userId);
    for (const id of ids) {
      user?.waiting.delete(id);
      user?.vectors?.remove(id);
      user?.digests.delete(id);
    }
    this.#options.store?.remove(userId, ids);
    this.#options.embeddings.forget();
  }

  /** Nearest first; empty when the model does not answer. */
  async nearest(userId: string, query: string, limit: number): Promise<(readonly [MemoryId, number])[]> {
    const user = this.#of(userId);
    if (query.trim() === "" || !user.vectors?.size) return [];
    try {
      const vector = quantise(await this.#options.embeddings.query(query.slice(-MAX_CHARACTERS)));
      if (vector.length !== user.vectors.dimensions) {
        this.#restart(userId, user, vector.length);
        return [];
      }
      return user.vectors.nearest(vector, limit) as [MemoryId, number][];
    } catch (thrown) {
      this.#options.onError(thrown);
      return [];
    }
  }

  bytes(userId: string): number {
    return this.#users.get(userId)?.vectors?.bytes ?? 0;
  }

  /** Resolves when nothing of the user waits to be embedded. */
  async settled(userId: string): Promise<void> {
    for (let work = this.#users.get(userId)?.work; work; work = this.#users.get(userId)?.work) await work;
  }

  /** Out of memory only; what is stored stays. */
  release(userId: string): void {
    this.#users.delete(userId);
  }

  drop(userId: string): void {
    this.#users.get(userId)?.waiting.clear();
    this.release(userId);
    this.#options.store?.drop(userId);
    this.#options.embeddings.forget();
  }

  async close(): Promise<void> {
    for (const user of this.#users.values()) user.waiting.clear();
    await Promise.all([...this.#users.values()].flatMap(({ work }) => (work ? [work] : [])));
  }

  #of(userId: string): UserVectors {
    const known = this.#users.get(userId);
    if (known) return known;
    const user: UserVectors = { vectors: undefined, digests: new Map(), waiting: new Map(), work: undefined };
    this.#users.set(userId, user);
    this.#options.store?.drop(userId, this.#options.model);
    for (const [key, row] of this.#options.store?.load(userId, this.#options.model) ?? []) {
      user.vectors ??= new Vectors(row.length);
      if (row.length !== user.vectors.dimensions) continue;
      user.vectors.put(idOf(key), row);
      user.digests.set(idOf(key), key.slice(idOf(key).length + 1));
    }
    return user;
  }

  async #run(userId: string, user: UserVectors): Promise<void> {
    while (user.waiting.size > 0) {
      const batch = [...user.waiting].slice(0, BATCH);
      try {
        const found = (await this.#options.embeddings.documents(batch.map(([, text]) => text))).map(quantise);
        if (this.#users.get(userId) !== user) return; // Erased meanwhile.
        const dimensions = found[0]?.length ?? 0;
        if (user.vectors && user.vectors.dimensions !== dimensions) this.#restart(userId, user, dimensions);
        user.vectors ??= new Vectors(dimensions);
        const ids = batch.map(([id]) => id);
        const existing = (await this.#options.existing?.(userId, ids)) ?? new Set(ids);
        const rows = batch.flatMap(([id, text], i) =>
          existing.has(id) && user.waiting.get(id) === text ? [[id, digest(text), found[i]!] as const] : [],
        );
        const changed = ids.filter((id) => user.digests.has(id));
        for (const [id, of, row] of rows) {
          user.vectors.put(id, row);
          user.digests.set(id, of);
        }
        if (changed.length > 0) this.#options.store?.remove(userId, changed);
        this.#options.store?.save(
          userId,
          this.#options.model,
          rows.map(([id, of, row]) => [`${id} ${of}`, row] as const),
        );
        for (const [id, text] of batch) if (user.waiting.get(id) === text) user.waiting.delete(id);
      } catch (thrown) {
        this.#options.onError(thrown);
        return; // The next recall tries again.
      }
    }
  }

  /** The model gives other dimensions than it did: what was stored is of another model under the same name. */
  #restart(userId: string, user: UserVectors, dimensions: number): void {
    this.#options.onError(dimensionsDiffer(this.#options.model, dimensions, user.vectors?.dimensions ?? 0));
    user.vectors = undefined;
    this.#options.store?.drop(userId);
  }
}

const idOf = (key: string): MemoryId => key.slice(0, key.lastIndexOf(" ")) as MemoryId;
