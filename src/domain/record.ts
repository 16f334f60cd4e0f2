/** What every memory is made of. Times are epoch milliseconds; ids are `kind:key`. */

export const MEMORY_KINDS = ["message", "fact", "episode", "procedure"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** `fact:6f1c…`: the kind, a colon, and a key derived from message ids, so that a repeated run writes the same record. */
export type MemoryId = `${MemoryKind}:${string}`;

export interface MemoryRecord<K extends MemoryKind = MemoryKind> {
  readonly id: MemoryId;
  readonly kind: K;
  readonly text: string;
  readonly keywords: readonly string[];
  /** When it happened or was said. */
  readonly at: number;
  /** When it was written: the wall clock of the writer, never an imported time. The index follows it. */
  readonly recordedAt: number;
  /** Keys of the messages it rests on; for a message, its own key. */
  readonly sources: readonly string[];
  /** `closed`: true once, but no longer. Closed records are kept, and rank below what replaced them. */
  readonly status: "current" | "closed";
  /** 1 when first written, one more at every change. */
  readonly version: number;
}

export const memoryId = (kind: MemoryKind, key: string): MemoryId => `${kind}:${key}`;

export const isMemoryKind = (name: string): name is MemoryKind => MEMORY_KINDS.some((kind) => kind === name);

export function parseMemoryId(id: string): { kind: MemoryKind; key: string } | undefined {
  const colon = id.indexOf(":");
  const kind = MEMORY_KINDS.find((known) => known === id.slice(0, colon));
  const key = id.slice(colon + 1);
  return kind && key ? { kind, key } : undefined;
}
