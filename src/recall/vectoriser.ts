import type { CachedEmbeddings } from "./cached-embeddings.js";
import type { Vectoriser } from "./index-port.js";

/** Texts of one call to the model. */
const BATCH = 64;
/** A longer text is embedded by its beginning, a question by its end: models read so many tokens. */
const MAX_CHARACTERS = 6_000;

/** The configured embeddings, for an index that lies elsewhere. */
export const vectoriserOf = (embeddings: CachedEmbeddings, model: string): Vectoriser => ({
  model,
  understands: true,
  async documents(texts) {
    const vectors: number[][] = [];
    // One call after the other: who serves a model is seldom served better by many at once.
    for (let i = 0; i < texts.length; i += BATCH) {
      const batch = texts.slice(i, i + BATCH).map((text) => text.slice(0, MAX_CHARACTERS));
      for (const vector of await embeddings.documents(batch)) vectors.push(Array.from(vector));
    }
    return vectors;
  },
  query: async (text) => Array.from(await embeddings.query(text.slice(-MAX_CHARACTERS))),
  forget: () => embeddings.forget(),
});
