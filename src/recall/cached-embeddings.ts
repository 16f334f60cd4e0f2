import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { digest } from "../domain/text.js";
import { PersonaError } from "../errors.js";

/** Bytes that remembered embeddings may take: some 5,000 of 1,536 dimensions. */
const MAX_BYTES = 32 * 2 ** 20;

export type Vector = Float32Array;

/**
 * Embeddings as recall takes them: each text once (by its hash, in a bounded cache; also while it is being embedded), and checked at the
 * door. Vectors of two lengths, of the wrong number or with what is no number would otherwise become wrong answers.
 */
export class CachedEmbeddings {
  readonly #embeddings: EmbeddingsInterface;
  readonly #name: string;
  readonly #known = new Map<string, Promise<Vector>>();
  readonly #most: number;
  #dimensions: number | undefined;

  /** `name` stands in errors. */
  constructor(embeddings: EmbeddingsInterface, name: string, { maxBytes = MAX_BYTES }: { readonly maxBytes?: number } = {}) {
    this.#embeddings = embeddings;
    this.#name = name;
    this.#most = maxBytes;
  }

  /** Numbers in a vector; undefined before the first. */
  get dimensions(): number | undefined {
    return this.#dimensions;
  }

  /** @throws PersonaError `EMBEDDING_DIMENSION`, `EMBEDDING_INVALID`, and what the model throws. */
  async documents(texts: readonly string[]): Promise<readonly Vector[]> {
    const wanted = new Map(texts.map((text) => [`d${digest(text)}`, text]));
    const fresh = [...wanted].filter(([key]) => !this.#known.has(key));
    const vectors = new Map([...wanted.keys()].map((key) => [key, this.#known.get(key)]));
    if (fresh.length > 0) {
      const asked = this.#embeddings.embedDocuments(fresh.map(([, text]) => text)).then((found) => this.#checked(found, fresh.length));
      fresh.forEach(([key], i) =>
        vectors.set(
          key,
          asked.then((found) => found[i]!),
        ),
      );
    }
    for (const [key, vector] of vectors) this.#remember(key, vector!);
    return Promise.all(texts.map((text) => vectors.get(`d${digest(text)}`)!));
  }

  /** As `documents`; models may read a question differently. */
  query(text: string): Promise<Vector> {
    const key = `q${digest(text)}`;
    const known = this.#known.get(key);
    const vector = known ?? this.#embeddings.embedQuery(text).then((found) => this.#checked([found], 1)[0]!);
    this.#remember(key, vector);
    return vector;
  }

  /** Of what was erased nothing may stay, and whose text a hash is of is not known here. */
  forget(): void {
    this.#known.clear();
  }

  #remember(key: string, vector: Promise<Vector>): void {
    this.#known.delete(key);
    this.#known.set(key, vector);
    // A failure is not remembered: the next use tries again.
    vector.catch(() => this.#known.delete(key));
    const room = Math.max(1, Math.floor(this.#most / ((this.#dimensions ?? 1536) * 4)));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= room) break;
      this.#known.delete(oldest);
    }
  }

  #checked(vectors: readonly (readonly number[])[], wanted: number): Vector[] {
    if (vectors.length !== wanted) throw this.#invalid(`gave ${vectors.length} vectors for ${wanted} texts`);
    if (vectors.some(({ length }) => length === 0)) throw this.#invalid("gave an empty vector");
    const dimensions = (this.#dimensions ??= vectors[0]?.length);
    return vectors.map((vector) => {
      if (vector.length !== dimensions) throw dimensionsDiffer(this.#name, vector.length, dimensions ?? 0);
      const row = Float32Array.from(vector);
      if (!row.every(Number.isFinite)) throw this.#invalid("gave a vector with something in it that is no number");
      return row;
    });
  }

  #invalid(what: string): PersonaError {
    return new PersonaError({
      code: "EMBEDDING_INVALID",
      message: `The embeddings ${this.#name} ${what}.`,
      fix: "Check the server behind them; recall goes on without embeddings.",
    });
  }
}

/** Says both numbers, since one of them names the model that was meant. */
export const dimensionsDiffer = (name: string, given: number, expected: number): PersonaError =>
  new PersonaError({
    code: "EMBEDDING_DIMENSION",
    message: `The embeddings ${name} gave a vector of ${given} dimensions; before they gave ${expected}.`,
    fix: "Another model answers under this name: set `embeddings` to the one that is meant. Vectors of another length are made again.",
  });
