import { estimate, type Estimate, type GivenPrice } from "../../import/estimate.js";
import { countSessions } from "../../import/survey.js";
import { confirmed } from "../confirm.js";
import { count } from "../output.js";
import { progressBar } from "../progress.js";
import type { Session } from "../session.js";
import { memoryModelOf, type MemoryFlags } from "../settings.js";

export interface DeriveFlags extends MemoryFlags, GivenPrice {
  readonly yes?: boolean;
  readonly maxCost: number;
  readonly dryRun?: boolean;
}

export interface Derived {
  readonly estimate: Estimate;
  /** What is still pending: for want of a model's answer, or because it was not begun. */
  readonly pending: number;
  /** What went wrong, each once. */
  readonly warnings: readonly string[];
}

/** Half the work of a session's filing and more is in its exchanges; the default of the library. */
const SESSION_GAP = 3_600_000;

/** Derives what is pending: says first what it will take, and asks where that is more than was allowed. */
export async function deriveAll({ memory, userId, out, flags, signal }: Session<DeriveFlags>): Promise<Derived> {
  const before = await memory.pending(userId);
  const keys = new Set(before.map(({ key }) => key));
  const waiting = before.filter(({ stage }) => stage === "consolidate").map(({ at }) => at);
  let characters = 0;
  for (const { key, text } of await memory.list(userId, "message")) if (keys.has(key)) characters += text.length;
  const work = {
    exchanges: before.filter(({ stage }) => stage === "extract").length,
    sessions: countSessions(Float64Array.from(waiting).sort(), SESSION_GAP),
    characters,
  };
  const model = memoryModelOf(flags);
  const expected = estimate(work, model, flags);
  if (before.length === 0 || flags.dryRun) return { estimate: expected, pending: before.length, warnings: [] };
  out.note(`Deriving with ${model}: ${sayEstimate(expected)}.`);
  if (model === "keyless") out.note("That is no language model but a few fixed rules: a model named with --model finds far more.");
  // What a model costs that nobody knows the price of may be more than was allowed.
  if (expected.cost === undefined || expected.cost > flags.maxCost) await confirmed(`Go on?`, flags.yes, signal);
  const bar = progressBar(out, "deriving", before.length);
  const warnings = new Map<string, string>();
  try {
    const left = await memory.flush(userId, {
      signal,
      onWarning: (code, message) => warnings.set(code, `${code}: ${message}`),
      onProgress: (pending) => bar.set(Math.max(0, before.length - pending.length), undefined, `${count(pending.length, "step")} left`),
    });
    return { estimate: expected, pending: left.length, warnings: [...warnings.values()] };
  } finally {
    bar.stop();
  }
}

export const sayEstimate = ({ calls, inputTokens, outputTokens, cost }: Estimate): string =>
  `about ${count(calls, "model call")}, ${thousands(inputTokens)} tokens read and ${thousands(outputTokens)} written, ${
    cost === undefined
      ? "at a price that is not known (--price-in, --price-out)"
      : cost === 0
        ? "at no charge"
        : `about $${cost.toFixed(2)}`
  }`;

const thousands = (n: number): string => (n < 10_000 ? String(n) : n < 10_000_000 ? `${Math.round(n / 1e3)}k` : `${Math.round(n / 1e6)}M`);
