import { MAX_SESSION_MESSAGES } from "../domain/session.js";
import type { Problem } from "./imported.js";
import type { TimedItem } from "./read.js";

/** What an import amounts to. */
export interface Survey {
  readonly messages: number;
  /** Messages of the user: one exchange each. */
  readonly exchanges: number;
  readonly threads: number;
  readonly sessions: number;
  readonly characters: number;
  /** Epoch ms of the first and the last message. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** What is left out on purpose, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly problems: number;
  /** The first of them. */
  readonly broken: readonly Problem[];
}

/** So many are named; all are counted. */
const NAMED = 20;

/** Counts while an import is read; holds eight bytes a message. */
export class Surveyor {
  readonly #gap: number;
  readonly #times: number[] = [];
  readonly #threads = new Set<string>();
  readonly #skipped: Record<string, number> = {};
  readonly #broken: Problem[] = [];
  #problems = 0;
  #exchanges = 0;
  #characters = 0;

  /** @param gapMs messages further apart are of two sessions */
  constructor(gapMs: number) {
    this.#gap = gapMs;
  }

  add(item: TimedItem): void {
    if ("problem" in item) {
      this.#problems++;
      if (this.#broken.length < NAMED) this.#broken.push(item.problem);
    } else if ("skipped" in item) {
      this.#skipped[item.skipped] = (this.#skipped[item.skipped] ?? 0) + 1;
    } else {
      const { at, role, thread, text } = item.message;
      this.#times.push(at);
      this.#characters += text.length;
      if (role === "user") this.#exchanges++;
      if (thread !== undefined) this.#threads.add(thread);
    }
  }

  result(): Survey {
    const times = Float64Array.from(this.#times).sort();
    return {
      messages: times.length,
      exchanges: this.#exchanges,
      threads: this.#threads.size,
      sessions: countSessions(times, this.#gap),
      characters: this.#characters,
      from: times[0],
      to: times.at(-1),
      skipped: this.#skipped,
      problems: this.#problems,
      broken: this.#broken,
    };
  }
}

/** Sessions among sorted times: parts of at most 100 messages without a gap, as they are filed. */
export function countSessions(times: ArrayLike<number>, gap: number): number {
  let sessions = 0;
  let length = 0;
  for (let i = 0; i < times.length; i++) {
    if (i === 0 || times[i]! - times[i - 1]! > gap || length >= MAX_SESSION_MESSAGES) {
      sessions++;
      length = 0;
    }
    length++;
  }
  return sessions;
}
