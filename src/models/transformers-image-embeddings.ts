import type { RawImage } from "@huggingface/transformers";
import { basename, resolve } from "node:path";
import type { ImageEmbeddings } from "../domain/image-ports.js";
import { PersonaError } from "../errors.js";
import { loadPipeline, transformers } from "./transformers.js";

/**
 * Image embeddings by a model that runs in this process, such as CLIP, through @huggingface/transformers. `place` is a folder, which is
 * read and nothing fetched, or a name on the Hugging Face hub.
 *
 * @example new PersonaMemory({ imageEmbeddings: "transformers:Xenova/clip-vit-base-patch32" })
 */
export class TransformersImageEmbeddings implements ImageEmbeddings {
  readonly model: string;
  readonly threshold?: number;
  readonly #place: string;
  #loaded: ReturnType<typeof loadPipeline<RawImage>> | undefined;

  constructor(place: string, { threshold }: { readonly threshold?: number } = {}) {
    this.#place = place;
    // A folder may be moved: its vectors stay what they are.
    this.model = `transformers:${basename(resolve(place))}`;
    if (threshold !== undefined) this.threshold = threshold;
  }

  async embedImages(images: readonly Uint8Array[]): Promise<readonly Float32Array[]> {
    if (images.length === 0) return [];
    this.#loaded ??= loadPipeline<RawImage>("image-feature-extraction", this.#place);
    // A failure is not remembered: the next use tries again.
    this.#loaded.catch(() => (this.#loaded = undefined));
    const extract = await this.#loaded;
    const library = await transformers();
    const { dims, data } = await extract(
      await Promise.all(images.map((image) => library.RawImage.fromBlob(new Blob([new Uint8Array(image)])))),
    );
    const size = data.length / images.length;
    if (dims.length !== 2 || dims[0] !== images.length) {
      throw new PersonaError({
        code: "IMAGE_VECTOR",
        message: `The model ${this.#place} gave numbers of the shape ${dims.join(" x ")} for ${images.length} images.`,
        fix: "Take a model that gives one vector an image, such as CLIP.",
      });
    }
    return images.map((_, i) => data.slice(i * size, (i + 1) * size));
  }
}

/** Image embeddings from a name such as "transformers:Xenova/clip-vit-base-patch32" or "transformers:./models/clip". */
export function resolveImageEmbeddings(name: string): ImageEmbeddings {
  const [provider, ...rest] = name.trim().split(":");
  const place = rest.join(":");
  if (provider === "transformers" && place !== "") return new TransformersImageEmbeddings(place);
  throw new PersonaError({
    code: "EMBEDDINGS_UNKNOWN",
    message: `${JSON.stringify(name)} does not name a model of image embeddings.`,
    fix: 'Write "transformers:" and a folder or a name on the Hugging Face hub, or pass an ImageEmbeddings in code.',
  });
}
