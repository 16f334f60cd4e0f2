import { between, chance, pick } from "./random.js";

/** One message of a user's, as a client sends it. */
export interface Exchange {
  readonly user: number;
  readonly userId: string;
  /** The message id that the client gives it, and gives again when it sends it again. */
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly thread: string;
  /** 0 is the phone, 1 the laptop: two devices talk to two processes. */
  readonly device: number;
  readonly session: number;
}

export interface WorkloadOptions {
  readonly seed: number;
  readonly users: number;
  readonly exchanges: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse("2026-01-05T08:00:00Z");

/** Ids that a careless store would mix up; further users are called user10, user100 and so on after the first of them. */
const NAMES = [
  "user1",
  "user10",
  "user1.0",
  "user1:0",
  "User1",
  "user%",
  "user_",
  "us\u00e9r",
  "use\u0301r",
  "__proto__",
  "../user1",
  "user1 ",
];
export const userIdOf = (user: number): string => NAMES[user] ?? `user1${"0".repeat(user - NAMES.length + 2)}`;

/** A word that only one user says. Whoever else is shown it has been shown somebody else's memory. */
export const markerOf = (user: number): string => `zq${user}x`;
export const MARKERS = /zq\d+x/g;

export const SLOTS = ["home", "work", "car", "doctor", "gym", "bank", "school", "dentist", "laptop", "bicycle"] as const;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const DEEDS = ["run in the park", "call my sister", "bake bread", "swim", "play chess"];
const FIELDS = ["name", "birthplace", "language", "pet"];
const TASTES = ["food", "music", "answers", "travel", "films", "books", "tea", "weather", "sport"];
const TRAITS = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"];
// The same words again and again: what was said before is news all the same.
const TALK = ["Good morning!", "Thanks.", "How are you?", "Good morning!", "Tell me a joke."];

/** The conversations of one user over some months: sessions of three to eight messages, from one device or from two. */
export function conversationOf(user: number, { seed, users, exchanges }: WorkloadOptions): Exchange[] {
  const count = Math.floor(exchanges / users) + (user < exchanges % users ? 1 : 0);
  const userId = userIdOf(user);
  const all: Exchange[] = [];
  let at = START + user * 7 * MINUTE;
  for (let session = 0; all.length < count; session++) {
    const length = Math.min(between(3, 8, seed, user, session, "length"), count - all.length);
    const devices = chance(seed, user, session, "devices") < 0.5 ? 2 : 1;
    // Now and then a conversation is taken up again where it was left days ago.
    const thread = session > 0 && chance(seed, user, session, "same") < 0.3 ? session - 1 : session;
    for (let i = 0; i < length; i++) {
      const n = all.length;
      const device = devices === 1 ? session % 2 : between(0, 1, seed, user, n, "device");
      all.push({
        user,
        userId,
        id: `u${user}-${n}`,
        at,
        text: textOf(seed, user, n, at),
        thread: `t${user}-${thread}-${device}`,
        device,
        session,
      });
      at += between(1, 9 * MINUTE, seed, user, n, "pause");
    }
    at += between(2 * HOUR, 150 * HOUR, seed, user, session, "gap");
  }
  return all;
}

function textOf(seed: number, user: number, n: number, at: number): string {
  const roll = chance(seed, user, n, "kind");
  const marker = markerOf(user);
  const a = <T>(list: readonly T[], what: string): T => pick(list, seed, user, n, what);
  const cue = chance(seed, user, n, "cue") < 0.35 ? ` (I feel ${a(TRAITS, "trait")} ${a([1, 2, 4, 5], "score")})` : "";
  const value = `${a(["north", "south", "east", "west"], "value")} ${marker}`;
  if (roll < 0.38) {
    const since =
      chance(seed, user, n, "since") < 0.3
        ? ` Since ${new Date(at - between(1, 40, seed, user, n, "days") * 24 * HOUR).toISOString().slice(0, 10)}.`
        : "";
    return `My ${a(SLOTS, "slot")} is ${value}.${since}${cue}`;
  }
  if (roll < 0.46) return `My ${a(SLOTS, "slot")} is no more.${cue}`;
  if (roll < 0.56) return `Every ${a(DAYS, "day")} I ${a(DEEDS, "deed")} ${marker}.${cue}`;
  if (roll < 0.6) return `I gave up my ${a(DAYS, "day")} habit.${cue}`;
  if (roll < 0.67) return `For the record, my ${a(FIELDS, "field")} is ${value}.${cue}`;
  if (roll < 0.74) return `When it comes to ${a(TASTES, "taste")} I like ${value}.${cue}`;
  if (roll < 0.82) return `What was my ${a(SLOTS, "slot")}?${cue}`;
  return `${a(TALK, "talk")}${cue}`;
}
