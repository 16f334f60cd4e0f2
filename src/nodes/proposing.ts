import type { UsageMetadata } from "@langchain/core/messages";
import { postponed, type Pending } from "../domain/pending.js";
import { MINUTE } from "../domain/time.js";
import type { ModelCall } from "../state.js";

/** What a proposal cost, by call. */
export const callsOf = (stage: ModelCall["stage"], key: string, usage: readonly (UsageMetadata | undefined)[]): Record<string, ModelCall> =>
  Object.fromEntries(usage.map((entry, i) => [`${stage} ${key} ${i + 1}`, { stage, usage: entry }]));

/**
 * When work is to be tried again. Answers that cannot be used count as attempts, and end in giving up; a model that cannot be
 * reached does not: it will be back.
 */
export function failureOf(error: unknown, work: Pending, now: number): Pending | undefined {
  const unusable = (error as { code?: unknown }).code === "PROPOSAL_UNUSABLE";
  return unusable ? postponed(work, now) : { ...work, notBefore: now + MINUTE };
}
