import type { ImageEmbeddings } from "../domain/image-ports.js";
import { imageKey } from "../domain/image.js";
import type { Clock } from "../domain/time.js";
import { put, type MemoryLog } from "../store/memory-log.js";
import { userKey } from "../store/namespace.js";
import { reasonOf } from "../errors.js";
import { ImageIndex } from "./image-index.js";
import { quantised } from "./image-embeddings.js";

/** A write may be seen this long after its stamp (see recall/follow.ts). */
const OVERLAP_MS = 30_000;
/** What the indexes of all users may take; those asked least recently go first and are read again when they are asked. */
const MAX_BYTES = 256 * 2 ** 20;
/** Images that are embedded together, after they came in without a vector or with that of another model. */
const BATCH = 16;

/** Reading the overlap again is cheap unless an import lies in it; then it is done at most for a tenth of the time. */
const MANY = 100;
const SHARE = 10;

interface Followed {
  readonly index: ImageIndex;
  readonly erasures: string;
  through: number;
  /** The latest `recordedAt` seen; until `calmUntil` (`performance.now()`) nothing before it is read. */
  latest: number;
  calmUntil: number;
}

/** The index of each user, kept at the state of the log. What was removed may stay in it a while: who asks looks matches up in the log. */
export class ImageIndexes {
  readonly #log: MemoryLog;
  readonly #clock: Clock;
  readonly #embeddings: ImageEmbeddings | undefined;
  readonly #warn: (problem: string) => void;
  readonly #users = new Map<string, Promise<Followed>>();
  readonly #embedding = new Map<string, Promise<void>>();

  constructor(log: MemoryLog, clock: Clock, embeddings: ImageEmbeddings | undefined, warn: (problem: string) => void) {
    this.#log = log;
    this.#clock = clock;
    this.#embeddings = embeddings;
    this.#warn = warn;
  }

  async of(userId: string): Promise<ImageIndex> {
    const name = userKey(userId);
    const next = this.#follow(userId, this.#users.get(name));
    this.#users.delete(name);
    this.#users.set(name, next);
    next.catch(() => this.#users.delete(name));
    const { index } = await next;
    await this.#bound(name);
    this.#embedLater(userId, index);
    return index;
  }

  drop(userId: string): void {
    this.#users.delete(userKey(userId));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#embedding.values());
  }

  async #follow(userId: string, before: Promise<Followed> | undefined): Promise<Followed> {
    const user = this.#log.of(userId);
    const now = this.#clock.now();
    const erasures = ((await user.get("meta", "erasures")) as { token?: string } | undefined)?.token ?? "";
    let known = await before?.catch(() => undefined);
    if (known?.erasures !== erasures) known = undefined;
    const begun = performance.now();
    const calm = known !== undefined && begun < known.calmUntil;
    const records = await user.list("media", known && { recordedAt: calm ? { $gt: known.latest } : { $gte: known.through - OVERLAP_MS } });
    const followed = known ?? { index: new ImageIndex(), erasures, through: 0, latest: 0, calmUntil: 0 };
    for (const record of records) {
      followed.index.put(record, this.#embeddings?.model);
      followed.latest = Math.max(followed.latest, record.recordedAt);
    }
    if (!calm) followed.through = now;
    if (known && !calm && records.length > MANY) followed.calmUntil = begun + (SHARE + 1) * (performance.now() - begun);
    return followed;
  }

  async #bound(newest: string): Promise<void> {
    const sizes = await Promise.all([...this.#users].map(async ([name, user]) => [name, (await user).index.bytes] as const));
    let total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    for (const [name, bytes] of sizes) {
      if (total <= MAX_BYTES || name === newest) continue;
      this.#users.delete(name);
      total -= bytes;
    }
  }

  /** Vectors are made beside the conversation, once a user at a time, and kept in the log. */
  #embedLater(userId: string, index: ImageIndex): void {
    const name = userKey(userId);
    const embeddings = this.#embeddings;
    if (!embeddings || this.#embedding.has(name)) return;
    const missing = index.without();
    if (missing.length === 0) return;
    const work = this.#embed(userId, missing, embeddings)
      .catch((error: unknown) => this.#warn(reasonOf(error)))
      .finally(() => this.#embedding.delete(name));
    this.#embedding.set(name, work);
  }

  async #embed(userId: string, keys: readonly string[], embeddings: ImageEmbeddings): Promise<void> {
    const user = this.#log.of(userId);
    for (let i = 0; i < keys.length; i += BATCH) {
      const records = (await user.getMany("media", keys.slice(i, i + BATCH))).filter((record) => record !== undefined);
      const images = await Promise.all(records.map(async (record) => ({ record, bytes: await user.media.get(record.id) })));
      const there = images.flatMap(({ record, bytes }) => (bytes ? [{ record, bytes }] : []));
      if (there.length === 0) continue;
      const vectors = await embeddings.embedImages(there.map(({ bytes }) => bytes));
      // What was erased meanwhile does not come back.
      const alive = await user.getMany(
        "media",
        there.map(({ record }) => imageKey(record.message, record.id)),
      );
      await user.write(
        there.flatMap(({ record }, n) =>
          alive[n] === undefined
            ? []
            : [
                put("media", imageKey(record.message, record.id), {
                  ...record,
                  vector: { model: embeddings.model, data: Buffer.from(quantised(vectors[n]!)).toString("base64") },
                  recordedAt: user.now(),
                }),
              ],
        ),
      );
    }
  }
}
