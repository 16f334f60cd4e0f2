import type { MediaId } from "./image.js";

/**
 * Where the bytes of images are kept, once by content and apart for each user. `user` is a key of 64 hex digits and `id` the hash of the
 * bytes with an extension: both are safe as names of files and objects. Every call may be repeated.
 */
export interface MediaStore {
  /** Keeps bytes under their name; those that are there already stay. */
  put(user: string, id: MediaId, bytes: Uint8Array): Promise<void>;
  /** Undefined when there are none. */
  get(user: string, id: MediaId): Promise<Uint8Array | undefined>;
  /** Takes bytes away for good; names that are unknown change nothing. */
  remove(user: string, ids: readonly MediaId[]): Promise<void>;
  /** The names of everything that is kept of a user, in any order. */
  list(user: string): Promise<MediaId[]>;
  /** Takes away everything of a user. */
  drop(user: string): Promise<void>;
}

const METHODS = ["put", "get", "remove", "list", "drop"];
export const isMediaStore = (value: unknown): value is MediaStore =>
  typeof value === "object" && value !== null && METHODS.every((name) => typeof (value as Record<string, unknown>)[name] === "function");

/** Makes vectors of images, so that what looks alike lies close together. CLIP does; anything else may stand behind it. */
export interface ImageEmbeddings {
  /** Names the model: vectors of another one are made again. */
  readonly model: string;
  /** From this cosine on two images show the same thing. Default 0.8. */
  readonly threshold?: number;
  /** One vector an image, of any length, in the order given. The images are JPEG or PNG, upright. */
  embedImages(images: readonly Uint8Array[]): Promise<readonly (readonly number[] | Float32Array)[]>;
}

export const isImageEmbeddings = (value: unknown): value is ImageEmbeddings =>
  typeof value === "object" && value !== null && "embedImages" in value && typeof value.embedImages === "function" && "model" in value;
