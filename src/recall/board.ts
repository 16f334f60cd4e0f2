/** The numbers of one search. They are kept from search to search: allocating megabytes for a question costs more than answering it. */
export class Board {
  /** By passage. */
  words = new Float64Array(0);
  topics = new Float64Array(0);
  /** By document: names and dates, phrases, the score by itself, what its neighbours lend it, and its best passage. */
  about = new Float64Array(0);
  phrases = new Float64Array(0);
  own = new Float64Array(0);
  near = new Float64Array(0);
  best = new Int32Array(0);

  clear(passages: number, documents: number): void {
    if (this.words.length < passages) [this.words, this.topics] = [roomFor(passages), roomFor(passages)];
    else for (const numbers of [this.words, this.topics]) numbers.fill(0, 0, passages);
    if (this.own.length < documents) {
      [this.about, this.phrases, this.own, this.near] = [roomFor(documents), roomFor(documents), roomFor(documents), roomFor(documents)];
      this.best = new Int32Array(this.own.length);
    } else for (const numbers of [this.about, this.phrases, this.own, this.near]) numbers.fill(0, 0, documents);
  }
}

/** With room to grow, so that a growing log does not allocate anew at every message. */
const roomFor = (count: number): Float64Array<ArrayBuffer> => new Float64Array(Math.ceil(count * 1.5));

/** The best so many of a stream, in a heap with the least of them on top. */
export class Best {
  readonly #limit: number;
  readonly #heap: [place: number, score: number][] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(place: number, score: number): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      let i = heap.push([place, score]) - 1;
      for (; i > 0 && heap[(i - 1) >> 1]![1] > heap[i]![1]; i = (i - 1) >> 1)
        [heap[i], heap[(i - 1) >> 1]] = [heap[(i - 1) >> 1]!, heap[i]!];
      return;
    }
    if (score <= (heap[0]?.[1] ?? Infinity)) return;
    heap[0] = [place, score];
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && heap[child]![1] < heap[least]![1]) least = child;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }

  places(): number[] {
    return this.#heap.map(([place]) => place);
  }

  /** Best first; `ties` orders places of equal score. */
  sorted(ties: (a: number, b: number) => number): [place: number, score: number][] {
    return [...this.#heap].sort((a, b) => b[1] - a[1] || ties(a[0], b[0]));
  }
}
