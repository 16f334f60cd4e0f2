import type { IncomingMessage, PersonaMemory } from "../../index.js";
import type { ExportedImages } from "../../import/images.js";
import { toIncoming, type TimedItem } from "../../import/read.js";
import type { Surveyor } from "../../import/survey.js";

/** The library appends in batches of this size. */
const BATCH = 500;
/** A batch waits so much longer for the user to speak again, since an exchange begins there. */
const LONGEST = 2000;

export interface Logged {
  readonly added: number;
  /** Messages that were in the log before. */
  readonly known: number;
  /** What had to be mended, each once. */
  readonly warnings: readonly string[];
}

interface Logging {
  readonly memory: PersonaMemory;
  readonly userId: string;
  readonly survey: Surveyor;
  readonly signal: AbortSignal;
  /** Where the images of the export are. */
  readonly images: ExportedImages;
}

/**
 * Puts an import into the log, batch by batch. Batches are cut where the user begins to speak and ids come from the source, so that it
 * comes to the same however often it is stopped and begun again.
 */
export async function logItems(items: AsyncIterable<TimedItem>, { memory, userId, survey, signal, images }: Logging): Promise<Logged> {
  const warnings = new Set<string>();
  let batch: IncomingMessage[] = [];
  let added = 0;
  let total = 0;
  const write = async (): Promise<void> => {
    if (batch.length === 0) return;
    const remembered = await memory.remember(userId, batch);
    added += remembered.added;
    total += batch.length;
    for (const warning of remembered.warnings) if (warnings.size < 20) warnings.add(warning);
    batch = [];
  };
  for await (const item of items) {
    signal.throwIfAborted();
    survey.add(item);
    if (!("message" in item)) continue;
    if (batch.length >= LONGEST || (batch.length >= BATCH && item.message.role === "user")) await write();
    batch.push(toIncoming(item.message, images));
  }
  await write();
  return { added, known: total - added, warnings: [...warnings] };
}
