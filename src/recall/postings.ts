/**
 * An inverted index that only grows: for each term, the units (passages or documents) it stands in and how often.
 * A posting is one number: unit * 64 + count.
 */
const COUNT_BITS = 6;
const MAX_COUNT = 63;

const NONE: readonly number[] = [];
export const unitOf = (entry: number): number => entry >>> COUNT_BITS;
export const countOf = (entry: number): number => entry & MAX_COUNT;

interface List {
  /** Plain numbers: most terms are rare, and a typed array for each costs more than its entries. */
  readonly entries: number[];
  /** Documents that hold the term; a document of many passages counts once. */
  documents: number;
  lastDocument: number;
}

export class Postings {
  readonly #lists = new Map<string, List>();
  readonly #order: string[] = [];
  #entries = 0;

  add(term: string, unit: number, count: number, document: number): void {
    let list = this.#lists.get(term);
    if (!list) {
      this.#lists.set(term, (list = { entries: [], documents: 0, lastDocument: -1 }));
      this.#order.push(term);
    }
    list.entries.push(unit * (MAX_COUNT + 1) + Math.min(count, MAX_COUNT));
    this.#entries++;
    if (list.lastDocument !== document) {
      list.documents++;
      list.lastDocument = document;
    }
  }

  /** One document less holds the term. Its entries stay: they lead to a hole. */
  forget(term: string): void {
    const list = this.#lists.get(term);
    if (list) list.documents--;
  }

  has(term: string): boolean {
    return this.documents(term) > 0;
  }

  /** Terms that were new since the index held `from` of them. */
  terms(from: number): readonly string[] {
    return this.#order.slice(from);
  }

  /** In how many documents a term stands. */
  documents(term: string): number {
    return this.#lists.get(term)?.documents ?? 0;
  }

  /** The postings of a term, to be read with `unitOf` and `countOf`: a callback for each would cost more than the arithmetic. */
  of(term: string): readonly number[] {
    return this.#lists.get(term)?.entries ?? NONE;
  }

  /** Bytes, roughly: entries, and what a map entry with its key costs. */
  get bytes(): number {
    return this.#entries * 12 + this.#lists.size * 220;
  }
}

/** How much a term says: the rarer, the more (BM25's inverse document frequency, never negative). */
export const rarity = (documents: number, all: number): number => Math.log(1 + (all - documents + 0.5) / (documents + 0.5));
