import type { MemoryRecord } from "../../domain/record.js";
import { digest } from "../../domain/text.js";
import { analyse, type Analysed } from "../analysed.js";
import { topicsOf } from "../topics.js";
import { NAMELESS } from "../user-index.js";
import type { IndexedRow } from "./engine.js";

/** A memory as ranking takes it, from an engine or on its way there: the names of threads stay at home. */
export function analysedOf(record: MemoryRecord): Analysed {
  const memory = analyse(record);
  return memory.thread === undefined ? memory : { ...memory, thread: digest(memory.thread) };
}

export function rowOf(record: MemoryRecord, vector: readonly number[]): IndexedRow {
  const memory = analysedOf(record);
  const terms = memory.passages.flat();
  const names = memory.speaker.filter((name) => !NAMELESS.test(name));
  return { kind: record.kind, memory, vector, words: [...new Set([...terms, ...terms.flatMap((term) => topicsOf(term)), ...names])] };
}
