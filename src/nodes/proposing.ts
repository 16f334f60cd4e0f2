import type { UsageMetadata } from "@langchain/core/messages";
import { postponed, type Pending } from "../domain/pending.js";
import { DAY, MINUTE } from "../domain/time.js";
import type { ModelCall } from "../state.js";
import { put, type Change } from "../store/memory-log.js";
import { warn } from "./services.js";
import type { Update } from "./guarded.js";

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

/** What calls cost, to be written with their result. A server that tells no tokens leaves nothing to write. */
export const usageOf = (calls: Readonly<Record<string, ModelCall>>, at: number): Change[] =>
  Object.entries(calls).flatMap(([name, { stage, usage }]) =>
    usage ? [put("usage", `${name} ${at}`, { stage, input: usage.input_tokens, output: usage.output_tokens, at })] : [],
  );

/**
 * When the user's updates have used up the tokens of the day: the beginning of the next one, and the warning. Work that is put off
 * is not lost, and does not count as an attempt.
 */
export async function overBudget({
  user,
  services,
  runtime,
}: Update): Promise<{ until: number; warnings: Record<string, string> } | undefined> {
  const { limits, clock } = services.settings;
  if (limits.tokensPerDay === undefined) return undefined;
  const today = Math.floor(clock.now() / DAY) * DAY;
  const used = (await user.list("usage", { at: { $gte: today } }))
    .filter(({ stage }) => stage !== "respond")
    .reduce((sum, { input, output }) => sum + input + output, 0);
  if (used < limits.tokensPerDay) return undefined;
  const message = `Memory updates have used ${used} of ${limits.tokensPerDay} tokens today; what is pending waits for tomorrow.`;
  return { until: today + DAY, warnings: warn(runtime, "LIMIT_TOKENS", message) };
}
