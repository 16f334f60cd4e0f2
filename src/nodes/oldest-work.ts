import type { Pending, Stage } from "../domain/pending.js";
import type { MemoryLog } from "../store/memory-log.js";
import type { Update } from "./guarded.js";

/** Where more is pending, so many of the oldest are looked at again and again, and the rest when these are done. */
const NEAR = 200;

/** The event time up to which the oldest work was found to reach, by user and stages. Only ever a hint: what lies before it is asked for. */
const horizons = new WeakMap<MemoryLog, Map<string, number>>();

/**
 * Pending work of these stages: all that is as old as the oldest of it, and maybe more. Every step of an update takes the oldest; after an
 * import of 100,000 messages 150,000 are pending, and to read them all takes a second.
 */
export async function oldestWork({ log, user }: Pick<Update, "log" | "user">, stages: readonly Stage[]): Promise<Pending[]> {
  const known = horizons.get(log) ?? new Map<string, number>();
  horizons.set(log, known);
  const name = `${stages.join()} ${user.userId}`;
  const stage = { $in: [...stages] };
  const horizon = known.get(name);
  if (horizon !== undefined) {
    const near = await user.list("pending", { stage, at: { $lte: horizon } });
    if (near.length > 0) return near;
    known.delete(name);
  }
  const all = await user.list("pending", { stage });
  if (all.length > NEAR) known.set(name, Float64Array.from(all, ({ at }) => at).sort()[NEAR]!);
  return all;
}
