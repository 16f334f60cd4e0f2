import type { RecallRequest, RecallResult } from "../domain/recall.js";

/** The search engine as the graph's nodes see it: one user's memories, ranked. */
export interface Recall {
  recall(userId: string, request: RecallRequest): Promise<RecallResult>;
  /** Forgets every indexed trace of a user; the log is erased by its owner. */
  drop(userId: string): Promise<void>;
  close(): Promise<void>;
}
