import type { ImageEmbeddings } from "../domain/image-ports.js";
import { imageKey, type MediaId, type Region } from "../domain/image.js";
import { digest } from "../domain/text.js";
import type { Clock } from "../domain/time.js";
import { put, type Change, type MemoryLog, type UserLog } from "../store/memory-log.js";
import { contentHash } from "../store/media-store.js";
import { userKey } from "../store/namespace.js";
import { fetchImage, type FetchRule } from "./fetch-image.js";
import { DEFAULT_THRESHOLD, quantised } from "./image-embeddings.js";
import { ImageIndexes } from "./image-indexes.js";
import { numbersAsText, type ImageMatch } from "./image-index.js";
import { hashesOf } from "./look.js";
import { cropImage, prepareImage, shrinkImage, type ImageLimits, type PreparedImage } from "./prepare.js";

/** An image as a message brings it. */
export type ImageSource = { readonly mime?: string | undefined } & (
  { readonly bytes: Uint8Array } | { readonly read: () => Promise<Uint8Array> } | { readonly url: string }
);

export type ImageRules = ImageLimits &
  FetchRule & {
    /** Seconds that an answer may wait for its message's images to be recognised. */
    readonly patience: number;
  };

export interface ImagesOptions {
  readonly log: MemoryLog;
  readonly clock: Clock;
  readonly rules: ImageRules;
  readonly embeddings?: ImageEmbeddings | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** An image that was taken in and may be stored; with its vector, where a model makes them. */
export interface TakenImage extends PreparedImage {
  readonly hashes: Uint32Array;
  readonly vector?: Int8Array | undefined;
}

/** What the log is to know of it; the bytes are not needed for that. */
export type NotedImage = Pick<TakenImage, "id" | "size" | "width" | "height" | "look" | "hashes" | "vector">;

/** The same image is taken in before the answer, to recall by it, and after it, to be stored: it is decoded once. */
const REMEMBERED = 12;

/** The images of all users: taken in, stored, recognised. */
export class Images {
  readonly #options: ImagesOptions;
  readonly #indexes: ImageIndexes;
  readonly #told = new Set<string>();
  readonly #taken = new Map<string, Promise<TakenImage>>();

  constructor(options: ImagesOptions) {
    this.#options = options;
    this.#indexes = new ImageIndexes(options.log, options.clock, options.embeddings, (problem) => this.#warn(problem));
  }

  /** @throws PersonaError whose code begins with IMAGE_, and says what is wrong with it */
  take(userId: string, source: ImageSource, signal?: AbortSignal): Promise<TakenImage> {
    if ("read" in source) return this.#take(source, signal);
    const name = `${userKey(userId)} ${"bytes" in source ? contentHash(source.bytes) : digest(source.url)}`;
    const known = this.#taken.get(name);
    if (known) return known;
    const taken = this.#take(source, signal);
    this.#taken.set(name, taken);
    taken.catch(() => this.#taken.delete(name));
    for (const old of this.#taken.keys()) if (this.#taken.size > REMEMBERED) this.#taken.delete(old);
    return taken;
  }

  /** Stores the bytes of an image, once. */
  keep(user: UserLog, { id, bytes }: Pick<PreparedImage, "id" | "bytes">): Promise<void> {
    return user.media.put(id, bytes);
  }

  /** What the log holds of an image beside the message that holds it; to be written together. `of` is the image a crop was cut from. */
  recordOf(user: UserLog, message: string, image: NotedImage, of?: MediaId): Change {
    const { id, size, width, height, look, hashes, vector } = image;
    return put("media", imageKey(message, id), {
      id,
      message,
      width,
      height,
      bytes: size,
      look: Buffer.from(look).toString("base64"),
      hashes: numbersAsText(hashes),
      ...(of !== undefined && { of }),
      ...(vector && { vector: { model: this.#options.embeddings!.model, data: Buffer.from(vector).toString("base64") } }),
      recordedAt: user.now(),
    });
  }

  /** A part of a stored image, as one that can be stored. Undefined when the image is gone. */
  async crop(user: UserLog, id: MediaId, region: Region): Promise<Omit<TakenImage, "animated"> | undefined> {
    const bytes = await user.media.get(id);
    if (!bytes) return undefined;
    const crop = await cropImage(bytes, region);
    const [vector] = await this.#vectors([crop.bytes]);
    return { ...crop, hashes: hashesOf(crop.look), vector };
  }

  /** Stored images that show the same, best first. */
  async similar(userId: string, { look, hashes, vector }: TakenImage, limit: number): Promise<ImageMatch[]> {
    const threshold = this.#options.embeddings?.threshold ?? DEFAULT_THRESHOLD;
    return (await this.#indexes.of(userId)).search({ look, hashes, vector }, threshold, limit);
  }

  /** A stored image, or a smaller JPEG of at most so many pixels. Undefined when it is gone. */
  async read(user: UserLog, id: MediaId, pixels?: number): Promise<Uint8Array | undefined> {
    const bytes = await user.media.get(id);
    return bytes && pixels !== undefined ? shrinkImage(bytes, pixels) : bytes;
  }

  /** Forgets what this process knows of a user's images; the log and the store are erased by their owner. */
  forget(userId: string): void {
    const user = userKey(userId);
    this.#indexes.drop(userId);
    for (const name of this.#taken.keys()) if (name.startsWith(user)) this.#taken.delete(name);
  }

  /** Resolves when no vector is being made. */
  settled(): Promise<void> {
    return this.#indexes.settled();
  }

  async #take(source: ImageSource, signal: AbortSignal | undefined): Promise<TakenImage> {
    const { rules } = this.#options;
    const bytes = "bytes" in source ? source.bytes : "read" in source ? await source.read() : await fetchImage(source.url, rules, signal);
    const prepared = await prepareImage(bytes, rules, source.mime);
    const [vector] = await this.#vectors([prepared.bytes]);
    return { ...prepared, hashes: hashesOf(prepared.look), vector };
  }

  /**
   * None when there is no model, it fails, or it takes longer than half of the time there is: the picture is then known by its look
   * until its vector is made beside the conversation.
   */
  async #vectors(images: readonly Uint8Array[]): Promise<readonly Int8Array[]> {
    const { embeddings } = this.#options;
    if (!embeddings) return [];
    try {
      const vectors = await soon(embeddings.embedImages(images), (this.#options.rules.patience * 1000) / 2);
      return (vectors ?? []).map(quantised);
    } catch (error) {
      this.#warn(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  /** Once for each problem and not for each image. */
  #warn(problem: string): void {
    if (this.#told.has(problem)) return;
    this.#told.add(problem);
    const warn = this.#options.onWarning ?? ((message: string) => process.emitWarning(message));
    warn(`The image model failed; images are recognised by their looks alone: ${problem}`);
  }
}

/** What work gives within a time; undefined when that is over. The work goes on. */
async function soon<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
