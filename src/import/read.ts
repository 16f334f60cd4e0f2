import type { IncomingMessage } from "../domain/message.js";
import { PersonaError } from "../errors.js";
import { readTime } from "../domain/time.js";
import type { ExportedImages } from "./images.js";
import { problem, type ImportedMessage, type ImportItem, type ReadOptions } from "./imported.js";
import type { Recognised } from "./registry.js";

export interface ImportOptions extends ReadOptions {
  /** Only these threads (conversations); default: all. */
  readonly threads?: readonly string[];
  /** Time of messages whose source keeps none, ISO 8601; default: when the file was last changed. */
  readonly since?: string;
}

/** What comes out: messages with the time they will have. */
export type TimedItem = Exclude<ImportItem, { message: unknown }> | { readonly message: ImportedMessage & { readonly at: number } };

/** Everything of an import, in the order of its files: the one way in which a format is read. @throws PersonaError IMPORT_SINCE */
export async function* readImport({ format, sources }: Recognised, options: ImportOptions): AsyncGenerator<TimedItem> {
  const since = options.since === undefined ? undefined : readTime(options.since, options.timezone);
  if (options.since !== undefined && since === undefined) {
    throw new PersonaError({
      code: "IMPORT_SINCE",
      message: `"${options.since}" is no time.`,
      fix: 'Write it as ISO 8601, such as "2026-05-12T18:05".',
    });
  }
  const threads = options.threads && new Set(options.threads);
  for (const source of sources) {
    // Messages without a time follow each other by a millisecond, so that their order stays.
    let untimed = since ?? source.modifiedAt;
    for await (const item of format.read(source, options)) {
      options.signal?.throwIfAborted();
      if (!("message" in item)) {
        yield item;
        continue;
      }
      const { message } = item;
      if (threads && !threads.has(message.thread ?? "")) {
        yield { skipped: "of another thread" };
        continue;
      }
      const at = message.at === undefined ? untimed++ : readTime(message.at, options.timezone);
      if (at === undefined) {
        yield problem(
          `${source.name} ${message.id}`,
          `The time ${JSON.stringify(message.at)} is neither ISO 8601 nor a number.`,
          "Mend it, or leave the message out.",
        ) as TimedItem;
        continue;
      }
      const mine = options.me !== undefined && message.speaker !== undefined && message.speaker.toLowerCase() === options.me.toLowerCase();
      yield { message: { ...message, at, ...(mine && { role: "user" as const }) } };
    }
  }
}

/** A message as the log takes it, with those of its images that the export holds. */
export function toIncoming(
  { id, role, text, at, speaker, thread, images = [] }: ImportedMessage & { readonly at: number },
  held?: ExportedImages,
): IncomingMessage {
  const found = images.flatMap(({ name }) => held?.find(name) ?? []);
  return {
    id,
    role,
    text,
    at,
    ...(speaker !== undefined && { speaker }),
    ...(thread !== undefined && { thread }),
    ...(found.length > 0 && { images: found }),
  };
}
