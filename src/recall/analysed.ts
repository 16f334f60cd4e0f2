import type { FactRecord } from "../domain/fact.js";
import type { MessageRecord } from "../domain/message.js";
import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { documentOf } from "./document.js";
import { flagsOf, type Row } from "./index-rows.js";
import type { Language } from "./languages.js";

/** Of texts that do not show their language; fixed, so that the order of arrival makes no difference. */
const FALLBACK: Language = "en";

/** A memory as ranking needs it: its terms, and what is known of it besides. Its text is not among that. */
export interface Analysed extends Omit<Row, "thread" | "speaker"> {
  /** Messages of one thread stand beside each other; undefined for what is no message. */
  readonly thread?: string;
  /** The names of who said it, as terms. */
  readonly speaker: readonly string[];
  readonly passages: readonly (readonly string[])[];
  /** The fact that replaced it. */
  readonly supersededBy?: MemoryId;
}

export function analyse(record: MemoryRecord): Analysed {
  const { language, passages, speaker, role, cues } = documentOf(record, FALLBACK);
  const message = record.kind === "message" ? (record as MessageRecord) : undefined;
  const { supersededBy } = record as Partial<FactRecord>;
  return {
    id: record.id,
    at: record.at,
    recordedAt: record.recordedAt,
    firstPerson: cues.firstPerson,
    version: record.version,
    seq: message?.seq ?? 0,
    flags: flagsOf(record, role, cues, language),
    speaker,
    passages,
    ...(message && { thread: message.thread ?? "" }),
    ...(supersededBy !== undefined && { supersededBy }),
  };
}
