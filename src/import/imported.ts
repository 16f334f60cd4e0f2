import type { MessageRole } from "../domain/message.js";

/** One message as a source tells it, before anything of ours touches it. */
export interface ImportedMessage {
  /** Made from the ids or the content of the source, never from its place in the file: a re-export gives the same one. */
  readonly id: string;
  readonly role: MessageRole;
  readonly text: string;
  /** ISO 8601 (without an offset: in the zone of the import) or epoch ms; absent where the source knows none. */
  readonly at?: string | number;
  readonly speaker?: string;
  /** The conversation it belongs to. */
  readonly thread?: string;
  readonly images?: readonly ImportedImage[];
}

/** An image as the source names it. */
export interface ImportedImage {
  /** A file name, an address or an asset pointer. */
  readonly name: string;
}

/** A record that could not be read: where it stands and what to do. */
export interface Problem {
  /** File, then line, byte or JSON path: `chat.zip/conversations.json $[12].mapping.abc`. */
  readonly where: string;
  readonly message: string;
  readonly fix: string;
}

/** What a parser yields: a message, a record that could not be read, or something left out on purpose, by reason. */
export type ImportItem = { readonly message: ImportedMessage } | { readonly problem: Problem } | { readonly skipped: string };

export const problem = (where: string, message: string, fix: string): ImportItem => ({ problem: { where, message, fix } });

/** Where bytes come from. */
export interface Source {
  /** As the user knows it: a path, an address, "standard input". */
  readonly name: string;
  /** Of the whole, where known; for progress. */
  readonly size?: number;
  /** Epoch ms; stands in for messages of a source that keeps no times. */
  readonly modifiedAt: number;
  /** The bytes, from the beginning. @throws PersonaError IMPORT_ONCE for a source that can be read once only */
  bytes(): AsyncIterable<Uint8Array>;
}

export interface ReadOptions {
  /** IANA zone of times without an offset. */
  readonly timezone: string;
  /** The name under which the user speaks: their messages get the role "user". */
  readonly me?: string;
  /** Order of day and month where the source leaves it open (WhatsApp). */
  readonly dateOrder?: DateOrder;
  /** Headers of requests (LangGraph threads). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only threads whose metadata say so (LangGraph threads). */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export const DATE_ORDERS = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** One format: how to know it, and how to read it. */
export interface ImportFormat {
  /** What `--format` takes. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Whether a source begins like this. The first that says yes is taken. */
  recognises(head: Head): boolean;
  /** Files inside a zip that hold conversations of this format; absent where it is never zipped. */
  readonly inZip?: RegExp;
  read(source: Source, options: ReadOptions): AsyncGenerator<ImportItem>;
}

/** The beginning of a source. */
export interface Head {
  readonly name: string;
  /** The first 64 KiB as text; empty for an address. */
  readonly text: string;
}
