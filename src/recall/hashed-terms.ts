import { terms, trigrams, words } from "./analysis.js";
import type { Vectoriser } from "./index-port.js";
import { languageOf } from "./languages.js";
import { topicsOf } from "./topics.js";

const DIMENSIONS = 384;
/** A topic is less than the word itself, and a piece of a word is less still: it is there for wrong letters. */
const TOPIC = 0.5;
const PIECE = 0.15;
const MAX_CHARACTERS = 6_000;

/**
 * Vectors that need no model: stems, topics and trigrams, each hashed to a dimension and a sign (feature hashing, Weinberger et al.
 * 2009). Texts are near when they share words, also misspelt ones.
 */
export const hashedTerms: Vectoriser = {
  model: "hashed-terms-1",
  understands: false,
  documents: async (texts) => texts.map(hash),
  query: async (text) => hash(text),
};

function hash(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  const add = (feature: string, weight: number): void => {
    const bits = fnv(feature);
    vector[(bits >>> 1) % DIMENSIONS]! += bits & 1 ? weight : -weight;
  };
  const found = words(text.slice(0, MAX_CHARACTERS));
  for (const term of terms(found, languageOf(found, "en"))) {
    add(term, 1);
    for (const topic of topicsOf(term)) add(topic, TOPIC);
    for (const piece of trigrams(term)) add(piece, PIECE);
  }
  // A text without words lies somewhere too: cosine has no angle for nothing.
  if (!vector.some((value) => value !== 0)) vector[0] = 1;
  return vector;
}

/** FNV-1a with a last mix, 32 bits. */
function fnv(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  return (bits ^ (bits >>> 13)) >>> 0;
}
