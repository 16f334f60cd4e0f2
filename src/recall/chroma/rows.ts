import { parseMemoryId, type MemoryId } from "../../domain/record.js";
import { userKey } from "../../store/namespace.js";
import type { Analysed } from "../analysed.js";
import type { IndexedRow } from "../remote/engine.js";

/** What is kept of a memory in Chroma: its terms as the document, the rest as metadata. Its text stays in the log. */
export interface ChromaRow {
  readonly id: string;
  readonly document: string;
  readonly metadata: Record<string, string | number>;
}

/** Between the passages, which the ranking reads, and what is only there to be found. */
const FOUND_BY = "\n\t";
const PASSAGE = "\n";

export const rowId = (userId: string, id: MemoryId): string => `${userKey(userId)}/${id}`;
export const memoryOf = (rowId: string): MemoryId => rowId.slice(rowId.indexOf("/") + 1) as MemoryId;

/** User and kind in one field: one comparison for Chroma, which takes as long again for a second. */
export const scopeOf = (userId: string, kind: string): string => `${userKey(userId)}/${kind}`;

/** The row that says how far a user is, and the word by which it is found; no term of a memory has that sign. */
export const STATE = "state";
const STATE_WORD = "@state";
export const STATE_TERM = ` ${STATE_WORD} `;
export const stateId = (userId: string): string => `${userKey(userId)}/${STATE}`;

export function chromaRow(userId: string, { kind, memory, words }: IndexedRow): ChromaRow {
  const { id, passages, speaker, thread, supersededBy, ...numbers } = memory;
  const terms = new Set(passages.flat());
  return {
    id: rowId(userId, id),
    document: passages.map(spaced).join(PASSAGE) + FOUND_BY + spaced(words.filter((word) => !terms.has(word))),
    metadata: {
      ...numbers,
      scope: scopeOf(userId, kind),
      user: userKey(userId),
      ...(thread !== undefined && { thread }),
      ...(speaker.length > 0 && { speaker: speaker.join(" ") }),
      ...(supersededBy !== undefined && { supersededBy }),
    },
  };
}

/** Undefined for what is no row of ours. */
export function analysedOf(row: {
  readonly id: string;
  readonly document: string | null;
  readonly metadata: object | null;
}): Analysed | undefined {
  const { thread, speaker, supersededBy, at, recordedAt, firstPerson, version, seq, flags } = (row.metadata ?? {}) as Partial<
    Record<string, never>
  >;
  const id = memoryOf(row.id);
  if (typeof flags !== "number" || typeof at !== "number" || row.document === null || !parseMemoryId(id)) return undefined;
  const [passages = ""] = row.document.split(FOUND_BY);
  return {
    id,
    at,
    recordedAt: recordedAt!,
    firstPerson: firstPerson!,
    version: version!,
    seq: seq!,
    flags,
    passages: passages.split(PASSAGE).map(unspaced),
    speaker: speaker === undefined ? [] : unspaced(speaker),
    ...(thread !== undefined && { thread }),
    ...(supersededBy !== undefined && { supersededBy }),
  };
}

/** Spaces on both sides, so that a word is found by its whole. */
const spaced = (terms: readonly string[]): string => ` ${terms.join(" ")} `;
const unspaced = (text: string): string[] => text.split(" ").filter((term) => term !== "");

/** Finds documents that hold one of the terms. One expression takes Chroma a third of what as many `$contains` do. */
export const anyOf = (terms: readonly string[]): string =>
  ` (${[STATE_WORD, ...terms].map((term) => term.replace(/[\\^$.*+?()[\]{}|]/g, (sign) => `\\${sign}`)).join("|")}) `;
