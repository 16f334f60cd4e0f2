import type { ImageRow } from "../../prompts/extract.js";
import type { Extraction, FactChange, ShownImage } from "../domain/extraction.js";
import { isKept, type MediaId } from "../domain/image.js";
import type { MessageRecord } from "../domain/message.js";
import { imageBlock, type ImageBlock } from "../models/vision.js";
import type { Change } from "../store/memory-log.js";
import type { Update } from "./guarded.js";

/** One proposal sees so many images at most, each scaled down to so many pixels: what models look at anyway. */
const MAX_IMAGES = 8;
const MAX_PIXELS = 786_432;

export interface ImageToShow extends ShownImage {
  readonly jpeg: Uint8Array;
}

/** The user's images of an exchange, as a model is shown them. What is gone from the store is left out. */
export async function imagesToShow({ user, images }: Update, exchange: readonly MessageRecord[]): Promise<ImageToShow[]> {
  const held = exchange
    .filter(({ role }) => role === "user")
    .flatMap((message) => (message.images ?? []).filter(isKept).map((image): ShownImage => ({ message, image })))
    .slice(0, MAX_IMAGES);
  const shown = await Promise.all(
    held.map(async (one) => {
      const jpeg = await images.read(user, one.image.media, MAX_PIXELS);
      return jpeg ? [{ ...one, jpeg }] : [];
    }),
  );
  return shown.flat();
}

export const rowsOfImages = (images: readonly ImageToShow[], exchange: readonly MessageRecord[]): ImageRow[] =>
  images.map(({ message, image: { width, height } }, i) => [i + 1, exchange.indexOf(message) + 1, width, height]);

export const blocksOf = (images: readonly ImageToShow[]): ImageBlock[] =>
  images.flatMap(({ jpeg }, i): ImageBlock[] => [{ type: "text", text: `Image ${i + 1}:` }, imageBlock(jpeg, "image/jpeg")]);

/** Cuts out what was seen where, and stores it beside the whole image. */
export async function withCrops(
  extraction: Extraction,
  { user, images }: Update,
): Promise<{ extraction: Extraction; further: readonly Change[] }> {
  const further: Change[] = [];
  const cut = async (change: FactChange): Promise<FactChange> => {
    const { media } = change;
    if (!media?.region) return change;
    const crop = await images.crop(user, media.media, media.region);
    if (!crop) return change;
    await images.keep(user, crop);
    further.push(images.recordOf(user, change.source, crop, media.media));
    return { ...change, media: { ...media, crop: crop.id satisfies MediaId } };
  };
  return { extraction: { ...extraction, changes: await Promise.all(extraction.changes.map(cut)) }, further };
}
