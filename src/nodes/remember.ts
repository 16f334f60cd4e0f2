import { isBaseMessage, type BaseMessage } from "@langchain/core/messages";
import { IMAGE_MARK } from "../domain/image.js";
import { takeIn, type HeardMessage, type ImageInput, type IncomingMessage } from "../domain/message.js";
import type { RecallRequest, RecallResult } from "../domain/recall.js";
import { rulesOf } from "../domain/secrets.js";
import type { ImageSource } from "../media/images.js";
import { append, isFull, notesOf } from "./append.js";
import { fromDataUrl, imagesIn, type Brought } from "./langchain-image.js";
import { incoming } from "./langchain-message.js";
import { imageChanges, imageNotes, imagesFrom, takeAndStore } from "./message-images.js";
import { recallByImages } from "./recall-images.js";
import type { Memory, Services } from "./services.js";

/** A LangChain message, or a plain one: `{ role: "user", text: "…", at: "2026-05-12T18:05", images: [bytes] }`. */
export type RememberedMessage = BaseMessage | IncomingMessage;

export interface Remembered {
  /** Keys of the messages, in the order given; what was known already keeps its key and is not stored again. */
  readonly keys: readonly string[];
  /** How many of them were new. */
  readonly added: number;
  readonly warnings: readonly string[];
}

/** Messages are appended in batches of this size, so that no transaction grows with the import. */
const BATCH = 500;

/** Appends messages that come from outside a run. */
export async function remember(
  { settings }: Services,
  memory: Memory,
  userId: string,
  messages: readonly RememberedMessage[],
  { timezone = settings.timezone, thread }: { readonly timezone?: string | undefined; readonly thread?: string | undefined },
): Promise<Remembered> {
  const { log, locks } = memory;
  const user = log.of(userId);
  const { clock, secrets, limits } = settings;
  let full = await isFull(user, limits);
  const took: Awaited<ReturnType<typeof takeAndStore>>[] = [];
  for (const message of messages) took.push(full ? [] : await takeAndStore(memory, user, broughtBy(message), settings));
  const intake = takeIn(
    messages.map((message, i) => ({
      ...(isBaseMessage(message) ? incoming(message) : plainMessage(message)),
      ...(thread !== undefined && { thread }),
      kept: imagesFrom(took[i]!),
    })),
    { now: clock.now(), timezone, rules: rulesOf(secrets), maxBytes: limits.messageBytes },
  );
  const { records } = intake;
  let added = 0;
  for (let i = 0; i < records.length && !(full = await isFull(user, limits)); i += BATCH) {
    const batch = records.slice(i, i + BATCH);
    const images = imageChanges(memory, user, batch, took.slice(i, i + BATCH).flat());
    added += (await locks.briefly(userId, () => append(user, batch, images))).length;
  }
  const notes = { ...notesOf(intake, limits, full), ...imageNotes(took.flat()) };
  return { keys: records.map(({ key }) => key), added, warnings: [...intake.warnings, ...Object.values(notes)] };
}

function sourceOf(image: ImageInput): ImageSource {
  if (typeof image === "function") return { read: image };
  if (typeof image !== "string") return { bytes: image };
  return image.startsWith("data:") ? fromDataUrl(image) : { url: image };
}

const broughtBy = (message: RememberedMessage): readonly Brought[] => {
  if (!isBaseMessage(message)) return (message.images ?? []).map(sourceOf);
  return message.getType() === "human" ? imagesIn(message) : [];
};

/** In its text a line stands for each image, as in the text of a LangChain message; lines that are there already count. */
function plainMessage({ images = [], ...message }: IncomingMessage): HeardMessage {
  const marked = message.text.split("\n").filter((line) => line === IMAGE_MARK).length;
  const marks = images.slice(marked).map(() => IMAGE_MARK);
  return { ...message, text: [message.text, ...marks].filter((line) => line !== "").join("\n") };
}

/** What is looked for: words, an image, or both. */
export type MemoryRequest = Omit<RecallRequest, "now" | "query"> & {
  readonly now?: number;
  readonly query?: string;
  readonly image?: ImageInput;
};

const DEFAULT_LIMIT = 10;

/** Searches by words, by an image or by both; what looks like the image comes first. */
export async function recallFor(
  { settings }: Services,
  memory: Memory,
  userId: string,
  { image, query = "", ...asked }: MemoryRequest,
): Promise<RecallResult> {
  const { clock, timezone, locale } = settings;
  const request = { now: clock.now(), timezone, ...(locale !== undefined && { locale }), ...asked, query };
  if (image === undefined) return memory.recall.recall(userId, request);
  const taken = await memory.images.take(userId, sourceOf(image));
  const seen = await recallByImages(memory, memory.log.of(userId), [taken], new Set(asked.exclude));
  const wanted = seen.filter(({ kind }) => asked.kinds?.includes(kind) ?? true);
  const words = query.trim() === "" ? { hits: [], beyond: 0 } : await memory.recall.recall(userId, request);
  const known = new Set(wanted.map(({ id }) => id));
  const hits = [...wanted, ...words.hits.filter(({ id }) => !known.has(id))];
  const { limit = DEFAULT_LIMIT } = asked;
  return { ...words, hits: hits.slice(0, limit), beyond: words.beyond + Math.max(0, hits.length - limit) };
}
