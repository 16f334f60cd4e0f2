import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { resolveEmbeddings } from "../../src/models/resolve.js";

const DIMENSIONS = 384;

/** No model: words, hashed into 384 numbers. For systems that cannot do without vectors, where no embeddings are given. */
export const hashedEmbeddings: EmbeddingsInterface = {
  embedQuery: async (text) => hashed(text),
  embedDocuments: async (texts) => texts.map(hashed),
};

function hashed(text: string): number[] {
  const vector = Array<number>(DIMENSIONS).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let hash = 2166136261;
    for (const mark of word) hash = Math.imul(hash ^ mark.codePointAt(0)!, 16777619);
    vector[(hash >>> 0) % DIMENSIONS]! += 1;
  }
  const length = Math.hypot(...vector);
  // A text without a word still needs a direction.
  if (length === 0) vector[0] = 1;
  return vector.map((value) => value / (length || 1));
}

export const embeddingsOr = async (
  given: string | EmbeddingsInterface | undefined,
  baseUrl: string | undefined,
): Promise<EmbeddingsInterface> => (typeof given === "string" ? resolveEmbeddings(given, { baseUrl }) : (given ?? hashedEmbeddings));
