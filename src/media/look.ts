/**
 * How a picture is recognised without a model. It is known by its look: 32 x 32 pixels. Many windows of it are hashed (dHash: which of
 * two neighbouring cells is brighter; 64 bits), so that a copy that was scaled, recompressed or cropped to about half of each side is
 * a candidate at once; `fit` then decides.
 */
export const LOOK_SIDE = 32;
/** Red, green and blue. */
export const CHANNELS = 3;

/** A window of a picture in fractions of its sides. */
export type Window = readonly [x: number, y: number, width: number, height: number];

/** Shares of a side that a window may take, with steps fine enough that a crop lies within half a cell of one of them. */
const SPANS: readonly (readonly [from: number, size: number])[] = [1, 0.85, 0.7, 0.55].flatMap((size) => {
  const steps = Math.round((1 - size) / 0.075);
  return Array.from({ length: steps + 1 }, (_, i) => [steps === 0 ? 0 : ((1 - size) * i) / steps, size] as const);
});
/** The whole picture comes first. */
export const WINDOWS: readonly Window[] = SPANS.flatMap(([x, width]) => SPANS.map(([y, height]): Window => [x, y, width, height]));

/** A hash says of each of 8 x 8 cells whether it is brighter than the one to its right. */
const COLUMNS = 8;
const ROWS = 8;
/** Less contrast is a plain surface, whose hash would be noise. */
const MIN_CONTRAST = 24;

const SIDE = LOOK_SIDE + 1;

/** Brightness of a pixel of a look. */
export const brightness = (look: Uint8Array, pixel: number): number =>
  0.299 * look[pixel * CHANNELS]! + 0.587 * look[pixel * CHANNELS + 1]! + 0.114 * look[pixel * CHANNELS + 2]!;

/** Sums of all pixels above and to the left (33 x 33), so that a window of any size is read in a moment. */
export function sumsOf(valueAt: (pixel: number) => number): Float64Array {
  const sums = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < LOOK_SIDE; y++) {
    let row = 0;
    for (let x = 0; x < LOOK_SIDE; x++) {
      row += valueAt(y * LOOK_SIDE + x);
      sums[(y + 1) * SIDE + x + 1] = sums[y * SIDE + x + 1]! + row;
    }
  }
  return sums;
}

/** Where the cells of a span begin and end, in pixels, which they need not fill. */
const edgesOf = (from: number, size: number, parts: number): number[] =>
  Array.from({ length: parts + 1 }, (_, i) => Math.min(LOOK_SIDE, Math.max(0, (from + (size * i) / parts) * LOOK_SIDE)));

/** The sums down a column that may lie between pixels. */
function columnAt(sums: Float64Array, x: number): Float64Array {
  const left = Math.min(LOOK_SIDE - 1, Math.floor(x));
  const share = x - left;
  const column = new Float64Array(SIDE);
  for (let y = 0; y < SIDE; y++) column[y] = sums[y * SIDE + left]! * (1 - share) + sums[y * SIDE + left + 1]! * share;
  return column;
}

/** The means of the cells between columns and rows, row by row. */
function cellsOf(across: readonly Float64Array[], xs: readonly number[], ys: readonly number[], cells: Float64Array): Float64Array {
  const columns = across.length - 1;
  const area = (xs[1]! - xs[0]!) * (ys[1]! - ys[0]!);
  for (let y = 0; y < ys.length; y++) {
    const top = Math.min(LOOK_SIDE - 1, Math.floor(ys[y]!));
    const share = ys[y]! - top;
    let before = 0;
    for (let x = 0; x <= columns; x++) {
      const sums = across[x]!;
      const sum = sums[top]! * (1 - share) + sums[top + 1]! * share;
      // What is above is taken off in the row below.
      if (x > 0 && y < ys.length - 1) cells[y * columns + x - 1] = -(sum - before);
      if (x > 0 && y > 0) cells[(y - 1) * columns + x - 1]! += sum - before;
      before = sum;
    }
  }
  for (let i = 0; i < cells.length; i++) cells[i]! /= area;
  return cells;
}

/** The hashes of all windows: two numbers of 32 bits each. A window of one brightness has none (zeros). */
export function hashesOf(look: Uint8Array): Uint32Array {
  const sums = sumsOf((pixel) => brightness(look, pixel));
  const xs = SPANS.map(([from, size]) => edgesOf(from, size, COLUMNS + 1));
  const ys = SPANS.map(([from, size]) => edgesOf(from, size, ROWS));
  const cells = new Float64Array((COLUMNS + 1) * ROWS);
  const hashes = new Uint32Array(WINDOWS.length * 2);
  // All windows of one span across share their columns.
  xs.forEach((across, i) => {
    const columns = across.map((x) => columnAt(sums, x));
    ys.forEach((down, j) => hashInto(hashes, 2 * (i * SPANS.length + j), cellsOf(columns, across, down, cells)));
  });
  return hashes;
}

function hashInto(hashes: Uint32Array, place: number, cells: Float64Array): void {
  let [least, most] = [Infinity, -Infinity];
  for (const cell of cells) {
    if (cell < least) least = cell;
    if (cell > most) most = cell;
  }
  if (most - least < MIN_CONTRAST) return;
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < COLUMNS; x++) {
      const i = y * (COLUMNS + 1) + x;
      if (cells[i]! > cells[i + 1]!) hashes[place + (y < ROWS / 2 ? 0 : 1)]! |= 1 << ((y % (ROWS / 2)) * COLUMNS + x);
    }
  }
}

/** Bits that are set (Hacker's Delight, 5-2). */
export function bits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
