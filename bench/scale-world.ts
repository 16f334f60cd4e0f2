import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { BaseStore } from "@langchain/langgraph";
import type { MessageRecord } from "../src/domain/message.js";
import { MemoryLog, put } from "../src/store/memory-log.js";
import { corpus, recordsOf } from "./corpus.js";
import { summarise, type Sample } from "./measure.js";

/** What is measured of one engine with one size; times in ms, sizes in MB. */
export interface ScaleRow {
  readonly engine: string;
  readonly users: number;
  readonly perUser: number;
  /** Memories a second, ours and on the engine's own API. */
  readonly writes?: number;
  readonly peerWrites?: number;
  /** The first question to a user, by a process that was just started. */
  readonly cold?: Sample;
  readonly warm?: Sample;
  /** The same users asked on the engine's own API. */
  readonly peer?: Sample;
  readonly peerIs: string;
  /** Warm, in how many times the peer. */
  readonly ratio?: number;
  /** Of this process, and of the engine's where it has one. */
  readonly residentMb: number;
  readonly engineMb?: number;
  readonly engineFiles?: number;
  readonly diskMb?: number;
}

export const NOW = Date.UTC(2026, 4, 20, 12);
export const userOf = (i: number): string => `u${i}`;
const DISTINCT = 20;
const own = (user: number, i: number): string => `w${((user + 1) * 7919 + i * 104_729).toString(36)}`;

/** The texts of every user: twenty users' worth, given out in turn, so that making them is not what takes the time. */
export class Texts {
  readonly queries: readonly string[];
  readonly #logs: readonly (readonly MessageRecord[])[];

  constructor(perUser: number, questions: number) {
    const distinct = perUser > 5_000 ? 1 : DISTINCT;
    const { texts, queries } = corpus(perUser * distinct, questions);
    this.queries = queries;
    this.#logs = Array.from({ length: distinct }, (_, i) => recordsOf(texts.slice(i * perUser, (i + 1) * perUser), NOW));
  }

  /** With a few words that only this user has: a graph of vectors does not bear the same vector many times. */
  of(user: number): readonly MessageRecord[] {
    const log = this.#logs[user % this.#logs.length]!;
    return log.map((record, i) => ({ ...record, text: `${record.text} ${own(user, i)} ${own(user, i + 7)} ${own(user * 31, i)}` }));
  }
}

/** Fills the log through the store. Gives memories a second. */
export async function writeLog(store: BaseStore, users: number, texts: Texts, atOnce: number): Promise<number> {
  const log = new MemoryLog(store);
  let written = 0;
  const start = performance.now();
  await inTurns(users, atOnce, async (i) => {
    const records = texts.of(i);
    for (let from = 0; from < records.length; from += 500)
      await log.of(userOf(i)).write(records.slice(from, from + 500).map((record) => put("message", record.key, record)));
    written += records.length;
  });
  return (written / (performance.now() - start)) * 1000;
}

export async function inTurns(count: number, atOnce: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count) }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

export async function timed(count: number, ask: (i: number) => Promise<unknown>): Promise<Sample> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await ask(i);
    times.push(performance.now() - start);
  }
  return rounded(summarise(times));
}

export const rounded = ({ p50, p95, n }: Sample): Sample => ({ p50: round(p50), p95: round(p95), n });
export const round = (value: number): number => Math.round(value * 100) / 100;

export const residentMb = (pid: number | "self" = "self"): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
export const diskMb = (folder: string): number => Number(execFileSync("du", ["-sm", folder], { encoding: "utf8" }).split("\t")[0]);
