import type { MediaStore } from "../domain/image-ports.js";
import type { MediaId } from "../domain/image.js";

/** Images in memory: for tests that look into the store. */
export class MemoryMediaStore implements MediaStore {
  readonly #users = new Map<string, Map<MediaId, Uint8Array>>();

  async put(user: string, id: MediaId, bytes: Uint8Array): Promise<void> {
    const images = this.#users.get(user) ?? new Map<MediaId, Uint8Array>();
    this.#users.set(user, images);
    images.set(id, bytes);
  }

  async get(user: string, id: MediaId): Promise<Uint8Array | undefined> {
    return this.#users.get(user)?.get(id);
  }

  async remove(user: string, ids: readonly MediaId[]): Promise<void> {
    for (const id of ids) this.#users.get(user)?.delete(id);
  }

  async list(user: string): Promise<MediaId[]> {
    return [...(this.#users.get(user)?.keys() ?? [])];
  }

  async drop(user: string): Promise<void> {
    this.#users.delete(user);
  }
}
