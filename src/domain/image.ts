import { cleanText, digest } from "./text.js";

/** Name of stored bytes: the SHA-256 of them, and what they are, such as "9f86d0….jpg". Who has the name can check the bytes. */
export type MediaId = string;

const MEDIA_ID = /^[0-9a-f]{64}\.(?:jpg|png)$/;

/** Whether a name is one that a media store may be asked for: it comes from archives and addresses, too. */
export const isMediaId = (name: unknown): name is MediaId => typeof name === "string" && MEDIA_ID.test(name);

/** The key of an image in the log. */
export const imageKey = (message: string, id: MediaId): string => `${message}.${digest(id)}`;

export const mimeOf = (id: MediaId): "image/png" | "image/jpeg" => (id.endsWith(".png") ? "image/png" : "image/jpeg");

/** A part of an image, in fractions (0 to 1) of its width and height, from its top left corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An image that was stored. Width and height in pixels, as it is seen (upright). */
export interface KeptImage {
  readonly media: MediaId;
  readonly width: number;
  readonly height: number;
}

/** An image that a message held and that could not be stored. What it was is not known; that it was there is. */
export interface LostImage {
  /** The code of the error, such as IMAGE_TYPE. */
  readonly problem: string;
  /** Its address, without what may be secret in it, or the id of the file. */
  readonly source?: string;
}

export type MessageImage = KeptImage | LostImage;

export const isKept = (image: MessageImage): image is KeptImage => "media" in image;

/** What a fact about an image rests on. */
export interface SeenImage {
  /** The whole image. */
  readonly media: MediaId;
  /** Where in it; absent for the whole of it. */
  readonly region?: Region;
  /** The region, stored by itself. */
  readonly crop?: MediaId;
  /** What the user calls it, else its category. */
  readonly label: string;
  readonly category: string;
}

/** What is kept of an image for each message that holds it, beside its bytes: enough to recognise it again. */
export interface ImageRecord {
  readonly id: MediaId;
  /** Key of the message. */
  readonly message: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** 32 x 32 pixels of red, green and blue, as base64, and what follows from them: the hashes of its windows. */
  readonly look: string;
  readonly hashes: string;
  /** For a crop: the image it was cut out of. */
  readonly of?: MediaId;
  /** What an embedding model made of it: the direction of its vector in signed bytes, as base64. */
  readonly vector?: { readonly model: string; readonly data: string };
  readonly recordedAt: number;
}

/** Smaller is a slip of the model, or nothing to recognise. */
const MIN_SIDE = 0.02;
/** Models round: a box that reaches out by so much is meant to end at the edge. */
const SLACK = 0.01;

/**
 * A box as a model gave it. One that is out of bounds, of no size, of another scale (pixels, percent) or no box stands for the whole
 * image, as does one that holds all of it.
 */
export function regionOf(box: { readonly [K in keyof Region]: number } | null | undefined): Region | undefined {
  if (!box) return undefined;
  const { x, y, width, height } = box;
  if (![x, y, width, height].every((side) => Number.isFinite(side) && side >= -SLACK && side <= 1 + SLACK)) return undefined;
  if (width < MIN_SIDE || height < MIN_SIDE || x + width > 1 + SLACK || y + height > 1 + SLACK) return undefined;
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const region = { x: left, y: top, width: Math.min(1, x + width) - left, height: Math.min(1, y + height) - top };
  return region.width > 0.98 && region.height > 0.98 ? undefined : region;
}

/** The line that stands for an image in the text of a message. */
export const IMAGE_MARK = "[image]";
const PLACEHOLDER = /^\[image\]$/gm;

/** What was said beside images. */
export const wordsBeside = (text: string): string =>
  text
    .replace(PLACEHOLDER, "")
    .replace(/\n{2,}/g, "\n")
    .trim();

/** An address as it may be kept and shown: without password, query and fragment, which may be keys. */
export function plainAddress(url: string): string {
  try {
    const { origin, pathname } = new URL(url);
    return cleanText(`${origin}${pathname}`).slice(0, 300);
  } catch {
    return "an address that is none";
  }
}
