import { createHash } from "node:crypto";
import type { MediaStore } from "../domain/image-ports.js";
import { isMediaId, type MediaId } from "../domain/image.js";
import { PersonaError } from "../errors.js";
import { userKey } from "./namespace.js";

export const contentHash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The images of one user in a media store. What comes back is checked: a name is the hash of its bytes. */
export class UserMedia {
  readonly #store: MediaStore;
  readonly #user: string;

  constructor(store: MediaStore, userId: string) {
    this.#store = store;
    this.#user = userKey(userId);
  }

  put(id: MediaId, bytes: Uint8Array): Promise<void> {
    if (!isMediaId(id) || contentHash(bytes) !== id.slice(0, 64)) {
      throw new PersonaError({
        code: "MEDIA_HASH",
        message: `The bytes given as ${JSON.stringify(id)} are others.`,
        fix: "Export the memory again; the archive was changed on its way.",
      });
    }
    return this.#store.put(this.#user, id, bytes);
  }

  /** Undefined for what is not there, and for bytes that are no longer what they were. */
  async get(id: MediaId): Promise<Uint8Array | undefined> {
    if (!isMediaId(id)) return undefined;
    const bytes = await this.#store.get(this.#user, id);
    return bytes && contentHash(bytes) === id.slice(0, 64) ? bytes : undefined;
  }

  async remove(ids: readonly MediaId[]): Promise<void> {
    if (ids.length > 0) await this.#store.remove(this.#user, ids);
  }

  list(): Promise<MediaId[]> {
    return this.#store.list(this.#user);
  }

  drop(): Promise<void> {
    return this.#store.drop(this.#user);
  }
}
