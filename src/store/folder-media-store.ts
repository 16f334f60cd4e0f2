import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { MediaStore } from "../domain/image-ports.js";
import { isMediaId, type MediaId } from "../domain/image.js";

const isMissing = (error: unknown): boolean => (error as { code?: unknown }).code === "ENOENT";

/** Images as files: `<folder>/<user>/<hash>.jpg`. The folder is made when the first image comes. */
export class FolderMediaStore implements MediaStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  async put(user: string, id: MediaId, bytes: Uint8Array): Promise<void> {
    const path = this.#path(user, id);
    const known = await stat(path).catch(() => undefined);
    if (known?.size === bytes.length) return;
    await mkdir(join(this.folder, user), { recursive: true, mode: 0o700 });
    // A file is there whole or not at all, whoever writes beside us or is killed.
    const draft = join(this.folder, user, `.${randomUUID()}`);
    try {
      await writeFile(draft, bytes, { mode: 0o600 });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async get(user: string, id: MediaId): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#path(user, id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async remove(user: string, ids: readonly MediaId[]): Promise<void> {
    for (const id of ids) await rm(this.#path(user, id), { force: true });
  }

  async list(user: string): Promise<MediaId[]> {
    try {
      return (await readdir(join(this.folder, user))).filter(isMediaId);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async drop(user: string): Promise<void> {
    await rm(join(this.folder, user), { recursive: true, force: true });
  }

  #path(user: string, id: MediaId): string {
    return join(this.folder, user, id);
  }
}
