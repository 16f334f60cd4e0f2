import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { stems } from "./stems.js";
import { resolveEmbeddings } from "../../src/models/resolve.js";

const DIMENSIONS = 1024;

/**
 * No model: stems, hashed with a sign into 1,024 numbers (feature hashing, Weinberger et al. 2009). For systems that cannot do without
 * vectors, where no embeddings are given.
 */
export const hashedEmbeddings: EmbeddingsInterface = {
  embedQuery: async (text) => hashed(text),
  embedDocuments: async (texts) => texts.map(hashed),
};

function hashed(text: string): number[] {
  const counts = new Map<string, number>();
  for (const stem of stems(text)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const vector = Array<number>(DIMENSIONS).fill(0);
  for (const [stem, count] of counts) {
    let hash = 2166136261;
    for (const mark of stem) hash = Math.imul(hash ^ mark.codePointAt(0)!, 16777619);
    // The low bits of FNV say little; they are mixed before they become a place and a sign.
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = (hash ^ (hash >>> 13)) >>> 0;
    vector[hash % DIMENSIONS]! += (hash >>> 31 === 1 ? 1 : -1) * (1 + Math.log(count));
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
