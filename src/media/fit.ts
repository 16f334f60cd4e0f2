import { brightness, CHANNELS, LOOK_SIDE, sumsOf, type Window } from "./look.js";

/** So many cells a side are compared. */
const CELLS = 12;
const WHOLE: Window = [0, 0, 1, 1];
/** Windows are moved and stretched in such steps, halved down to the smallest. */
const FIRST_STEP = 0.04;
const LAST_STEP = 0.008;
const MIN_SIDE = 0.3;
/** What the first steps do not bring so far, smaller ones do not bring to an end. */
const PROMISING = 0.85;

/** A look made ready to be compared: sums of its brightness, and of its colours where they come into it. */
export class Fitted {
  readonly #look: Uint8Array;
  readonly #bright: Float64Array;

  constructor(look: Uint8Array) {
    this.#look = look;
    this.#bright = sumsOf((pixel) => brightness(look, pixel));
  }

  bright(window: Window = WHOLE): Float64Array {
    return windowOf(this.#bright, window);
  }

  colours(window: Window = WHOLE): Float64Array[] {
    const look = this.#look;
    return Array.from({ length: CHANNELS }, (_, channel) =>
      windowOf(
        sumsOf((pixel) => look[pixel * CHANNELS + channel]!),
        window,
      ),
    );
  }
}

/** Reused from window to window: a search looks at thousands. */
const xs = new Float64Array(CELLS + 1);
const above = new Float64Array(CELLS + 1);
const below = new Float64Array(CELLS + 1);

/** The means of the cells of a window, row by row. */
function windowOf(sums: Float64Array, [left, top, width, height]: Window): Float64Array {
  const cells = new Float64Array(CELLS * CELLS);
  const area = (width * height * LOOK_SIDE * LOOK_SIDE) / cells.length;
  for (let x = 0; x <= CELLS; x++) xs[x] = place(left, width, x);
  for (let y = 0; y <= CELLS; y++) {
    const row = place(top, height, y);
    const upper = Math.min(LOOK_SIDE - 1, Math.floor(row));
    for (let x = 0; x <= CELLS; x++) {
      const start = Math.min(LOOK_SIDE - 1, Math.floor(xs[x]!));
      const across = xs[x]! - start;
      const i = upper * (LOOK_SIDE + 1) + start;
      const first = sums[i]! + (sums[i + 1]! - sums[i]!) * across;
      const second = sums[i + LOOK_SIDE + 1]! + (sums[i + LOOK_SIDE + 2]! - sums[i + LOOK_SIDE + 1]!) * across;
      below[x] = first + (second - first) * (row - upper);
    }
    for (let x = 0; y > 0 && x < CELLS; x++) {
      cells[(y - 1) * CELLS + x] = (below[x + 1]! - below[x]! - above[x + 1]! + above[x]!) / area;
    }
    above.set(below);
  }
  return cells;
}

const place = (from: number, size: number, cell: number): number =>
  Math.min(LOOK_SIDE, Math.max(0, (from + (size * cell) / CELLS) * LOOK_SIDE));

/** How alike the whole of a picture is to a window of another in what is bright: from -1 to 1. */
export const brightLikeness = (whole: Fitted, other: Fitted, window: Window): number =>
  correlation([whole.bright()], [other.bright(window)]);

/** The same for a window that is moved and stretched, from where it starts, until it fits best; and the colours must agree, too. */
export function bestFit(whole: Fitted, other: Fitted, start: Window): number {
  const target = [whole.bright()];
  let window = start;
  let best = correlation(target, [other.bright(window)]);
  for (let step = FIRST_STEP; step > LAST_STEP;) {
    const [score, moved] = movesOf(window, step)
      .map((move) => [correlation(target, [other.bright(move)]), move] as const)
      .reduce((a, b) => (b[0] > a[0] ? b : a), [best, window] as const);
    if (score > best) [best, window] = [score, moved];
    else if (best < PROMISING) break;
    else step /= 2;
  }
  return Math.min(best, correlation(whole.colours(), other.colours(window)));
}

/** The window to each side, and each of its edges in and out. */
function movesOf([x, y, width, height]: Window, step: number): Window[] {
  const moves: Window[] = [
    [x - step, y, width, height],
    [x + step, y, width, height],
    [x, y - step, width, height],
    [x, y + step, width, height],
    [x - step, y, width + step, height],
    [x + step, y, width - step, height],
    [x, y, width + step, height],
    [x, y, width - step, height],
    [x, y - step, width, height + step],
    [x, y + step, width, height - step],
    [x, y, width, height + step],
    [x, y, width, height - step],
  ];
  const inside = (from: number, size: number): boolean => from >= 0 && size > MIN_SIDE && from + size <= 1 + 1e-9;
  return moves.filter(([left, top, w, h]) => inside(left, w) && inside(top, h));
}

/** Less variance is a plain surface, which correlates with nothing: two of them are alike when they are equally bright. */
const PLAIN = 4;

function correlation(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  let [count, sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0, 0];
  a.forEach((cells, channel) => {
    const others = b[channel]!;
    for (let i = 0; i < cells.length; i++) {
      const p = cells[i]!;
      const q = others[i]!;
      sumA += p;
      sumB += q;
      squareA += p * p;
      squareB += q * q;
      product += p * q;
    }
    count += cells.length;
  });
  const [meanA, meanB] = [sumA / count, sumB / count];
  const [varianceA, varianceB] = [squareA / count - meanA * meanA, squareB / count - meanB * meanB];
  if (varianceA < PLAIN && varianceB < PLAIN) return Math.abs(meanA - meanB) < 3 ? 1 : 0;
  if (varianceA < PLAIN || varianceB < PLAIN) return 0;
  return (product / count - meanA * meanB) / Math.sqrt(varianceA * varianceB);
}
