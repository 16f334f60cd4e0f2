import { foldList, type Consolidation } from "./consolidation.js";
import { memoryId, type MemoryRecord } from "./record.js";

/** METHOD.md (PersonaVLM): at most five habits and long-term goals are kept. */
export const MAX_PROCEDURES = 5;

/** A habit or a long-term goal: one plain sentence with its trigger or time, under a short unique key. */
export interface ProcedureRecord extends MemoryRecord<"procedure"> {
  readonly key: string;
}

/** The habits and goals that hold after all sessions. */
export function foldProcedures(sessions: readonly Consolidation[], recordedAt: number): ProcedureRecord[] {
  return foldList(sessions, (session) => session.habits, MAX_PROCEDURES).map((entry) => ({
    id: memoryId("procedure", entry.key),
    kind: "procedure",
    key: entry.key,
    text: entry.text,
    keywords: [],
    at: entry.since,
    recordedAt,
    sources: [entry.source],
    status: "current",
    version: 1,
  }));
}
