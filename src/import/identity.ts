import { createHash } from "node:crypto";

/**
 * Ids for messages of a source that has none, from what was said: the same text twice in one thread is told apart by counting, so
 * that a longer re-export gives every message the id it had. Keeps eight bytes a message, not the text.
 */
export class ContentIds {
  readonly #prefix: string;
  readonly #seen = new Map<bigint, number>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(...parts: readonly unknown[]): string {
    const hash = createHash("sha256").update(JSON.stringify(parts)).digest();
    const short = hash.readBigUInt64BE();
    const times = this.#seen.get(short) ?? 0;
    this.#seen.set(short, times + 1);
    return `${this.#prefix}/${hash.toString("hex", 0, 10)}${times === 0 ? "" : `.${times}`}`;
  }
}
