/**
 * Work that a message still waits for. A pending record is written in the same batch as the message (or the proposal)
 * it belongs to, and removed in the same batch as the result, so a crash leaves either the work or its result.
 */
export const STAGES = ["extract", "semantic", "personality", "consolidate", "episodic", "procedural", "core"] as const;
export type Stage = (typeof STAGES)[number];

export interface Pending {
  readonly stage: Stage;
  /** The message (extract, semantic, personality, consolidate) or session (episodic, procedural, core) it is for. */
  readonly key: string;
  /** Event time of that message, or the start of that session. */
  readonly at: number;
  /** How often a model's proposal was unusable. */
  readonly attempts: number;
  /** Not to be tried again before this time. */
  readonly notBefore: number;
}

export const pendingKey = (work: Pick<Pending, "stage" | "key">): string => `${work.stage}:${work.key}`;

export const pending = (stage: Stage, key: string, at: number): Pending => ({ stage, key, at, attempts: 0, notBefore: 0 });

/** After this many unusable proposals the work is given up; its messages stay in the log and searchable. */
export const MAX_ATTEMPTS = 5;

/** The work after a failed attempt: later by 1, 2, 4, 8 minutes; undefined when it is given up. */
export function postponed(work: Pending, now: number): Pending | undefined {
  const attempts = work.attempts + 1;
  if (attempts >= MAX_ATTEMPTS) return undefined;
  return { ...work, attempts, notBefore: now + 60_000 * 2 ** (attempts - 1) };
}
