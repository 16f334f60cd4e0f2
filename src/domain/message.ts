import { isKept, type MessageImage } from "./image.js";
import { memoryId, type MemoryRecord } from "./record.js";
import type { SecretRule } from "./secrets-rule.js";
import { redactTogether } from "./secrets.js";
import { cleanText, clipBytes, digest, sameText } from "./text.js";
import { DAY, readTime } from "./time.js";
import { isUntrusted, withoutMemories } from "./untrusted-parts.js";

/** `peer` is another person in the conversation; `record` a stored note, such as a calendar entry or a purchase. */
export const MESSAGE_ROLES = ["user", "assistant", "system", "tool", "peer", "record"] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];

/** One message as it was said. The log of these is the truth; everything else is derived from it. */
export interface MessageRecord extends MemoryRecord<"message"> {
  /** Its key in the log: the message id, or a digest of one that is too long or too odd for a store. */
  readonly key: string;
  readonly role: MessageRole;
  /** The name of who spoke, where known. */
  readonly speaker?: string;
  /** The LangGraph thread it was said in. */
  readonly thread?: string;
  /** Key of the user message whose exchange this belongs to; a user message names itself. */
  readonly exchange: string;
  /** Place among messages that were written together. */
  readonly seq: number;
  /** The images it holds, in their order; each stands in the text as a line "[image]". */
  readonly images?: readonly MessageImage[];
  /** Set for what a tool returned and for what is mostly pasted: not the user's own words. */
  readonly trust?: "untrusted";
}

/** A message as it comes in, from a graph, an import or a caller. */
export interface IncomingMessage {
  /** Without one, the id is made from thread, time, role and text, so that the same message twice is one record. */
  readonly id?: string | undefined;
  readonly role: MessageRole;
  readonly text: string;
  /** ISO 8601 or epoch ms; default: now. */
  readonly at?: unknown;
  readonly speaker?: string | undefined;
  readonly thread?: string | undefined;
  /** Its images; in the log a line "[image]" stands for each in the text. */
  readonly images?: readonly ImageInput[] | undefined;
}

/** The bytes of an image, or what reads them, or its address: `https:`, or `data:` with the bytes in it. */
export type ImageInput = Uint8Array | string | (() => Promise<Uint8Array>);

/** A message with what became of its images. */
export interface HeardMessage extends IncomingMessage {
  readonly kept?: readonly MessageImage[];
}

export interface Intake {
  readonly records: readonly MessageRecord[];
  /** What had to be mended, in words for a person. */
  readonly warnings: readonly string[];
  /** The kinds of secrets that were replaced; never what they were. */
  readonly secrets: readonly string[];
  /** How many messages were longer than the limit, and are kept clipped. */
  readonly clipped: number;
}

/** Ids that every store takes as a key; others are replaced by a digest. */
const PLAIN_KEY = /^[\w.:@/-]{1,200}$/;

export const messageKey = (id: string): string => (PLAIN_KEY.test(id) ? id : `x${digest(id)}`);

export interface IntakeOptions {
  readonly now: number;
  readonly timezone: string;
  /** The exchange that leading assistant messages belong to. */
  readonly exchange?: string;
  /** Taken as the time of a message that has none; default `now`. */
  readonly at?: number;
  /** Kinds of secrets to replace. Default: all that are known; an empty list switches it off. */
  readonly rules?: readonly SecretRule[];
  /** Longer messages are clipped. Default: no limit. */
  readonly maxBytes?: number;
}

/** Clocks differ; a message from further ahead than this is taken to have a wrong time. */
const SKEW = DAY;

/**
 * Turns incoming messages into records. Nothing is refused: what is odd is mended and said. Secrets end here: what is logged,
 * recalled, indexed and shown to the extracting model is made from these records. The conversation itself is not ours to change:
 * the answering model reads the user's message as typed, and LangGraph's checkpoints hold it.
 */
export function takeIn(messages: readonly HeardMessage[], options: IntakeOptions): Intake {
  const warnings: string[] = [];
  let exchange = options.exchange;
  const { texts, kinds } = redactTogether(
    messages.map(({ role, text }) => ({ opens: role === "user", text: ownText(role, text) })),
    options.rules,
  );
  let clipped = 0;
  const records = messages.map((message, seq): MessageRecord => {
    const at = timeOf(message, options, warnings);
    const text = clipBytes(texts[seq]!, options.maxBytes);
    if (text !== texts[seq]) clipped++;
    const key = messageKey(
      message.id ??
        `x${digest(JSON.stringify([message.thread, message.at ?? at, message.role, message.speaker, text, ...namesOf(message.kept)]))}`,
    );
    // What was said in another thread answers nothing here.
    const elsewhere = seq > 0 && message.thread !== messages[seq - 1]!.thread;
    if (message.role === "user" || exchange === undefined || elsewhere) exchange = key;
    return {
      id: memoryId("message", key),
      kind: "message",
      key,
      role: message.role,
      text,
      keywords: [],
      at,
      recordedAt: options.now,
      sources: [key],
      status: "current",
      version: 1,
      exchange,
      seq,
      ...(message.speaker !== undefined && { speaker: message.speaker }),
      ...(message.thread !== undefined && { thread: message.thread }),
      ...(message.kept && message.kept.length > 0 && { images: message.kept }),
      ...(isUntrusted(message.role, text) && { trust: "untrusted" as const }),
    };
  });
  return { records, warnings, secrets: kinds, clipped };
}

const namesOf = (images: readonly MessageImage[] = []): readonly string[] =>
  images.map((image) => (isKept(image) ? image.media : (image.source ?? image.problem)));

/** Whether two messages say and show the same. */
export const saidKey = ({ role, text, images }: Pick<MessageRecord, "role" | "text" | "images">): string =>
  [role, sameText(text), ...namesOf(images)].join(" ");

/** The text of a message without what was recalled for it: memories that come back from a tool or an answer are not news. */
const ownText = (role: MessageRole, text: string): string => {
  const clean = cleanText(text).replace(LINE_ENDS, "\n");
  return role === "user" ? clean : withoutMemories(clean);
};

/** What some take for the end of a line and JSON leaves as it is: in a prompt, a row could seem to begin behind it. */
const LINE_ENDS = /\r\n|[\u0085\u2028\u2029]/g;

function timeOf(message: HeardMessage, { now, timezone, at = now }: IntakeOptions, warnings: string[]): number {
  if (message.at === undefined || message.at === null) return at;
  const read = readTime(message.at, timezone);
  if (read === undefined) {
    warnings.push(
      `The time ${JSON.stringify(message.at)} of message ${message.id ?? "without id"} is not ISO 8601 or epoch ms; ${new Date(at).toISOString()} was taken.`,
    );
    return at;
  }
  if (read > now + SKEW) {
    warnings.push(
      `The time ${new Date(read).toISOString()} of message ${message.id ?? "without id"} lies in the future; ${new Date(at).toISOString()} was taken.`,
    );
    return at;
  }
  return read;
}

/** Order of speaking: by time, then by when and in what order it was written down. */
export const inOrder = (a: MessageRecord, b: MessageRecord): number =>
  a.at - b.at || a.recordedAt - b.recordedAt || a.seq - b.seq || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
