import { inOrder, type MessageRecord } from "../domain/message.js";
import type { MemoryId, MemoryRecord } from "../domain/record.js";
import { HOUR } from "../domain/time.js";
import { trigrams } from "./analysis.js";
import { documentOf, type Document } from "./document.js";
import type { Language } from "./languages.js";
import { Postings } from "./postings.js";
import { topicsOf } from "./topics.js";

/** Messages further apart were not said in one conversation. */
const CONVERSATION_GAP = HOUR;
/** A language counts as the user's when it has this share of the memories. */
const LANGUAGE_SHARE = 0.02;
/** Changed and removed documents stay as holes until they are this share. */
const MAX_HOLES = 0.3;
/** Of texts that do not show their language; fixed, so that the order of arrival makes no difference. */
const FALLBACK: Language = "en";
/** Words written with letters for sounds, where one wrong letter leaves most of the word. */
const SPELLED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hangul}]{4,30}$/u;
const NAMELESS = /^(user|assistant|human|ai|bot|system)\d*$/;

/** All memories of one user, inverted, in memory. Holds no state that the log does not have. */
export class UserIndex {
  readonly documents: (Document | undefined)[] = [];
  readonly passages = new Postings();
  readonly about = new Postings();
  /** First passage of each document; the document and length of each passage. */
  readonly firstPassage: number[] = [0];
  readonly passageDocument: number[] = [];
  readonly passageLength: number[] = [];
  readonly before: number[] = [];
  readonly after: number[] = [];
  readonly names = new Set<string>();
  #places = new Map<MemoryId, number>();
  #threads = new Map<string, number[]>();
  #unsorted = new Set<string>();
  #languages = new Map<Language, number>();
  readonly #vocabulary = new Map<string, string[]>();
  #vocabularySize = 0;
  #totalLength = 0;
  #livePassages = 0;
  #characters = 0;

  get size(): number {
    return this.#places.size;
  }

  get averageLength(): number {
    return this.#totalLength / this.#livePassages || 1;
  }

  get bytes(): number {
    return this.passages.bytes + this.about.bytes + this.#characters * 2 + this.documents.length * 700 + this.#totalLength * 8;
  }

  /** So many removed documents that building anew is worth it. */
  get worn(): boolean {
    return this.documents.length > 100 && this.size < this.documents.length * (1 - MAX_HOLES);
  }

  get(id: MemoryId): MemoryRecord | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.documents[place]?.record;
  }

  records(fits: (record: MemoryRecord) => boolean): MemoryRecord[] {
    const found: MemoryRecord[] = [];
    for (const document of this.documents) if (document && fits(document.record)) found.push(document.record);
    return found;
  }

  /** Adds a memory or takes its new version. */
  put(record: MemoryRecord): void {
    const place = this.#places.get(record.id);
    const old = place === undefined ? undefined : this.documents[place];
    if (old && place !== undefined && sameContent(old.record, record)) {
      this.documents[place] = { ...old, record };
      return;
    }
    if (old) this.remove(record.id);
    this.#insert(documentOf(record, FALLBACK));
  }

  remove(id: MemoryId): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    const document = this.documents[place]!;
    this.#places.delete(id);
    this.documents[place] = undefined;
    this.#languages.set(document.language, this.#languages.get(document.language)! - 1);
    this.#livePassages -= document.passages.length;
    for (const passage of document.passages) this.#totalLength -= passage.length;
    for (const term of new Set(document.passages.flatMap((passage) => [...counted(passage).keys()]))) this.passages.forget(term);
    for (const term of document.about) this.about.forget(term);
    const [before, after] = [this.before[place]!, this.after[place]!];
    if (before >= 0) this.after[before] = after;
    if (after >= 0) this.before[after] = before;
  }

  /** The user's languages, the most frequent first. */
  languages(): Language[] {
    const most = [...this.#languages].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return most.filter(([, count]) => count >= this.size * LANGUAGE_SHARE).map(([language]) => language);
  }

  /** Terms by trigram, for words the log does not have. */
  spellings(trigram: string): readonly string[] {
    const fresh = this.passages.terms(this.#vocabularySize);
    this.#vocabularySize += fresh.length;
    for (const term of fresh) {
      if (!SPELLED.test(term)) continue;
      for (const piece of trigrams(term)) {
        const known = this.#vocabulary.get(piece);
        if (known) known.push(term);
        else this.#vocabulary.set(piece, [term]);
      }
    }
    return (this.#vocabulary.get(trigram) ?? []).filter((term) => this.passages.has(term));
  }

  /** Puts each thread in the order of speaking, where messages came late. */
  link(): void {
    for (const thread of this.#unsorted) {
      const places = (this.#threads.get(thread) ?? []).filter((place) => this.documents[place]);
      places.sort((a, b) => inOrder(this.#message(a), this.#message(b)));
      this.#threads.set(thread, places);
      places.forEach((place, i) => {
        this.before[place] = -1;
        this.after[place] = -1;
        if (i > 0) this.#join(places[i - 1]!, place);
      });
    }
    this.#unsorted.clear();
  }

  #insert(document: Document): void {
    const place = this.documents.push(document) - 1;
    this.#places.set(document.record.id, place);
    this.#characters += document.record.text.length;
    this.#languages.set(document.language, (this.#languages.get(document.language) ?? 0) + 1);
    for (const passage of document.passages) {
      const number = this.passageDocument.push(place) - 1;
      this.passageLength.push(passage.length);
      this.#livePassages++;
      this.#totalLength += passage.length;
      for (const [term, count] of counted(passage)) this.passages.add(term, number, count, place);
    }
    this.firstPassage.push(this.passageDocument.length);
    for (const term of document.about) if (!NAMELESS.test(term)) this.about.add(term, place, 1, place);
    for (const name of document.speaker) if (!NAMELESS.test(name)) this.names.add(name);
    this.before.push(-1);
    this.after.push(-1);
    if (document.record.kind === "message") this.#follow(document.record as MessageRecord, place);
  }

  #follow(message: MessageRecord, place: number): void {
    const thread = message.thread ?? "";
    const places = this.#threads.get(thread);
    if (!places) {
      this.#threads.set(thread, [place]);
      return;
    }
    const last = this.documents[places.at(-1)!] ? places.at(-1)! : -1;
    places.push(place);
    if (last < 0 || inOrder(this.#message(last), message) > 0) this.#unsorted.add(thread);
    else this.#join(last, place);
  }

  #join(earlier: number, later: number): void {
    if (this.#message(later).at - this.#message(earlier).at > CONVERSATION_GAP) return;
    this.after[earlier] = later;
    this.before[later] = earlier;
  }

  #message(place: number): MessageRecord {
    return this.documents[place]!.record as MessageRecord;
  }
}

const sameContent = (a: MemoryRecord, b: MemoryRecord): boolean =>
  a.text === b.text && a.at === b.at && a.keywords.length === b.keywords.length && a.keywords.every((word, i) => word === b.keywords[i]);

/** Terms with their counts, and the topics they speak of, each by how many different terms. */
function counted(passage: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of passage) counts.set(term, (counts.get(term) ?? 0) + 1);
  for (const term of [...counts.keys()]) for (const topic of topicsOf(term)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
