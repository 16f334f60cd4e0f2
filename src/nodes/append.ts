import type { Intake, MessageRecord } from "../domain/message.js";
import { pending, pendingKey } from "../domain/pending.js";
import type { Settings } from "../options.js";
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
  const taken = new Set<string>();
  // The same message twice among those that are given is one, too.
  const fresh = records.filter(({ key }, i) => known[i] === undefined && !taken.has(key) && taken.add(key));
  if (fresh.length === 0 && further.length === 0) return [];
  await user.write([
    put("meta", "user", { userId: user.userId }),
    ...fresh.flatMap((record): Change[] => {
      const work = [
        ...(record.role === "user" ? [pending("extract", record.key, record.at)] : []),
        pending("consolidate", record.key, record.at),
      ];
      return [put("message", record.key, record), ...work.map((entry) => put("pending", pendingKey(entry), entry))];
    }),
    ...further,
  ]);
  return fresh;
}

/** What could not be kept as it was said, by code. The kinds of secrets only: a warning ends in logs and traces. */
export function notesOf(
  { secrets, clipped }: Pick<Intake, "secrets" | "clipped">,
  limits: Settings["limits"],
  full: boolean,
): Record<string, string> {
  return {
    ...(secrets.length > 0 && { SECRETS_REPLACED: `Replaced before it was stored: ${secrets.join(", ")}.` }),
    ...(clipped > 0 && { LIMIT_MESSAGE_BYTES: `${clipped} message(s) longer than ${limits.messageBytes} bytes are kept clipped.` }),
    ...(full && { LIMIT_MESSAGES: `This user has ${limits.messages} messages, which is the limit; what is said now is not kept.` }),
  };
}

/** Whether the user has as many messages as the settings allow. */
export const isFull = async (user: UserLog, { messages }: Settings["limits"]): Promise<boolean> =>
  messages !== undefined && (await user.holds("message", messages));
