import { PersonaError } from "../errors.js";
import type { Recall } from "../recall/index-port.js";
import type { MemoryLog } from "../store/memory-log.js";
import { ROOT, userKey } from "../store/namespace.js";

export interface RebuildProgress {
  /** Users whose index is done, those of a rebuild that was cut off included. */
  readonly done: number;
  readonly users: number;
  /** Of the user just done. */
  readonly memories: number;
}

export interface RebuildOptions {
  /** Stops after the user at work. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RebuildProgress) => void) | undefined;
}

export interface Rebuilt {
  readonly users: number;
  readonly memories: number;
}

/** Beside the users, where no user's namespace can be. */
const JOBS = [ROOT, "jobs"];
const KEY = "rebuild";

/** Users in the order of their keys, so that one key says how far a rebuild of all has come. */
export async function rebuild(
  log: MemoryLog,
  recall: Recall,
  userIds: readonly string[] | undefined,
  { signal, onProgress }: RebuildOptions,
): Promise<Rebuilt> {
  const all = userIds === undefined;
  const users = [...new Set(userIds ?? (await log.users()))]
    .map((id) => ({ id, key: userKey(id) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const before = all ? ((await log.store.get(JOBS, KEY))?.value as { index: string; after: string } | undefined) : undefined;
  // What was cut off was the making of this index, or of another.
  const after = before?.index === recall.index ? before.after : "";
  let done = users.filter(({ key }) => key <= after).length;
  let memories = 0;
  for (const { id, key } of users.slice(done)) {
    if (signal?.aborted) {
      throw new PersonaError({
        code: "REBUILD_STOPPED",
        message: `The rebuild was stopped after ${done} of ${users.length} users.`,
        fix: all ? "Start it again, and it goes on from there." : "Start it again for the users that are left.",
        cause: signal.reason,
      });
    }
    const found = await recall.rebuild(id);
    memories += found;
    done++;
    if (all) await log.store.put(JOBS, KEY, { index: recall.index, after: key });
    onProgress?.({ done, users: users.length, memories: found });
  }
  if (all) await log.store.delete(JOBS, KEY);
  return { users: users.length, memories };
}
