import type { BaseStore } from "@langchain/langgraph";
import type { MediaStore } from "../domain/image-ports.js";
import type { MediaId } from "../domain/image.js";
import { mediaNamespace, sameNamespace } from "./namespace.js";

const ALL = 10_000_000;

/** Images in the store of the log itself, as base64: where there is no disk that lasts, and beside a log in memory. */
export class LogMediaStore implements MediaStore {
  readonly #store: BaseStore;

  constructor(store: BaseStore) {
    this.#store = store;
  }

  async put(user: string, id: MediaId, bytes: Uint8Array): Promise<void> {
    const namespace = mediaNamespace(user);
    if (await this.#store.get(namespace, id)) return;
    await this.#store.batch([{ namespace, key: id, value: { data: Buffer.from(bytes).toString("base64") } }]);
  }

  async get(user: string, id: MediaId): Promise<Uint8Array | undefined> {
    const item = await this.#store.get(mediaNamespace(user), id);
    const data: unknown = item?.value["data"];
    return typeof data === "string" ? Buffer.from(data, "base64") : undefined;
  }

  async remove(user: string, ids: readonly MediaId[]): Promise<void> {
    const namespace = mediaNamespace(user);
    await this.#store.batch(ids.map((key) => ({ namespace, key, value: null })));
  }

  async list(user: string): Promise<MediaId[]> {
    const namespace = mediaNamespace(user);
    const items = await this.#store.search(namespace, { limit: ALL });
    return items.filter((item) => sameNamespace(item.namespace, namespace)).map(({ key }) => key);
  }

  async drop(user: string): Promise<void> {
    await this.remove(user, await this.list(user));
  }
}
