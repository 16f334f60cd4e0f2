import { takeIn, type MessageRecord } from "../src/domain/message.js";
import { DAY, MINUTE } from "../src/domain/time.js";

/** A small generator with a seed (mulberry32), so that every run measures the same texts. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const COMMON = (
  "I you the to a and of my in it for is that was with on we at have be are me this so but not do like really about just what had " +
  "would think want know going good time went today week friend work home family food music film book travel dinner coffee school " +
  "sister brother doctor garden city house money phone summer winter morning party holiday photo game sport dog cat car train beach"
).split(" ");
const SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zy bran cle dri flo gra ster tion ment ing er".split(" ");

/** Words as people use them: a few all the time, most hardly ever (Zipf). */
function vocabulary(size: number, next: () => number): string[] {
  const words = new Set(COMMON);
  while (words.size < size)
    words.add(Array.from({ length: 2 + Math.floor(next() * 3) }, () => SYLLABLES[Math.floor(next() * SYLLABLES.length)]).join(""));
  return [...words];
}

export interface Corpus {
  readonly texts: readonly string[];
  readonly queries: readonly string[];
}

/** Messages of 8 to 40 words, every tenth reply of 150; questions of 4 to 9 words, half of them taken from a message. */
export function corpus(messages: number, queries: number, seed = 7): Corpus {
  const next = random(seed);
  const words = vocabulary(30_000, next);
  const word = (): string => words[Math.min(words.length - 1, Math.floor(Math.exp(next() * Math.log(words.length))) - 1)]!;
  const sentence = (length: number): string => Array.from({ length }, word).join(" ");
  const texts = Array.from({ length: messages }, (_, i) => sentence(i % 20 === 19 ? 150 : 8 + Math.floor(next() * 32)));
  const asked = Array.from({ length: queries }, (_, i) => {
    const from = texts[Math.floor(next() * texts.length)]!.split(" ");
    const length = 4 + Math.floor(next() * 6);
    return `When did I ${i % 2 ? from.slice(0, length).join(" ") : sentence(length)}?`;
  });
  return { texts, queries: asked };
}

/** The texts as a log of one user: threads of twenty messages, one a day. */
export function recordsOf(texts: readonly string[], now: number): MessageRecord[] {
  const first = now - Math.ceil(texts.length / 20) * DAY;
  return takeIn(
    texts.map((text, i) => ({
      id: `m${i}`,
      role: i % 2 ? ("assistant" as const) : ("user" as const),
      text,
      at: first + Math.floor(i / 20) * DAY + (i % 20) * MINUTE,
      thread: `t${Math.floor(i / 20)}`,
    })),
    { now: now - MINUTE, timezone: "UTC" },
  ).records as MessageRecord[];
}

/** An embedding that costs nothing, so that what is measured is the search: words hashed into dimensions. */
export function hashed(text: string, dimensions = 384): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().split(" ")) {
    let hash = 2166136261;
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 16777619);
    for (let i = 0; i < 4; i++) {
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
      vector[(hash >>> 0) % dimensions]! += hash & 1 ? 1 : -1;
    }
  }
  return vector;
}
