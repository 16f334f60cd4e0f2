import { COLLECTIONS, type Collection } from "../store/namespace.js";
import type { Usage, UserLog } from "../store/memory-log.js";

/** What a collection of one user takes: its records, and their JSON in bytes. Indexes and the store's own overhead come on top. */
export interface Size {
  readonly records: number;
  readonly bytes: number;
}

export async function storageOf(user: UserLog): Promise<Readonly<Record<Collection, Size>>> {
  const sizes = await Promise.all(
    COLLECTIONS.map(async (collection): Promise<[Collection, Size]> => {
      const records = await user.list(collection);
      return [
        collection,
        { records: records.length, bytes: records.reduce((sum, value) => sum + Buffer.byteLength(JSON.stringify(value)), 0) },
      ];
    }),
  );
  return Object.fromEntries(sizes) as Record<Collection, Size>;
}

export type UsageSums = Readonly<Record<Usage["stage"], { calls: number; input: number; output: number }>>;

/** Model calls and their tokens since a time, by stage. */
export async function usageOf(user: UserLog, since: number): Promise<UsageSums> {
  const sums = {
    respond: { calls: 0, input: 0, output: 0 },
    extract: { calls: 0, input: 0, output: 0 },
    consolidate: { calls: 0, input: 0, output: 0 },
  };
  for (const { stage, input, output } of await user.list("usage", { at: { $gte: since } })) {
    sums[stage].calls += 1;
    sums[stage].input += input;
    sums[stage].output += output;
  }
  return sums;
}
