import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MAX_ATTEMPTS } from "../../src/domain/pending.js";
import { chance } from "./random.js";

export const UNUSABLE = ["invalid-json", "truncated", "empty", "refusing", "wrong-shape"] as const;
export const BROKEN = ["429", "500", "hung", "cut"] as const;
export const STORE = ["store-fails", "store-fails-late", "store-slow", "lease-fails"] as const;
/** Where a process is ended with SIGKILL; two by two they fall to one process and the other. */
export const KILLS = [
  "kill-answering",
  "kill-summarising",
  "kill-before-log",
  "kill-after-log",
  "kill-extracting",
  "kill-before-facts",
  "kill-before-episodes",
  "kill-after-summary",
] as const;
export type ModelFault = (typeof UNUSABLE)[number] | (typeof BROKEN)[number] | "empty-answer";
export type StoreFault = (typeof STORE)[number];
export type Kill = (typeof KILLS)[number];
export type FaultKind = ModelFault | StoreFault | Kill | "client-gone";

export interface FaultOptions {
  readonly seed: number;
  /** The share of model calls that go wrong. */
  readonly rate: number;
  /** Folder of the journals; every process keeps its own there, and reads all of them when it starts again. */
  readonly folder: string;
  readonly process: number;
  readonly processes: number;
  /** Processes to be killed, in all. */
  readonly kills: number;
  /** Messages to be expected, which spreads the kills over the run. */
  readonly exchanges: number;
}

/** A turn has some forty store operations; at this share of the rate, more than every fourth turn meets a failing one at 0.2. */
const STORE_SHARE = 0.05;

/**
 * A proposal that cannot be used costs an attempt when it happens twice in a row, and after five attempts the work is given up,
 * which loses its facts by design. The soak asks for what is never lost, so it stops short of that, over all processes.
 */
const maxUnusable = (processes: number): number => 2 * Math.floor((MAX_ATTEMPTS - 1) / processes);

/**
 * Decides what goes wrong, from the seed, and writes it down before it happens: a process that is killed knows nothing afterwards
 * of what it has done.
 */
export class Faults {
  readonly #options: FaultOptions;
  readonly #journal: string;
  readonly #drawn = new Map<string, number>();
  readonly #unusable = new Map<string, number>();
  readonly #killed = new Set<string>();
  readonly #incarnation: number;
  #calm = false;

  constructor(options: FaultOptions) {
    this.#options = options;
    this.#journal = join(options.folder, `faults-${options.process}.log`);
    const lines = journalLines(this.#journal);
    for (const [kind, key] of lines) {
      if ((UNUSABLE as readonly string[]).includes(kind)) this.#unusable.set(key, (this.#unusable.get(key) ?? 0) + 1);
      if ((KILLS as readonly string[]).includes(kind)) this.#killed.add(kind + key);
    }
    this.#incarnation = lines.filter(([kind]) => (KILLS as readonly string[]).includes(kind)).length;
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.#calm = true;
  }

  ofAnswer(key: string): ModelFault | undefined {
    return this.#oneOf("answer", key, this.#options.rate, [...BROKEN, "empty-answer"]);
  }

  /** `session` or message key: the attempts are counted by it. */
  ofProposal(key: string): ModelFault | undefined {
    const spent = (this.#unusable.get(key) ?? 0) >= maxUnusable(this.#options.processes);
    const fault = this.#oneOf("proposal", key, this.#options.rate, spent ? BROKEN : [...UNUSABLE, ...BROKEN]);
    if (fault && (UNUSABLE as readonly string[]).includes(fault)) this.#unusable.set(key, (this.#unusable.get(key) ?? 0) + 1);
    return fault;
  }

  ofStore(): StoreFault | undefined {
    return this.#oneOf("store", "", this.#options.rate * STORE_SHARE, ["store-fails", "store-fails-late", "store-slow"]);
  }

  ofLease(): boolean {
    return this.#oneOf("lease", "", this.#options.rate * STORE_SHARE, ["lease-fails"]) !== undefined;
  }

  /** After how many ms the client goes away in the middle of its run. */
  clientGone(key: string): number | undefined {
    const fault = this.#oneOf("client", key, this.#options.rate / 5, ["client-gone"]);
    return fault && 1 + Math.floor(60 * chance(this.#options.seed, key, "patience"));
  }

  /** Ends this process here and now, as the system would that runs out of memory. */
  kill(point: Kill, key: string): void {
    const { kills, exchanges, seed, process: number, processes } = this.#options;
    const index = KILLS.indexOf(point);
    const mine = Array.from({ length: kills }, (_, i) => i).filter(
      (i) => i % KILLS.length === index && (i >> 1) % processes === number,
    ).length;
    const done = [...this.#killed].filter((kill) => kill.startsWith(point)).length;
    if (this.#calm || done >= mine || this.#killed.has(point + key)) return;
    // Sessions are fewer than messages, and half of each go elsewhere: often enough that every kill comes before the end.
    const often = (point.includes("summar") || point.includes("episodes") ? 60 : 12) * mine;
    if (chance(seed, point, key, this.#count(point, key)) >= often / exchanges) return;
    this.#note(point, key);
    process.kill(process.pid, "SIGKILL");
  }

  #oneOf<T extends FaultKind>(where: string, key: string, rate: number, kinds: readonly T[]): T | undefined {
    if (this.#calm || rate === 0) return undefined;
    const { seed, process: number } = this.#options;
    const roll = chance(seed, where, key, this.#count(where, key), this.#incarnation, key === "" ? number : "");
    if (roll >= rate) return undefined;
    const kind = kinds[Math.floor((roll / rate) * kinds.length)]!;
    this.#note(kind, key);
    return kind;
  }

  #count(where: string, key: string): number {
    const n = (this.#drawn.get(where + key) ?? 0) + 1;
    this.#drawn.set(where + key, n);
    return n;
  }

  #note(kind: FaultKind, key: string): void {
    appendFileSync(this.#journal, `${kind}\t${JSON.stringify(key)}\n`);
  }
}

const journalLines = (path: string): [kind: string, key: string][] => {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t"))
      .map(([kind, key]) => [kind!, JSON.parse(key!) as string]);
  } catch {
    return [];
  }
};

/** How often each fault was injected, by all processes. */
export function faultsInjected(folder: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of readdirSync(folder).filter((file) => /^faults-\d+\.log$/.test(file))) {
    for (const [kind] of journalLines(join(folder, name))) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort());
}
