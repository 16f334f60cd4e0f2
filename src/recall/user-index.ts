import type { FactRecord } from "../domain/fact.js";
import type { MessageRecord } from "../domain/message.js";
import { MEMORY_KINDS, type MemoryId, type MemoryKind, type MemoryRecord } from "../domain/record.js";
import { DAY, HOUR } from "../domain/time.js";
import { Floats, floatsOf, Ints, intsOf } from "./columns.js";
import type { MessageCues } from "./cues.js";
import { dateWords, documentOf, ROLES, type Role } from "./document.js";
import type { Memory } from "./index-port.js";
import { LANGUAGES, type Language } from "./languages.js";
import { Postings, type PostingColumns } from "./postings.js";
import { Vocabulary } from "./vocabulary.js";

/** Messages further apart were not said in one conversation. */
const CONVERSATION_GAP = HOUR;
/** A language counts as the user's when it has this share of the memories. */
const LANGUAGE_SHARE = 0.02;
/** Changed and removed documents stay as holes until they are this share. */
const MAX_HOLES = 0.3;
/** Of texts that do not show their language; fixed, so that the order of arrival makes no difference. */
const FALLBACK: Language = "en";
const NO_TERMS: readonly number[] = [];
/** Names that every message has. */
export const NAMELESS = /^(user|assistant|human|ai|bot|system)\d*$/;

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

/** All memories of one user, inverted, in memory, without their texts. Holds no state that the log does not have. */
export class UserIndex {
  readonly vocabulary = new Vocabulary();
  readonly passages: Postings;
  readonly about: Postings;
  /** First passage of each document, and where each passage begins in the sequence of terms; each with an end. */
  readonly firstPassage: Ints;
  readonly passageStart: Ints;
  readonly sequence: Ints;
  readonly before: number[] = [];
  readonly after: number[] = [];
  readonly at: Floats;
  readonly firstPerson: Floats;
  readonly speaker: Ints;
  /** The names of each speaker, as terms. */
  readonly speakers: (readonly string[])[] = [];
  readonly #ids: MemoryId[] = [];
  readonly #recordedAt: Floats;
  readonly #version: Ints;
  readonly #seq: Ints;
  readonly #flags: Ints;
  readonly #thread: Ints;
  readonly #threads: string[] = [];
  readonly #successors = new Map<number, MemoryId>();
  readonly #records: (MemoryRecord | undefined)[] | undefined;
  readonly #places = new Map<MemoryId, number>();
  readonly #threadNumbers = new Map<string, number>();
  readonly #threadPlaces: number[][] = [];
  readonly #speakerNumbers = new Map<string, number>();
  readonly #unsorted = new Set<number>();
  readonly #languages = new Map<Language, number>();
  /** Of the passage that is counted: by term, when it was last met and how often. */
  #met = new Int32Array(0);
  #counts = new Int32Array(0);
  /** Date words by day. */
  readonly #dates = new Map<number, readonly number[]>();
  #totalLength = 0;
  #livePassages = 0;

  /** `keep`: also the records, where they are far away. */
  constructor({ keep = false, columns }: { readonly keep?: boolean; readonly columns?: Columns } = {}) {
    this.#records = keep ? [] : undefined;
    this.passages = new Postings(columns?.passages);
    this.about = new Postings(columns?.about);
    this.at = columns ? floatsOf(columns.at) : new Floats();
    this.#recordedAt = columns ? floatsOf(columns.recordedAt) : new Floats();
    this.firstPerson = columns ? floatsOf(columns.firstPerson) : new Floats();
    this.#version = columns ? intsOf(columns.version) : new Ints();
    this.#seq = columns ? intsOf(columns.seq) : new Ints();
    this.#flags = columns ? intsOf(columns.flags) : new Ints();
    this.#thread = columns ? intsOf(columns.thread) : new Ints();
    this.speaker = columns ? intsOf(columns.speaker) : new Ints();
    this.sequence = columns ? intsOf(columns.sequence) : new Ints();
    this.firstPassage = columns ? intsOf(columns.firstPassage) : new Ints(new Int32Array(64), 1);
    this.passageStart = columns ? intsOf(columns.passageStart) : new Ints(new Int32Array(64), 1);
    if (!columns) return;
    for (const term of columns.terms) this.vocabulary.add(term);
    for (const thread of columns.threads) this.#threadOf(thread);
    for (const speaker of columns.speakers) this.#speakerOf(speaker);
    for (const [place, id] of columns.successors) this.#successors.set(place, id as MemoryId);
    for (const id of columns.ids) this.#ids.push(id as MemoryId);
    this.#livePassages = this.passageCount;
    this.#totalLength = this.sequence.length;
    for (let place = 0; place < this.length; place++) this.#register(place);
  }

  /** Places, holes included. */
  get length(): number {
    return this.#ids.length;
  }

  get passageCount(): number {
    return this.passageStart.length - 1;
  }

  get size(): number {
    return this.#places.size;
  }

  get averageLength(): number {
    return this.#totalLength / this.#livePassages || 1;
  }

  get bytes(): number {
    return this.passages.bytes + this.about.bytes + this.vocabulary.terms.length * 130 + this.length * (this.#records ? 1200 : 320) + this.sequence.length * 8;
  }

  /** So many removed documents that building anew is worth it. */
  get worn(): boolean {
    return this.length > 100 && this.size < this.length * (1 - MAX_HOLES);
  }

  alive(place: number): boolean {
    return (this.#flags.data[place]! & ALIVE) !== 0;
  }

  idAt(place: number): MemoryId {
    return this.#ids[place]!;
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

  memoryAt(place: number): Memory {
    const supersededBy = this.#successors.get(place);
    const record = this.#records?.[place];
    return {
      id: this.#ids[place]!,
      kind: this.kindAt(place),
      at: this.at.data[place]!,
      status: this.#flags.data[place]! & CLOSED ? "closed" : "current",
      ...(supersededBy !== undefined && { supersededBy }),
      ...(record && { record }),
    };
  }

  placeOf(id: MemoryId): number | undefined {
    return this.#places.get(id);
  }

  ids(): IterableIterator<MemoryId> {
    return this.#places.keys();
  }

  /** Whether it has the record in this very version. */
  has({ id, version, recordedAt }: MemoryRecord): boolean {
    const place = this.#places.get(id);
    return place !== undefined && this.#version.data[place] === version && this.#recordedAt.data[place] === recordedAt;
  }

  /** Adds a memory or takes its new version. */
  put(record: MemoryRecord): void {
    this.remove(record.id);
    const { language, passages, speaker, role, cues } = documentOf(record, FALLBACK);
    const message = record.kind === "message" ? (record as MessageRecord) : undefined;
    const successor = (record as Partial<FactRecord>).supersededBy;
    if (successor !== undefined) this.#successors.set(this.length, successor);
    this.#records?.push(record);
    this.#append(
      {
        id: record.id,
        at: record.at,
        recordedAt: record.recordedAt,
        firstPerson: cues.firstPerson,
        version: record.version,
        seq: message?.seq ?? 0,
        flags:
          ALIVE |
          (record.status === "closed" ? CLOSED : 0) |
          (cues.preference ? PREFERENCE : 0) |
          (cues.standing ? STANDING : 0) |
          (cues.question ? QUESTION : 0) |
          (ROLES.indexOf(role) << ROLE_SHIFT) |
          (MEMORY_KINDS.indexOf(record.kind) << KIND_SHIFT) |
          (LANGUAGES.indexOf(language) << LANGUAGE_SHIFT),
        thread: message ? this.#threadOf(message.thread ?? "") : -1,
        speaker: speaker.length > 0 ? this.#speakerOf(speaker) : -1,
      },
      passages,
      (term) => this.vocabulary.add(term),
    );
  }

  remove(id: MemoryId): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    const language = this.#languageAt(place);
    this.#flags.data[place]! &= ~ALIVE;
    if (this.#records) this.#records[place] = undefined;
    this.#places.delete(id);
    this.#successors.delete(place);
    this.#languages.set(language, this.#languages.get(language)! - 1);
    const found = new Set<number>();
    for (let passage = this.firstPassage.data[place]!; passage < this.firstPassage.data[place + 1]!; passage++) {
      const [from, to] = [this.passageStart.data[passage]!, this.passageStart.data[passage + 1]!];
      this.#livePassages--;
      this.#totalLength -= to - from;
      for (let i = from; i < to; i++) found.add(this.sequence.data[i]!);
    }
    for (const term of [...found]) for (const topic of this.vocabulary.topicsOf(term)) found.add(topic);
    for (const term of found) this.passages.forget(term);
    for (const term of this.#aboutAt(place)) this.about.forget(term);
    const [before, after] = [this.before[place]!, this.after[place]!];
    if (before >= 0) this.after[before] = after;
    if (after >= 0) this.before[after] = before;
  }

  /** The user's languages, the most frequent first. */
  languages(): Language[] {
    const most = [...this.#languages].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return most.filter(([, count]) => count > 0 && count >= this.size * LANGUAGE_SHARE).map(([language]) => language);
  }

  /** Puts each thread in the order of speaking, where messages came late. */
  link(): void {
    for (const thread of this.#unsorted) {
      const places = this.#threadPlaces[thread]!.filter((place) => this.alive(place));
      places.sort((a, b) => this.#inOrder(a, b));
      this.#threadPlaces[thread] = places;
      places.forEach((place, i) => {
        this.before[place] = -1;
        this.after[place] = -1;
        if (i > 0) this.#join(places[i - 1]!, place);
      });
    }
    this.#unsorted.clear();
  }

  /** Without holes, and without the words that only they held. */
  compacted(): UserIndex {
    const fresh = new UserIndex({ keep: this.#records !== undefined });
    for (let place = 0; place < this.length; place++) {
      if (!this.alive(place)) continue;
      const successor = this.#successors.get(place);
      if (successor !== undefined) fresh.#successors.set(fresh.length, successor);
      fresh.#records?.push(this.#records![place]);
      const thread = this.#thread.data[place]!;
      const speaker = this.speaker.data[place]!;
      const passages: Int32Array[] = [];
      for (let passage = this.firstPassage.data[place]!; passage < this.firstPassage.data[place + 1]!; passage++)
        passages.push(this.sequence.data.subarray(this.passageStart.data[passage], this.passageStart.data[passage + 1]));
      fresh.#append(
        {
          id: this.#ids[place]!,
          at: this.at.data[place]!,
          recordedAt: this.#recordedAt.data[place]!,
          firstPerson: this.firstPerson.data[place]!,
          version: this.#version.data[place]!,
          seq: this.#seq.data[place]!,
          flags: this.#flags.data[place]!,
          thread: thread < 0 ? -1 : fresh.#threadOf(this.#threads[thread]!),
          speaker: speaker < 0 ? -1 : fresh.#speakerOf(this.speakers[speaker]!),
        },
        passages,
        (term) => fresh.vocabulary.add(this.vocabulary.terms[term]!),
      );
    }
    return fresh;
  }

  /** To be written; of an index with holes after `compacted`. */
  columns(): Columns {
    return {
      ids: this.#ids,
      terms: this.vocabulary.terms,
      threads: this.#threads,
      speakers: this.speakers,
      successors: [...this.#successors],
      at: this.at.taken(),
      recordedAt: this.#recordedAt.taken(),
      firstPerson: this.firstPerson.taken(),
      version: this.#version.taken(),
      seq: this.#seq.taken(),
      flags: this.#flags.taken(),
      thread: this.#thread.taken(),
      speaker: this.speaker.taken(),
      firstPassage: this.firstPassage.taken(),
      passageStart: this.passageStart.taken(),
      sequence: this.sequence.taken(),
      passages: this.passages.columns(this.vocabulary.terms.length),
      about: this.about.columns(this.vocabulary.terms.length),
    };
  }

  #append<Term>(row: Row, passages: Iterable<Iterable<Term>>, numberOf: (term: Term) => number): void {
    const place = this.#ids.push(row.id) - 1;
    this.at.push(row.at);
    this.#recordedAt.push(row.recordedAt);
    this.firstPerson.push(row.firstPerson);
    this.#version.push(row.version);
    this.#seq.push(row.seq);
    this.#flags.push(row.flags);
    this.#thread.push(row.thread);
    this.speaker.push(row.speaker);
    for (const passage of passages) {
      for (const term of passage) this.sequence.push(numberOf(term));
      this.passageStart.push(this.sequence.length);
    }
    this.firstPassage.push(this.passageCount);
    const end = this.passageCount;
    for (let passage = this.firstPassage.data[place]!; passage < end; passage++) this.#count(passage, place);
    for (const term of this.#aboutAt(place)) this.about.add(term, place, 1, place);
    this.#register(place);
  }

  /** What is looked up by id, language and thread. */
  #register(place: number): void {
    this.#places.set(this.#ids[place]!, place);
    const language = this.#languageAt(place);
    this.#languages.set(language, (this.#languages.get(language) ?? 0) + 1);
    this.before.push(-1);
    this.after.push(-1);
    if (this.#thread.data[place]! >= 0) this.#follow(place);
  }

  /** Terms with their counts, and the topics they speak of, each by how many different terms. */
  #count(passage: number, place: number): void {
    const found: number[] = [];
    const [from, to] = [this.passageStart.data[passage]!, this.passageStart.data[passage + 1]!];
    this.#livePassages++;
    this.#totalLength += to - from;
    for (let i = from; i < to; i++) this.#meet(this.sequence.data[i]!, passage, found);
    for (let i = 0, terms = found.length; i < terms; i++) {
      const topics = this.vocabulary.topicsOf(found[i]!);
      for (let j = 0; j < topics.length; j++) this.#meet(topics[j]!, passage, found);
    }
    for (let i = 0; i < found.length; i++) this.passages.add(found[i]!, passage, this.#counts[found[i]!]!, place);
  }

  #meet(term: number, passage: number, found: number[]): void {
    if (term >= this.#met.length) {
      const met = new Int32Array(Math.max(term + 1, this.vocabulary.terms.length) * 2).fill(-1);
      met.set(this.#met);
      const counts = new Int32Array(met.length);
      counts.set(this.#counts);
      [this.#met, this.#counts] = [met, counts];
    }
    if (this.#met[term] === passage) {
      this.#counts[term]!++;
      return;
    }
    this.#met[term] = passage;
    this.#counts[term] = 1;
    found.push(term);
  }

  /** Who said it, and when: day, month and year as words. */
  #aboutAt(place: number): readonly number[] {
    const dates = this.kindAt(place) === "procedure" ? NO_TERMS : this.#datesOf(this.at.data[place]!);
    const speaker = this.speaker.data[place]!;
    if (speaker < 0) return dates;
    const names = this.speakers[speaker]!.filter((name) => !NAMELESS.test(name)).map((name) => this.vocabulary.add(name));
    return [...new Set([...dates, ...names])];
  }

  #datesOf(at: number): readonly number[] {
    const day = Math.floor(at / DAY);
    let known = this.#dates.get(day);
    if (!known) this.#dates.set(day, (known = dateWords(at).map((word) => this.vocabulary.add(word))));
    return known;
  }

  #follow(place: number): void {
    const thread = this.#thread.data[place]!;
    const places = this.#threadPlaces[thread]!;
    const last = places.at(-1);
    places.push(place);
    if (last === undefined) return;
    if (!this.alive(last) || this.#inOrder(last, place) > 0) this.#unsorted.add(thread);
    else this.#join(last, place);
  }

  #join(earlier: number, later: number): void {
    if (this.at.data[later]! - this.at.data[earlier]! > CONVERSATION_GAP) return;
    this.after[earlier] = later;
    this.before[later] = earlier;
  }

  /** As `inOrder` of messages. */
  #inOrder(a: number, b: number): number {
    const [x, y] = [this.#ids[a]!, this.#ids[b]!];
    return (
      this.at.data[a]! - this.at.data[b]! ||
      this.#recordedAt.data[a]! - this.#recordedAt.data[b]! ||
      this.#seq.data[a]! - this.#seq.data[b]! ||
      (x < y ? -1 : x > y ? 1 : 0)
    );
  }

  #languageAt(place: number): Language {
    return LANGUAGES[(this.#flags.data[place]! >> LANGUAGE_SHIFT) & 255]!;
  }

  #threadOf(thread: string): number {
    let number = this.#threadNumbers.get(thread);
    if (number === undefined) {
      this.#threadNumbers.set(thread, (number = this.#threads.push(thread) - 1));
      this.#threadPlaces.push([]);
    }
    return number;
  }

  #speakerOf(names: readonly string[]): number {
    const key = names.join(" ");
    let number = this.#speakerNumbers.get(key);
    if (number === undefined) this.#speakerNumbers.set(key, (number = this.speakers.push(names) - 1));
    return number;
  }
}

interface Row {
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
