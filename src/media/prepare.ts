import type { Sharp } from "sharp";
import type { MediaId, Region } from "../domain/image.js";
import { PersonaError, reasonOf } from "../errors.js";
import { contentHash } from "../store/media-store.js";
import { LOOK_SIDE } from "./look.js";

/** What an image may be, and what is kept of it. */
export interface ImageLimits {
  /** Bytes of an image as it comes in. */
  readonly maxBytes: number;
  /** Pixels (width times height) of an image as it comes in. */
  readonly maxPixels: number;
  /** Larger ones are stored scaled down to so many pixels. */
  readonly keepPixels: number;
  /** Whether EXIF and other metadata stay in the stored image: with them often the place where it was taken. */
  readonly keepMetadata: boolean;
}

/** An image that can be stored: upright, scaled down where it was too large, without what it said beside its pixels. */
export interface PreparedImage {
  readonly id: MediaId;
  readonly bytes: Uint8Array;
  /** How many bytes. */
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly look: Uint8Array;
  /** Set when it moves: only its first frame is kept. */
  readonly animated: boolean;
}

/** What is taken in, by the bytes. SVG is not: it is a program that draws, and may load what it likes. */
const TYPES: Readonly<Record<string, string>> = {
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/apng": "PNG",
  "image/webp": "WebP",
  "image/gif": "GIF",
  "image/avif": "AVIF",
  "image/tiff": "TIFF",
};
const TAKEN = [...new Set(Object.values(TYPES))].join(", ");

/** A file of a few bytes may take minutes to decode. */
const DECODE_SECONDS = 15;

/**
 * Checks, decodes and re-encodes an image. Nothing of the file but its pixels is kept: what is hidden in it is gone.
 * @throws PersonaError IMAGE_EMPTY, IMAGE_BYTES, IMAGE_TYPE, IMAGE_PIXELS, IMAGE_BROKEN
 */
export async function prepareImage(bytes: Uint8Array, limits: ImageLimits, claimed?: string): Promise<PreparedImage> {
  if (bytes.length === 0) throw new PersonaError({ code: "IMAGE_EMPTY", message: "The image holds no bytes.", fix: "Send it again." });
  if (bytes.length > limits.maxBytes) throw tooManyBytes(bytes.length, limits.maxBytes);
  const type = await typeOf(bytes, claimed);
  const sharp = await loadSharp();
  const open = (): Sharp =>
    sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: "error", pages: 1 }).timeout({ seconds: DECODE_SECONDS });
  try {
    const { width, height, pages = 1, hasAlpha, format } = await open().metadata();
    if (width * height > limits.maxPixels) throw tooManyPixels(`${width} x ${height}`, limits.maxPixels);
    const scale = Math.min(1, Math.sqrt(limits.keepPixels / (width * height)));
    const upright = open().autoOrient();
    if (scale < 1) {
      // Which side is the width is only known after turning it upright.
      const side = Math.max(1, Math.floor(Math.max(width, height) * scale));
      upright.resize({ width: side, height: side, fit: "inside" });
    }
    const drawn = hasAlpha || format === "png" || format === "gif";
    const encoded = drawn ? upright.png({ compressionLevel: 6 }) : upright.jpeg({ quality: 90 });
    const { data, info } = await (limits.keepMetadata ? encoded.keepMetadata() : encoded).toBuffer({ resolveWithObject: true });
    return {
      id: `${contentHash(data)}.${drawn ? "png" : "jpg"}`,
      bytes: data,
      size: data.length,
      width: info.width,
      height: info.height,
      look: await lookAt(data),
      animated: pages > 1 || type === "image/apng",
    };
  } catch (error) {
    if (error instanceof PersonaError) throw error;
    if (/pixel limit/i.test(reasonOf(error))) throw tooManyPixels("Its size", limits.maxPixels);
    throw new PersonaError({
      code: "IMAGE_BROKEN",
      message: `The image (${TYPES[type]}) cannot be decoded: ${reasonOf(error).split("\n")[0]}.`,
      fix: "Save it again in an image program, and send that.",
      cause: error,
    });
  }
}

/** A part of a stored image, as an image of its own. */
export async function cropImage(bytes: Uint8Array, { x, y, width, height }: Region): Promise<Omit<PreparedImage, "animated">> {
  const sharp = await loadSharp();
  const image = sharp(bytes);
  const { width: w, height: h, format } = await image.metadata();
  const left = Math.min(w - 1, Math.floor(x * w));
  const top = Math.min(h - 1, Math.floor(y * h));
  const part = image.extract({
    left,
    top,
    width: Math.max(1, Math.min(w - left, Math.round(width * w))),
    height: Math.max(1, Math.min(h - top, Math.round(height * h))),
  });
  const { data, info } = await (format === "png" ? part.png() : part.jpeg({ quality: 90 })).toBuffer({ resolveWithObject: true });
  const id = `${contentHash(data)}.${format === "png" ? "png" : "jpg"}`;
  return { id, bytes: data, size: data.length, width: info.width, height: info.height, look: await lookAt(data) };
}

/** A stored image as a JPEG of at most so many pixels: for a prompt, which pays by the pixel, or a thumbnail. */
export async function shrinkImage(bytes: Uint8Array, pixels: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { width, height } = await sharp(bytes).metadata();
  const scale = Math.min(1, Math.sqrt(pixels / (width * height)));
  const image = sharp(bytes).flatten({ background: "#fff" });
  if (scale < 1)
    image.resize({ width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)), fit: "fill" });
  return image.jpeg({ quality: 85 }).toBuffer();
}

/** The few pixels that an image is recognised by. */
const lookAt = async (bytes: Uint8Array): Promise<Uint8Array> =>
  (await loadSharp())(bytes)
    .flatten({ background: "#fff" })
    .toColourspace("srgb")
    .resize(LOOK_SIDE, LOOK_SIDE, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();

async function typeOf(bytes: Uint8Array, claimed: string | undefined): Promise<string> {
  const { fileTypeFromBuffer } = await import("file-type");
  const mime = (await fileTypeFromBuffer(bytes).catch(() => undefined))?.mime;
  if (mime !== undefined && mime in TYPES) return mime;
  throw new PersonaError({
    code: "IMAGE_TYPE",
    message: `The bytes are ${mime === undefined ? "no image that is known" : `of type ${mime}`}${claimed ? `, though they came as ${JSON.stringify(claimed.slice(0, 60))}` : ""}.`,
    fix: `Send one of these: ${TAKEN}.`,
  });
}

export const tooManyBytes = (bytes: number | string, max: number): PersonaError =>
  new PersonaError({
    code: "IMAGE_BYTES",
    message: `The image has ${bytes} bytes; ${max} are allowed.`,
    fix: "Send a smaller one, or raise images.maxBytes.",
  });

const tooManyPixels = (what: string, max: number): PersonaError =>
  new PersonaError({
    code: "IMAGE_PIXELS",
    message: `${what} is more than the ${max} pixels that are allowed.`,
    fix: "Send a smaller one, or raise images.maxPixels.",
  });

/** Loaded with the first image: it is a native library, and most conversations have none. */
const loadSharp = async () => (await import("sharp")).default;
