import { terms, words } from "../../src/recall/analysis.js";
import { languageOf } from "../../src/recall/languages.js";

/** The words of a text that carry meaning, as our own recall reads them: stems, no stop words, Chinese in pairs of characters. */
export function stems(text: string): string[] {
  const found = words(text);
  return terms(found, languageOf(found, "en"));
}
