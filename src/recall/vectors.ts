import { Best } from "./board.js";
import { dots, strideOf } from "./dots.js";

/** Embeddings of one user in a byte for each dimension: a tenth of the size, and exact enough to rank by. */
export class Vectors {
  readonly dimensions: number;
  readonly #stride: number;
  #rows: Int8Array;
  #scales: Float32Array;
  #count = 0;
  readonly #places = new Map<string, number>();
  readonly #ids: string[] = [];

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#stride = strideOf(dimensions);
    this.#rows = new Int8Array(this.#stride * 16);
    this.#scales = new Float32Array(16);
  }

  get size(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#rows.byteLength + this.#scales.byteLength + this.#count * 100;
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  put(id: string, quantised: Int8Array): void {
    if (quantised.length !== this.dimensions)
      throw new RangeError(`an embedding of ${quantised.length} dimensions among those of ${this.dimensions}`);
    let place = this.#places.get(id);
    if (place === undefined) {
      place = this.#count++;
      this.#places.set(id, place);
      this.#ids.push(id);
      if (place === this.#scales.length) this.#grow();
    }
    this.#rows.set(quantised, place * this.#stride);
    this.#scales[place] = 1 / (Math.hypot(...chunks(quantised)) || 1);
  }

  /** The last row takes its place. */
  remove(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    const last = --this.#count;
    const moved = this.#ids[last]!;
    this.#rows.copyWithin(place * this.#stride, last * this.#stride, (last + 1) * this.#stride);
    this.#rows.fill(0, last * this.#stride, (last + 1) * this.#stride);
    this.#scales[place] = this.#scales[last]!;
    this.#ids[place] = moved;
    this.#ids.pop();
    this.#places.set(moved, place);
    this.#places.delete(id);
  }

  /** Cosine of every row with the query, best first, at most `limit`. */
  nearest(query: Int8Array, limit: number): [id: string, cosine: number][] {
    const norm = 1 / (Math.hypot(...chunks(query)) || 1);
    const products = new Int32Array(this.#count);
    dots(this.#rows, query, this.#stride, this.#count, products);
    const found = new Best(limit);
    for (let place = 0; place < this.#count; place++) found.offer(place, Math.fround(products[place]! * this.#scales[place]! * norm));
    return found.sorted((x, y) => (this.#ids[x]! < this.#ids[y]! ? -1 : 1)).map(([place, cosine]) => [this.#ids[place]!, cosine]);
  }

  #grow(): void {
    const rows = new Int8Array(this.#rows.length * 2);
    rows.set(this.#rows);
    const scales = new Float32Array(this.#scales.length * 2);
    scales.set(this.#scales);
    [this.#rows, this.#scales] = [rows, scales];
  }
}

/** One number per 64 dimensions is enough for hypot, which takes its arguments on the stack. */
function chunks(row: Int8Array): number[] {
  const sums: number[] = [];
  for (let i = 0; i < row.length; i += 64) {
    let sum = 0;
    for (let j = i; j < Math.min(i + 64, row.length); j++) sum += row[j]! * row[j]!;
    sums.push(Math.sqrt(sum));
  }
  return sums;
}

/** To whole numbers of -127 to 127, the largest at the end of the range. */
export function quantise(vector: ArrayLike<number> & Iterable<number>): Int8Array {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest > 0 && Number.isFinite(largest) ? 127 / largest : 0;
  return Int8Array.from(vector, (value) => Math.round(value * scale));
}
