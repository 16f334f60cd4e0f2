/**
 * An inverted index that only grows: for each term (by its number), the units (passages or documents) it stands in and how often.
 * A posting is one number: unit * 64 + count.
 */
const COUNT_BITS = 6;
const MAX_COUNT = 63;

const NONE: readonly number[] = [];
export const unitOf = (entry: number): number => entry >>> COUNT_BITS;
export const countOf = (entry: number): number => entry & MAX_COUNT;

export class Postings {
  /** Plain numbers: most terms are rare, and a typed array for each costs more than its entries. */
  readonly #entries: (number[] | undefined)[] = [];
  readonly #documents: number[] = [];
  readonly #lastDocument: number[] = [];
  #count = 0;

  add(term: number, unit: number, count: number, document: number): void {
    while (this.#entries.length <= term) {
      this.#entries.push(undefined);
      this.#documents.push(0);
      this.#lastDocument.push(-1);
    }
    const entry = unit * (MAX_COUNT + 1) + (count > MAX_COUNT ? MAX_COUNT : count);
    const entries = this.#entries[term];
    if (entries) entries.push(entry);
    else this.#entries[term] = [entry];
    this.#count++;
    // A document of many passages counts once.
    if (this.#lastDocument[term] !== document) {
      this.#documents[term]!++;
      this.#lastDocument[term] = document;
    }
  }

  /** One document less holds the term. Its entries stay: they lead to a hole. */
  forget(term: number): void {
    if (this.documents(term) > 0) this.#documents[term]!--;
  }

  /** In how many documents a term stands; none for a term that is not known (-1). */
  documents(term: number): number {
    return this.#documents[term] ?? 0;
  }

  /** The postings of a term, to be read with `unitOf` and `countOf`: a callback for each would cost more than the arithmetic. */
  of(term: number): readonly number[] {
    return this.#entries[term] ?? NONE;
  }

  /** Bytes, roughly: entries, and what a list costs. */
  get bytes(): number {
    return this.#count * 10 + this.#entries.length * 90;
  }
}

/** How much a term says: the rarer, the more (BM25's inverse document frequency, never negative). */
export const rarity = (documents: number, all: number): number => Math.log(1 + (all - documents + 0.5) / (documents + 0.5));
