/** Counts the terms of one passage after another, without clearing what it has counted before. */
export class TermCounter {
  /** By term: the passage in which it was last met, and how often. */
  #met = new Int32Array(0);
  #counts = new Int32Array(0);

  countOf(term: number): number {
    return this.#counts[term]!;
  }

  /** Notes a term of a passage; one that is met for the first time is added to `found`. */
  meet(term: number, passage: number, found: number[], terms: number): void {
    if (term >= this.#met.length) {
      const met = new Int32Array(Math.max(term + 1, terms) * 2).fill(-1);
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
}
