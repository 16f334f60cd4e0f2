/** Whole numbers in a growing column: a tenth of what objects would take, and written to a file as it is. */
export class Ints {
  data: Int32Array;
  length: number;

  constructor(data = new Int32Array(64), length = 0) {
    this.data = data;
    this.length = length;
  }

  push(value: number): number {
    if (this.length === this.data.length) {
      const grown = new Int32Array(Math.max(64, this.length * 2));
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length] = value;
    return this.length++;
  }

  last(): number {
    return this.data[this.length - 1]!;
  }

  taken(): Int32Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }
}

/** Times and shares. */
export class Floats {
  data: Float64Array;
  length: number;

  constructor(data = new Float64Array(64), length = 0) {
    this.data = data;
    this.length = length;
  }

  push(value: number): number {
    if (this.length === this.data.length) {
      const grown = new Float64Array(Math.max(64, this.length * 2));
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length] = value;
    return this.length++;
  }

  taken(): Float64Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }
}

export const intsOf = (data: Int32Array<ArrayBuffer>): Ints => new Ints(data, data.length);
export const floatsOf = (data: Float64Array<ArrayBuffer>): Floats => new Floats(data, data.length);
