/**
 * Products of one row of bytes with many, sixteen bytes at a time: ten times as fast as JavaScript can. The module, as text:
 *
 *   (func (export "dots") (param $rows $query $dims $count $out i32)    ;; dims is a multiple of 16, count is not 0
 *     loop
 *       sum = i32x4 0, i = 0
 *       loop
 *         a = v128.load rows + i, q = v128.load query + i
 *         sum += i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s a) (i16x8.extend_low_i8x16_s q), and the same with extend_high
 *         i += 16, br_if i < dims
 *       i32.store out (the four lanes of sum, added)
 *       rows += dims, out += 4, count -= 1, br_if count
 */
const MODULE =
  "AGFzbQEAAAABCQFgBX9/f39/AAMCAQAFAwEAAQcRAgRkb3RzAAAGbWVtb3J5AgAKoAEBnQECAX8DewNA/QwAAAAAAAAAAAAAAAAAAAAAIQZBACEFA0AgACAFav0AAAAh" +
  "ByABIAVq/QAAACEIIAYgB/2HASAI/YcB/boB/a4BIAf9iAEgCP2IAf26Af2uASEGIAVBEGoiBSACSA0ACyAEIAb9GwAgBv0bAWogBv0bAmogBv0bA2o2AgAgACACaiEA" +
  "IARBBGohBCADQQFrIgMNAAsL";
const LANES = 16;
/** Rows are brought into the module's own memory in blocks of this size: it stays small, however many there are. */
const BLOCK = 2 ** 20;
const PAGE = 2 ** 16;

interface Dots {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly dots: (rows: number, query: number, dims: number, count: number, out: number) => void;
}

/** Node has it; the types that we compile with do not. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: object };
  };
};

let machine: Dots | null | undefined;

/** Null where WebAssembly is switched off or knows no SIMD. */
function load(): Dots | null {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MODULE, "base64")));
    return exports as Dots;
  } catch {
    return null;
  }
}

/** Length of a row in memory: a whole number of lanes, the rest zeros. */
export const strideOf = (dimensions: number): number => Math.ceil(dimensions / LANES) * LANES;

/** The product of `query` with each of `count` rows of `stride` bytes. */
export function dots(rows: Int8Array, query: Int8Array, stride: number, count: number, out: Int32Array): void {
  machine ??= load();
  if (machine === null) return dotsInScript(rows, query, stride, count, out);
  const each = Math.max(1, Math.floor(BLOCK / stride));
  const outAt = stride;
  const rowsAt = outAt + each * 4 + ((LANES - ((outAt + each * 4) % LANES)) % LANES);
  const missing = rowsAt + each * stride - machine.memory.buffer.byteLength;
  if (missing > 0) machine.memory.grow(Math.ceil(missing / PAGE));
  const bytes = new Int8Array(machine.memory.buffer);
  bytes.fill(0, 0, stride).set(query);
  for (let from = 0; from < count; from += each) {
    const some = Math.min(each, count - from);
    bytes.set(rows.subarray(from * stride, (from + some) * stride), rowsAt);
    machine.dots(rowsAt, 0, stride, some, outAt);
    out.set(new Int32Array(machine.memory.buffer, outAt, some), from);
  }
  // What was embedded is not left where the next user's rows come.
  bytes.fill(0);
}

export function dotsInScript(rows: Int8Array, query: Int8Array, stride: number, count: number, out: Int32Array): void {
  const length = query.length;
  for (let place = 0, at = 0; place < count; place++, at += stride) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum = (sum + rows[at + i]! * query[i]!) | 0;
    out[place] = sum;
  }
}
