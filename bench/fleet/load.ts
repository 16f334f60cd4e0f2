import { random } from "../corpus.js";

export interface Load {
  /** Registered users of one cell: those whose memories lie in one database. */
  readonly users: number;
  /** Share of them that talk on a given day. */
  readonly daily: number;
  /** Turns of such a user on that day, mean. */
  readonly turns: number;
  /** How much busier the peak hour is than the mean one. */
  readonly peak: number;
  /** Memories of a user, mean. */
  readonly memories: number;
  /** Spread of activity between users: sigma of a log-normal. At 1.2 a tenth of the users send half of the turns. */
  readonly skew: number;
}

export interface Turn {
  /** Seconds since the start. */
  readonly at: number;
  readonly user: number;
  readonly memories: number;
}

/** Turns of a session, mean, and seconds between them, mean. */
const SESSION = 5;
const PAUSE = 45;
const MOST_MEMORIES = 100_000;

/** The turns of so many peak hours in the order they come: sessions at random times, busy users more often and with more memories. */
export function turnsOf({ users, daily, turns, peak, memories, skew }: Load, hours: number, seed: number): Turn[] {
  const next = random(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  // E[exp(skew·z)] is exp(skew²/2): the mean activity is 1.
  const activity = Float64Array.from({ length: users }, () => Math.exp(skew * normal() - skew ** 2 / 2));
  const sums = new Float64Array(users);
  let sum = 0;
  for (let i = 0; i < users; i++) sums[i] = sum += activity[i]!;
  const seconds = hours * 3600;
  const sessions = Math.round((users * daily * turns * peak * hours) / 24 / SESSION);
  const found: Turn[] = [];
  for (let i = 0; i < sessions; i++) {
    const user = firstAbove(sums, next() * sum);
    // Sessions that began before the first second reach into it.
    let at = next() * (seconds + 600) - 600;
    do {
      if (at >= 0 && at < seconds) found.push({ at, user, memories: Math.min(MOST_MEMORIES, Math.round(memories * activity[user]!)) });
      at -= Math.log(1 - next()) * PAUSE;
    } while (next() < 1 - 1 / SESSION);
  }
  return found.sort((a, b) => a.at - b.at);
}

function firstAbove(sums: Float64Array, wanted: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
