import type { ExtractImagesProposal } from "../../prompts/extract.js";
import { regionOf, type KeptImage, type SeenImage } from "./image.js";
import { cleanText, sameText } from "./text.js";
import { withoutOrders } from "./untrusted.js";
import { overlap, tokens } from "./untrusted-plain.js";

/** What a model says that an image shows. */
export type Seen = ExtractImagesProposal["images"][number];

const MAX_LABEL = 80;
const MAX_DESCRIPTION = 300;

/**
 * What is kept of it: what the user calls the thing, what kind of thing it is, what is visible and where. A name that the user's words
 * do not hold was guessed, or read in the image, and is left out; so is what orders something in a description.
 */
export function describe(seen: Seen, { media }: KeptImage, said: string): { text: string; keywords: string[]; media: SeenImage } {
  const name = seen.name === null ? "" : line(seen.name, MAX_LABEL);
  const named = name !== "" && isSaid(name, said);
  const category = line(seen.category, MAX_LABEL);
  const description = line(seen.description, MAX_DESCRIPTION);
  const label = named ? name : category || "image";
  const region = regionOf(seen.box);
  const what = named && category !== "" && sameText(category) !== sameText(name) ? `${name} (${category})` : label;
  return {
    text: description === "" ? what : `${what}: ${description}`,
    keywords: [...new Set([label, category].filter(Boolean))],
    media: { media, ...(region && { region }), label, category },
  };
}

const line = (text: string, max: number): string => withoutOrders(cleanText(text).replace(/\s+/g, " ").trim()).slice(0, max);

/** By its words, or as it stands: names may be too short to be words. */
const isSaid = (name: string, said: string): boolean =>
  overlap(tokens(name), said) > 0 || ` ${sameText(said)} `.includes(` ${sameText(name)} `);
