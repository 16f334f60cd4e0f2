import { HOUR } from "../domain/time.js";
import type { IndexRows } from "./index-rows.js";

/** Messages further apart were not said in one conversation. */
const CONVERSATION_GAP = HOUR;

/** Who stands before and after whom in the threads of a user, by place; -1: nobody. */
export class Neighbours {
  readonly before: number[] = [];
  readonly after: number[] = [];
  readonly #rows: IndexRows;
  readonly #places = new Map<number, number[]>();
  readonly #unsorted = new Set<number>();

  constructor(rows: IndexRows) {
    this.#rows = rows;
  }

  /** Takes up the next place, which belongs to a thread when that is 0 or more. */
  add(place: number, thread: number): void {
    this.before.push(-1);
    this.after.push(-1);
    if (thread < 0) return;
    const places = this.#places.get(thread) ?? [];
    const last = places.at(-1);
    places.push(place);
    this.#places.set(thread, places);
    if (last === undefined) return;
    if (!this.#rows.alive(last) || this.#rows.inOrder(last, place) > 0) this.#unsorted.add(thread);
    else this.#join(last, place);
  }

  /** Those on both sides of a removed memory become neighbours. */
  remove(place: number): void {
    const [before, after] = [this.before[place]!, this.after[place]!];
    if (before >= 0) this.after[before] = after;
    if (after >= 0) this.before[after] = before;
  }

  /** Puts each thread in the order of speaking, where messages came late. */
  link(): void {
    for (const thread of this.#unsorted) {
      const places = (this.#places.get(thread) ?? []).filter((place) => this.#rows.alive(place));
      places.sort((a, b) => this.#rows.inOrder(a, b));
      this.#places.set(thread, places);
      places.forEach((place, i) => {
        this.before[place] = -1;
        this.after[place] = -1;
        if (i > 0) this.#join(places[i - 1]!, place);
      });
    }
    this.#unsorted.clear();
  }

  #join(earlier: number, later: number): void {
    if (this.#rows.at.data[later]! - this.#rows.at.data[earlier]! > CONVERSATION_GAP) return;
    this.after[earlier] = later;
    this.before[later] = earlier;
  }
}
