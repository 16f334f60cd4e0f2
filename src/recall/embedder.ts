import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { MemoryRecord } from "../domain/record.js";
import { quantise, Vectors } from "./vectors.js";
import type { VectorStore } from "./vector-store.js";

const BATCH = 64;
/** A longer text is embedded by its beginning: models read so many tokens. */
const MAX_CHARACTERS = 6_000;

interface UserVectors {
  vectors: Vectors | undefined;
  readonly waiting: Map<string, string>;
  work: Promise<void> | undefined;
}

export interface EmbedderOptions {
  readonly embeddings: EmbeddingsInterface;
  /** Names the model and its version: stored embeddings of another are of no use. */
  readonly model: string;
  readonly store?: VectorStore | undefined;
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

  /** Has nothing of the user, or has had to throw it away: everything is to be followed. */
  lacks(userId: string): boolean {
    const { vectors, waiting } = this.#of(userId);
    return vectors === undefined && waiting.size === 0;
  }

  /** Queues what has no embedding yet. */
  follow(userId: string, records: readonly MemoryRecord[]): void {
    const user = this.#of(userId);
    for (const { id, text } of records) {
      const key = keyOf(id, text);
      if (text.trim() !== "" && !user.vectors?.has(key)) user.waiting.set(key, text.slice(0, MAX_CHARACTERS));
    }
    if (user.waiting.size > 0) user.work ??= this.#run(userId, user).finally(() => (user.work = undefined));
  }

  /** Nearest first; empty when the model does not answer. */
  async nearest(userId: string, query: string, limit: number): Promise<(readonly [string, number])[]> {
    const user = this.#of(userId);
    if (query.trim() === "" || !user.vectors?.size) return [];
    try {
      const vector = quantise(await this.#options.embeddings.embedQuery(query.slice(-MAX_CHARACTERS)));
      if (vector.length !== user.vectors.dimensions) {
        this.#restart(userId, user);
        return [];
      }
      return user.vectors.nearest(vector, limit).map(([key, cosine]) => [idOf(key), cosine]);
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
  }

  async close(): Promise<void> {
    for (const user of this.#users.values()) user.waiting.clear();
    await Promise.all([...this.#users.values()].flatMap(({ work }) => (work ? [work] : [])));
  }

  #of(userId: string): UserVectors {
    const known = this.#users.get(userId);
    if (known) return known;
    const user: UserVectors = { vectors: undefined, waiting: new Map(), work: undefined };
    this.#users.set(userId, user);
    this.#options.store?.drop(userId, this.#options.model);
    for (const [key, row] of this.#options.store?.load(userId, this.#options.model) ?? []) {
      user.vectors ??= new Vectors(row.length);
      if (row.length === user.vectors.dimensions) user.vectors.put(key, row);
    }
    return user;
  }

  async #run(userId: string, user: UserVectors): Promise<void> {
    while (user.waiting.size > 0) {
      const batch = [...user.waiting].slice(0, BATCH);
      try {
        const found = (await this.#options.embeddings.embedDocuments(batch.map(([, text]) => text))).map(quantise);
        if (this.#users.get(userId) !== user) return; // Erased meanwhile.
        const dimensions = found[0]?.length ?? 0;
        if (user.vectors && user.vectors.dimensions !== dimensions) this.#restart(userId, user);
        user.vectors ??= new Vectors(dimensions);
        const rows = batch.map(([key], i) => [key, found[i]!] as const);
        for (const [key, row] of rows) user.vectors.put(key, row);
        this.#options.store?.save(userId, this.#options.model, rows);
        for (const [key] of batch) user.waiting.delete(key);
      } catch (thrown) {
        this.#options.onError(thrown);
        return; // The next recall tries again.
      }
    }
  }

  /** The model gives other dimensions than it did: what was stored is of another model under the same name. */
  #restart(userId: string, user: UserVectors): void {
    user.vectors = undefined;
    this.#options.store?.drop(userId);
  }
}

/** A record whose text changed is embedded again: the key holds both. */
const keyOf = (id: string, text: string): string => `${id} ${text.length.toString(36)}`;
const idOf = (key: string): string => key.slice(0, key.lastIndexOf(" "));
