import type { MessageRecord } from "../domain/message.js";
import { pending, pendingKey } from "../domain/pending.js";
import { put, type Change, type UserLog } from "../store/memory-log.js";

/**
 * Appends messages to the log and, in the same batch, what is pending for each: extraction for the user's own, filing for all.
 * A message that is there already stays as it is. Returns what was new.
 */
export async function append(user: UserLog, records: readonly MessageRecord[], further: readonly Change[] = []): Promise<MessageRecord[]> {
  const known = await user.getMany(
    "message",
    records.map(({ key }) => key),
  );
  const fresh = records.filter((_, i) => known[i] === undefined);
  if (fresh.length === 0 && further.length === 0) return [];
  await user.write([
    put("meta", "user", { userId: user.userId }),
    ...fresh.flatMap((record): Change[] => {
      const work = [...(record.role === "user" ? [pending("extract", record.key, record.at)] : []), pending("consolidate", record.key, record.at)];
      return [put("message", record.key, record), ...work.map((entry) => put("pending", pendingKey(entry), entry))];
    }),
    ...further,
  ]);
  return fresh;
}
