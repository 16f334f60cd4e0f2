import { WINDOWS, bits, LOOK_SIDE, CHANNELS } from "./look.js";
import { bestFit, brightLikeness, Fitted } from "./fit.js";
import { cosine } from "./image-embeddings.js";
import { imageKey, type ImageRecord, type MediaId } from "../domain/image.js";

/** What an image is looked for by. */
export interface ImageProbe {
  readonly look: Uint8Array;
  readonly hashes: Uint32Array;
  readonly vector?: Int8Array | undefined;
}

export interface ImageMatch {
  readonly id: MediaId;
  /** Key of the message that holds it. */
  readonly message: string;
  /** 0 to 1. */
  readonly score: number;
  /** The same picture, or one that shows what looks like it. */
  readonly by: "same picture" | "looks like";
}

type Match = Pick<ImageMatch, "score" | "by"> & { readonly place: number };

const HASH = WINDOWS.length * 2;
const LOOK = LOOK_SIDE * LOOK_SIDE * CHANNELS;
/** So many bits of 64 may differ in a candidate; pure chance gets there once in 3,000 times. */
const MAX_BITS = 18;
/** Candidates by hash that are compared, and those of them that are fitted. */
const CANDIDATES = 800;
const FITTED = 32;
/** Below this no stretching helps. */
const HOPEFUL = 0.4;
/** The same picture correlates by 0.98 and more, others by less than 0.9 (measured on drawn scenes; see docs/images.md). */
const SAME = 0.93;

/** The images of one user, as they are compared. Exact: every image is looked at. */
export class ImageIndex {
  readonly #places = new Map<string, number>();
  readonly #images: Pick<ImageRecord, "id" | "message">[] = [];
  readonly #vectors: (Int8Array | undefined)[] = [];
  #hashes = new Uint32Array(0);
  #looks = new Uint8Array(0);

  get size(): number {
    return this.#images.length;
  }

  get bytes(): number {
    return this.#hashes.byteLength + this.#looks.byteLength;
  }

  /** Takes an image, or a new vector of one that is known. A vector of another model than `model` is none. */
  put({ id, message, look, hashes, vector }: ImageRecord, model: string | undefined): void {
    const key = imageKey(message, id);
    const known = this.#places.get(key);
    const place = known ?? this.#images.push({ id, message }) - 1;
    this.#vectors[place] = vector && vector.model === model ? signed(vector.data) : undefined;
    if (known !== undefined) return;
    this.#places.set(key, place);
    if (this.#looks.length < (place + 1) * LOOK) {
      const room = Math.ceil((place + 1) * 1.5);
      this.#hashes = grown(this.#hashes, new Uint32Array(room * HASH));
      this.#looks = grown(this.#looks, new Uint8Array(room * LOOK));
    }
    this.#hashes.set(numbers(hashes), place * HASH);
    this.#looks.set(Buffer.from(look, "base64").subarray(0, LOOK), place * LOOK);
  }

  /** Those that have no vector yet. */
  without(): string[] {
    return this.#images.flatMap(({ id, message }, place) => (this.#vectors[place] === undefined ? [imageKey(message, id)] : []));
  }

  /** What looks like the image, best first; the same picture before what only resembles it. */
  search(probe: ImageProbe, threshold: number, limit: number): ImageMatch[] {
    const matches = new Map(this.#same(probe).map((match) => [match.place, match]));
    const { vector } = probe;
    if (vector) {
      this.#vectors.forEach((other, place) => {
        const score = other && !matches.has(place) ? cosine(vector, other) : 0;
        if (score >= threshold) matches.set(place, { place, score: Math.min(1, score), by: "looks like" });
      });
    }
    return [...matches.values()]
      .sort((a, b) => Number(b.by === "same picture") - Number(a.by === "same picture") || b.score - a.score || b.place - a.place)
      .slice(0, limit)
      .map(({ place, score, by }) => ({ ...this.#images[place]!, score, by }));
  }

  #same({ look, hashes }: ImageProbe): Match[] {
    const asked = new Fitted(look);
    const candidates = this.#candidates(hashes).map((candidate) => {
      const other = new Fitted(this.#looks.subarray(candidate.place * LOOK, (candidate.place + 1) * LOOK));
      // Whichever of the two is the larger part of the picture holds the other in one of its windows.
      const [whole, holder] = candidate.inside ? [asked, other] : [other, asked];
      return { ...candidate, whole, holder, score: brightLikeness(whole, holder, WINDOWS[candidate.window]!) };
    });
    const fitted = candidates
      .filter(({ score }) => score >= HOPEFUL)
      .sort((a, b) => b.score - a.score)
      .slice(0, FITTED)
      .map(({ place, whole, holder, window }): Match => ({
        place,
        score: Math.min(1, bestFit(whole, holder, WINDOWS[window]!)),
        by: "same picture",
      }))
      .filter(({ score }) => score >= SAME)
      .sort((a, b) => a.score - b.score);
    // Of an image that fits both ways, the better one stays.
    return [...new Map(fitted.map((match) => [match.place, match])).values()];
  }

  /** The images of which a window is like the whole of what is asked for, or the other way round, by their hashes. */
  #candidates(asked: Uint32Array): Candidate[] {
    const byBits: Candidate[][] = Array.from({ length: MAX_BITS + 1 }, () => []);
    const hashes = this.#hashes;
    for (let place = 0; place < this.#images.length; place++) {
      const start = place * HASH;
      // Both ways count: the wrong one may happen to look better.
      for (const inside of [true, false]) {
        const found = inside
          ? nearestWindow(hashes, start, asked[0]!, asked[1]!)
          : nearestWindow(asked, 0, hashes[start]!, hashes[start + 1]!);
        if (found >= 0) byBits[Math.floor(found / WINDOWS.length)]!.push({ place, window: found % WINDOWS.length, inside });
      }
    }
    return byBits.flat().slice(0, CANDIDATES);
  }
}

interface Candidate {
  readonly place: number;
  readonly window: number;
  /** Whether the image asked for is the part, and the stored one holds it. */
  readonly inside: boolean;
}

/**
 * The window whose hash is nearest to a hash, as `bits * WINDOWS.length + window`; -1 when all are too far. Plain windows have no hash;
 * a whole picture counts all the same. It runs millions of times for a search, so that nothing is allocated.
 */
function nearestWindow(hashes: Uint32Array, start: number, high: number, low: number): number {
  let least = MAX_BITS + 1;
  let window = -1;
  for (let i = 0; i < HASH; i += 2) {
    const h = hashes[start + i]!;
    const l = hashes[start + i + 1]!;
    if ((h | l) === 0 && i > 0) continue;
    const differ = farther(h ^ high, l ^ low, least);
    if (differ < least) {
      least = differ;
      window = i >> 1;
    }
  }
  return window < 0 ? -1 : least * WINDOWS.length + window;
}

/** Bits that differ, or, where half of them are too many already, these. */
function farther(high: number, low: number, least: number): number {
  const half = bits(high);
  return half < least ? half + bits(low) : half;
}

function grown<T extends Uint8Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

const signed = (base64: string): Int8Array => new Int8Array(Buffer.from(base64, "base64"));

/** Numbers of 32 bits, the lowest byte first on every machine. */
export function numbers(base64: string): Uint32Array {
  const bytes = Buffer.from(base64, "base64");
  return Uint32Array.from({ length: HASH }, (_, i) => (4 * i + 4 <= bytes.length ? bytes.readUInt32LE(4 * i) : 0));
}

export function numbersAsText(values: Uint32Array): string {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes.toString("base64");
}
