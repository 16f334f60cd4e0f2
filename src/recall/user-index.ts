import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { DAY } from "../domain/time.js";
import { analyse, type Analysed } from "./analysed.js";
import { Ints, intsOf } from "./columns.js";
import { dateWords } from "./document.js";
import type { Memory } from "./index-port.js";
import { IndexRows, type Columns, type Row } from "./index-rows.js";
import type { Language } from "./languages.js";
import { Neighbours } from "./neighbours.js";
import { Postings } from "./postings.js";
import { TermCounter } from "./term-counter.js";
import { Vocabulary } from "./vocabulary.js";

/** A language counts as the user's when it has this share of the memories. */
const LANGUAGE_SHARE = 0.02;
/** Changed and removed documents stay as holes until they are this share. */
const MAX_HOLES = 0.3;
const NO_TERMS: readonly number[] = [];
/** Names that every message has. */
export const NAMELESS = /^(user|assistant|human|ai|bot|system)\d*$/;

interface UserIndexOptions {
  readonly keep?: boolean;
  readonly columns?: Columns;
  readonly population?: number;
  readonly common?: ReadonlySet<string>;
}

/** All memories of one user, inverted, in memory, without their texts. Holds no state that the log does not have. */
export class UserIndex extends IndexRows {
  readonly vocabulary = new Vocabulary();
  readonly passages: Postings;
  readonly about: Postings;
  /** First passage of each document, and where each passage begins in the sequence of terms; each with an end. */
  readonly firstPassage: Ints;
  readonly passageStart: Ints;
  readonly sequence: Ints;
  readonly neighbours: Neighbours = new Neighbours(this);
  /** The names of each speaker, as terms. */
  readonly speakers: (readonly string[])[] = [];
  readonly #threads: string[] = [];
  readonly #successors = new Map<number, MemoryId>();
  readonly #records: (MemoryRecord | undefined)[] | undefined;
  readonly #places = new Map<MemoryId, number>();
  readonly #threadNumbers = new Map<string, number>();
  readonly #speakerNumbers = new Map<string, number>();
  readonly #languages = new Map<Language, number>();
  readonly #counter = new TermCounter();
  /** Date words by day. */
  readonly #dates = new Map<number, readonly number[]>();
  #totalLength = 0;
  #livePassages = 0;
  readonly #population: number | undefined;
  readonly #common: ReadonlySet<string> | undefined;

  /**
   * `keep`: also the records, where they are far away. `population`: among how many these are, where they are only the likely ones.
   * `common`: terms that others of those hold too.
   */
  constructor({ keep = false, columns, population, common }: UserIndexOptions = {}) {
    super(columns);
    this.#population = population;
    this.#common = common;
    this.#records = keep ? [] : undefined;
    this.passages = new Postings(columns?.passages);
    this.about = new Postings(columns?.about);
    this.sequence = columns ? intsOf(columns.sequence) : new Ints();
    this.firstPassage = columns ? intsOf(columns.firstPassage) : new Ints(new Int32Array(64), 1);
    this.passageStart = columns ? intsOf(columns.passageStart) : new Ints(new Int32Array(64), 1);
    if (!columns) return;
    for (const term of columns.terms) this.vocabulary.add(term);
    for (const thread of columns.threads) this.#threadOf(thread);
    for (const speaker of columns.speakers) this.#speakerOf(speaker);
    for (const [place, id] of columns.successors) this.#successors.set(place, id as MemoryId);
    this.#livePassages = this.passageCount;
    this.#totalLength = this.sequence.length;
    for (let place = 0; place < this.length; place++) this.#register(place);
  }

  get passageCount(): number {
    return this.passageStart.length - 1;
  }

  get size(): number {
    return this.#places.size;
  }

  /** How many memories the user has: what is rare is rare among all of them. */
  get population(): number {
    return Math.max(this.#population ?? 0, this.size);
  }

  /** How many of the population hold a term; of a common one as large a share as of those that are here. */
  documentsOf(term: number): number {
    const here = this.passages.documents(term);
    return this.#common?.has(this.vocabulary.terms[term]!) ? (here / this.size) * this.population : here;
  }

  get averageLength(): number {
    return this.#totalLength / this.#livePassages || 1;
  }

  get bytes(): number {
    return (
      this.passages.bytes +
      this.about.bytes +
      this.vocabulary.terms.length * 130 +
      this.length * (this.#records ? 1200 : 320) +
      this.sequence.length * 8
    );
  }

  /** So many removed documents that building anew is worth it. */
  get worn(): boolean {
    return this.length > 100 && this.size < this.length * (1 - MAX_HOLES);
  }

  memoryAt(place: number): Memory {
    const supersededBy = this.#successors.get(place);
    const record = this.#records?.[place];
    return {
      id: this.placed[place]!,
      kind: this.kindAt(place),
      at: this.at.data[place]!,
      status: this.isClosed(place) ? "closed" : "current",
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
    return place !== undefined && this.version.data[place] === version && this.recordedAt.data[place] === recordedAt;
  }

  /** Adds a memory or takes its new version. */
  put(record: MemoryRecord): void {
    this.place(analyse(record), record);
  }

  /** What was analysed before; the record itself only where it is to be kept. */
  place({ passages, thread, speaker, supersededBy, ...row }: Analysed, record?: MemoryRecord): void {
    this.remove(row.id);
    if (supersededBy !== undefined) this.#successors.set(this.length, supersededBy);
    this.#records?.push(record);
    this.#append(
      {
        ...row,
        thread: thread === undefined ? -1 : this.#threadOf(thread),
        speaker: speaker.length > 0 ? this.#speakerOf(speaker) : -1,
      },
      passages,
      (term) => this.vocabulary.add(term),
    );
  }

  remove(id: MemoryId): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    const language = this.languageAt(place);
    this.bury(place);
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
    this.neighbours.remove(place);
  }

  /** The user's languages, the most frequent first. */
  languages(): Language[] {
    const most = [...this.#languages].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return most.filter(([, count]) => count > 0 && count >= this.size * LANGUAGE_SHARE).map(([language]) => language);
  }

  /** Without holes, and without the words that only they held. */
  compacted(): UserIndex {
    const fresh = new UserIndex({ keep: this.#records !== undefined });
    for (let place = 0; place < this.length; place++) {
      if (!this.alive(place)) continue;
      const successor = this.#successors.get(place);
      if (successor !== undefined) fresh.#successors.set(fresh.length, successor);
      fresh.#records?.push(this.#records![place]);
      const thread = this.thread.data[place]!;
      const speaker = this.speaker.data[place]!;
      const passages: Int32Array[] = [];
      for (let passage = this.firstPassage.data[place]!; passage < this.firstPassage.data[place + 1]!; passage++)
        passages.push(this.sequence.data.subarray(this.passageStart.data[passage], this.passageStart.data[passage + 1]));
      fresh.#append(
        {
          ...this.rowAt(place),
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
      ...this.rowColumns(),
      terms: this.vocabulary.terms,
      threads: this.#threads,
      speakers: this.speakers,
      successors: [...this.#successors],
      firstPassage: this.firstPassage.taken(),
      passageStart: this.passageStart.taken(),
      sequence: this.sequence.taken(),
      passages: this.passages.columns(this.vocabulary.terms.length),
      about: this.about.columns(this.vocabulary.terms.length),
    };
  }

  #append<Term>(row: Row, passages: Iterable<Iterable<Term>>, numberOf: (term: Term) => number): void {
    const place = this.push(row);
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
    this.#places.set(this.placed[place]!, place);
    const language = this.languageAt(place);
    this.#languages.set(language, (this.#languages.get(language) ?? 0) + 1);
    this.neighbours.add(place, this.thread.data[place]!);
  }

  /** Terms with their counts, and the topics they speak of, each by how many different terms. */
  #count(passage: number, place: number): void {
    const found: number[] = [];
    const [from, to] = [this.passageStart.data[passage]!, this.passageStart.data[passage + 1]!];
    this.#livePassages++;
    this.#totalLength += to - from;
    for (let i = from; i < to; i++) this.#counter.meet(this.sequence.data[i]!, passage, found, this.vocabulary.terms.length);
    for (let i = 0, terms = found.length; i < terms; i++) {
      const topics = this.vocabulary.topicsOf(found[i]!);
      for (let j = 0; j < topics.length; j++) this.#counter.meet(topics[j]!, passage, found, this.vocabulary.terms.length);
    }
    for (let i = 0; i < found.length; i++) this.passages.add(found[i]!, passage, this.#counter.countOf(found[i]!), place);
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

  #threadOf(thread: string): number {
    let number = this.#threadNumbers.get(thread);
    if (number === undefined) this.#threadNumbers.set(thread, (number = this.#threads.push(thread) - 1));
    return number;
  }

  #speakerOf(names: readonly string[]): number {
    const key = names.join(" ");
    let number = this.#speakerNumbers.get(key);
    if (number === undefined) this.#speakerNumbers.set(key, (number = this.speakers.push(names) - 1));
    return number;
  }
}
