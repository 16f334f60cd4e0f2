import { MEMORY_KINDS, type MemoryId, type MemoryKind, type MemoryRecord } from "../domain/record.js";
import { Floats, floatsOf, Ints, intsOf } from "./columns.js";
import type { MessageCues } from "./cues.js";
import { ROLES, type Role } from "./document.js";
import { LANGUAGES, type Language } from "./languages.js";
import type { PostingColumns } from "./postings.js";

/** Raised when the analysis of a text, or what is written here, changes: what another version wrote is not read. */
export const SNAPSHOT_VERSION = 1;

/** What is written of an index. Everything else is made from it. */
export interface Columns {
  readonly ids: readonly string[];
  readonly terms: readonly string[];
  readonly threads: readonly string[];
  readonly speakers: readonly (readonly string[])[];
  readonly successors: readonly (readonly [place: number, id: string])[];
  /** By document. */
  readonly at: Float64Array<ArrayBuffer>;
  readonly recordedAt: Float64Array<ArrayBuffer>;
  readonly firstPerson: Float64Array<ArrayBuffer>;
  readonly version: Int32Array<ArrayBuffer>;
  readonly seq: Int32Array<ArrayBuffer>;
  readonly flags: Int32Array<ArrayBuffer>;
  readonly thread: Int32Array<ArrayBuffer>;
  readonly speaker: Int32Array<ArrayBuffer>;
  readonly firstPassage: Int32Array<ArrayBuffer>;
  /** By passage, where it begins; and all terms in the order they were written. */
  readonly passageStart: Int32Array<ArrayBuffer>;
  readonly sequence: Int32Array<ArrayBuffer>;
  readonly passages: PostingColumns;
  readonly about: PostingColumns;
}

/** Bits of `flags`. */
const ALIVE = 1;
const CLOSED = 2;
const PREFERENCE = 4;
const STANDING = 8;
const QUESTION = 16;
const ROLE_SHIFT = 8;
const KIND_SHIFT = 12;
const LANGUAGE_SHIFT = 16;

/** What of a memory is a yes or no, or one of a few. */
export const flagsOf = (record: MemoryRecord, role: Role, cues: MessageCues, language: Language): number =>
  ALIVE |
  (record.status === "closed" ? CLOSED : 0) |
  (cues.preference ? PREFERENCE : 0) |
  (cues.standing ? STANDING : 0) |
  (cues.question ? QUESTION : 0) |
  (ROLES.indexOf(role) << ROLE_SHIFT) |
  (MEMORY_KINDS.indexOf(record.kind) << KIND_SHIFT) |
  (LANGUAGES.indexOf(language) << LANGUAGE_SHIFT);

/** One memory, without its text. */
export interface Row {
  readonly id: MemoryId;
  readonly at: number;
  readonly recordedAt: number;
  readonly firstPerson: number;
  readonly version: number;
  readonly seq: number;
  readonly flags: number;
  readonly thread: number;
  readonly speaker: number;
}

/** The memories of a user as columns of numbers, by place. */
export class IndexRows {
  readonly at: Floats;
  readonly firstPerson: Floats;
  readonly speaker: Ints;
  protected readonly placed: MemoryId[] = [];
  protected readonly recordedAt: Floats;
  protected readonly version: Ints;
  protected readonly seq: Ints;
  protected readonly thread: Ints;
  readonly #flags: Ints;

  constructor(columns?: Columns) {
    this.at = columns ? floatsOf(columns.at) : new Floats();
    this.recordedAt = columns ? floatsOf(columns.recordedAt) : new Floats();
    this.firstPerson = columns ? floatsOf(columns.firstPerson) : new Floats();
    this.version = columns ? intsOf(columns.version) : new Ints();
    this.seq = columns ? intsOf(columns.seq) : new Ints();
    this.#flags = columns ? intsOf(columns.flags) : new Ints();
    this.thread = columns ? intsOf(columns.thread) : new Ints();
    this.speaker = columns ? intsOf(columns.speaker) : new Ints();
    for (const id of columns?.ids ?? []) this.placed.push(id as MemoryId);
  }

  /** Places, holes included. */
  get length(): number {
    return this.placed.length;
  }

  alive(place: number): boolean {
    return (this.#flags.data[place]! & ALIVE) !== 0;
  }

  idAt(place: number): MemoryId {
    return this.placed[place]!;
  }

  kindAt(place: number): MemoryKind {
    return MEMORY_KINDS[(this.#flags.data[place]! >> KIND_SHIFT) & 15]!;
  }

  roleAt(place: number): Role {
    return ROLES[(this.#flags.data[place]! >> ROLE_SHIFT) & 15]!;
  }

  cuesAt(place: number): MessageCues {
    const flags = this.#flags.data[place]!;
    return {
      firstPerson: this.firstPerson.data[place]!,
      preference: (flags & PREFERENCE) !== 0,
      standing: (flags & STANDING) !== 0,
      question: (flags & QUESTION) !== 0,
    };
  }

  isQuestion(place: number): boolean {
    return (this.#flags.data[place]! & QUESTION) !== 0;
  }

  isClosed(place: number): boolean {
    return (this.#flags.data[place]! & CLOSED) !== 0;
  }

  protected languageAt(place: number): Language {
    return LANGUAGES[(this.#flags.data[place]! >> LANGUAGE_SHIFT) & 255]!;
  }

  /** As `inOrder` of messages. */
  inOrder(a: number, b: number): number {
    const [x, y] = [this.placed[a]!, this.placed[b]!];
    return (
      this.at.data[a]! - this.at.data[b]! ||
      this.recordedAt.data[a]! - this.recordedAt.data[b]! ||
      this.seq.data[a]! - this.seq.data[b]! ||
      (x < y ? -1 : x > y ? 1 : 0)
    );
  }

  /** A removed memory leaves a hole. */
  protected bury(place: number): void {
    this.#flags.data[place]! &= ~ALIVE;
  }

  /** Answers the place. */
  protected push(row: Row): number {
    this.at.push(row.at);
    this.recordedAt.push(row.recordedAt);
    this.firstPerson.push(row.firstPerson);
    this.version.push(row.version);
    this.seq.push(row.seq);
    this.#flags.push(row.flags);
    this.thread.push(row.thread);
    this.speaker.push(row.speaker);
    return this.placed.push(row.id) - 1;
  }

  /** A row but for what is numbered by index: its thread and speaker. */
  protected rowAt(place: number): Omit<Row, "thread" | "speaker"> {
    return {
      id: this.placed[place]!,
      at: this.at.data[place]!,
      recordedAt: this.recordedAt.data[place]!,
      firstPerson: this.firstPerson.data[place]!,
      version: this.version.data[place]!,
      seq: this.seq.data[place]!,
      flags: this.#flags.data[place]!,
    };
  }

  protected rowColumns() {
    return {
      ids: this.placed,
      at: this.at.taken(),
      recordedAt: this.recordedAt.taken(),
      firstPerson: this.firstPerson.taken(),
      version: this.version.taken(),
      seq: this.seq.taken(),
      flags: this.#flags.taken(),
      thread: this.thread.taken(),
      speaker: this.speaker.taken(),
    };
  }
}
