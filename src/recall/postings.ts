/**
 * An inverted index that only grows: for each term (by its number), the units (passages or documents) it stands in and how often.
 * A posting is one number: unit * 64 + count.
 */
const COUNT_BITS = 6;
const MAX_COUNT = 63;

const NONE: readonly number[] = [];
export const unitOf = (entry: number): number => entry >>> COUNT_BITS;
export const countOf = (entry: number): number => entry & MAX_COUNT;

export interface PostingColumns {
  readonly starts: Int32Array<ArrayBuffer>;
  readonly block: Int32Array<ArrayBuffer>;
  readonly documents: Int32Array<ArrayBuffer>;
}

export class Postings {
  /** What was there from the start, in one block: the entries of term t from starts[t] to starts[t + 1]. */
  #starts = new Int32Array(1);
  #block = new Int32Array(0);
  /** What came later. Plain numbers: most terms are rare, and a typed array for each costs more than its entries. */
  readonly #later = new Map<number, number[]>();
  #documents = new Int32Array(64);
  #lastDocument = new Int32Array(64).fill(-1);
  #count = 0;

  constructor(written?: PostingColumns) {
    if (!written) return;
    this.#starts = written.starts;
    this.#block = written.block;
    this.#count = written.block.length;
    this.#room(written.documents.length);
    this.#documents.set(written.documents);
  }

  /** All in one block, to be written. */
  columns(vocabulary: number): PostingColumns {
    const starts = new Int32Array(vocabulary + 1);
    const block = new Int32Array(this.#count);
    let end = 0;
    for (let term = 0; term < vocabulary; term++) {
      for (const entries of this.of(term)) {
        block.set(entries, end);
        end += entries.length;
      }
      starts[term + 1] = end;
    }
    const documents = new Int32Array(vocabulary);
    documents.set(this.#documents.subarray(0, vocabulary));
    return { starts, block, documents };
  }

  add(term: number, unit: number, count: number, document: number): void {
    this.#room(term + 1);
    const entry = unit * (MAX_COUNT + 1) + (count > MAX_COUNT ? MAX_COUNT : count);
    const entries = this.#later.get(term);
    if (entries) entries.push(entry);
    else this.#later.set(term, [entry]);
    this.#count++;
    this.#meet(term, document);
  }

  /** One document less holds the term. Its entries stay: they lead to a hole. */
  forget(term: number): void {
    if (this.documents(term) > 0) this.#documents[term]!--;
  }

  /** In how many documents a term stands; none for a term that is not known (-1). */
  documents(term: number): number {
    return this.#documents[term] ?? 0;
  }

  /** The postings of a term in two parts, to be read with `unitOf` and `countOf`: a callback for each would cost more than the arithmetic. */
  of(term: number): readonly [ArrayLike<number>, ArrayLike<number>] {
    const first = term + 1 < this.#starts.length ? this.#block.subarray(this.#starts[term], this.#starts[term + 1]) : NONE;
    return [first, this.#later.get(term) ?? NONE];
  }

  /** Bytes, roughly: entries, and what a list costs. */
  get bytes(): number {
    return this.#count * 8 + this.#documents.length * 40;
  }

  /** A document of many passages counts once. */
  #meet(term: number, document: number): void {
    if (this.#lastDocument[term] === document) return;
    this.#lastDocument[term] = document;
    this.#documents[term]!++;
  }

  #room(terms: number): void {
    if (this.#documents.length >= terms) return;
    const documents = new Int32Array(terms * 2);
    documents.set(this.#documents);
    const last = new Int32Array(terms * 2).fill(-1);
    last.set(this.#lastDocument);
    [this.#documents, this.#lastDocument] = [documents, last];
  }
}

/** How much a term says: the rarer, the more (BM25's inverse document frequency, never negative). */
export const rarity = (documents: number, all: number): number => Math.log(1 + (all - documents + 0.5) / (documents + 0.5));
