import type { Clock } from "../domain/time.js";

/** A clock that stands still until it is moved. Times are epoch ms. */
export interface FixedClock extends Clock {
  /** Moves it by so many ms; a negative number turns it back. */
  advance(ms: number): void;
  /** Sets it to a time. */
  set(ms: number): void;
}

export function fixedClock(startMs: number): FixedClock {
  let time = startMs;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
    set: (ms) => {
      time = ms;
    },
  };
}
