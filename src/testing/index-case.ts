import { setTimeout as pause } from "node:timers/promises";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { takeIn, type IncomingMessage } from "../domain/message.js";
import type { FactRecord } from "../domain/fact.js";
import type { RecallRequest, RecallResult } from "../domain/recall.js";
import { DAY } from "../domain/time.js";
import type { IndexFactory, Recall } from "../recall/index-port.js";
import { createRecall } from "../recall/recall.js";
import { MemoryLog, put } from "../store/memory-log.js";
import { SqliteStore } from "../store/sqlite-store.js";

/** What an index may lack without giving wrong answers. */
export type IndexGap =
  /** What shares no word with the question is not found by what stands beside it. */
  "neighbours";

export interface IndexCase {
  readonly title: string;
  readonly gap?: IndexGap;
  readonly embeddings?: EmbeddingsInterface;
  run(world: World): Promise<void>;
}

export const NOW = Date.UTC(2026, 4, 20, 12);
const clock = { now: () => NOW + 5_000 };

/** A log and an index over it, as one process and as several. */
export class World {
  readonly log = new MemoryLog(new SqliteStore(), clock);
  readonly #made: Recall[] = [];
  readonly #index: IndexFactory | undefined;
  readonly #embeddings: EmbeddingsInterface | undefined;
  recall: Recall;

  constructor(index: IndexFactory | undefined, embeddings: EmbeddingsInterface | undefined) {
    this.#index = index;
    this.#embeddings = embeddings;
    this.recall = this.process();
  }

  /** Another process over the same log and index. */
  process(embeddings = this.#embeddings): Recall {
    const recall = createRecall({
      log: this.log,
      clock,
      index: this.#index,
      embeddings,
      embeddingModel: embeddings && JSON.stringify(embeddings),
    });
    this.#made.push(recall);
    return recall;
  }

  /** The process ends, and another begins. */
  async restart(): Promise<void> {
    await this.recall.close();
    this.recall = this.process();
  }

  async say(userId: string, ...messages: (string | Partial<IncomingMessage>)[]): Promise<void> {
    const { records } = takeIn(
      messages.map((message, i) => ({
        id: `m${i}`,
        role: "user" as const,
        text: "",
        at: NOW - (messages.length - i) * 60_000,
        ...(typeof message === "string" ? { text: message } : message),
      })),
      { now: NOW, timezone: "UTC" },
    );
    await this.log.of(userId).write(records.map((record) => put("message", record.key, record)));
  }

  async ask(userId: string, query: string, request: Partial<RecallRequest> = {}, recall = this.recall): Promise<RecallResult> {
    for (let tries = 0; ; tries++) {
      const result = await recall.recall(userId, { query, now: NOW, ...request });
      if (!result.warning) return result;
      // It may say that it is behind, and must then catch up.
      if (result.warning.code !== "INDEX_BEHIND" || tries === 200) throw new Error(result.warning.message);
      await pause(50);
    }
  }

  /** The same when the memory was just written, and when the index has it for good. */
  async both(
    userId: string,
    query: string,
    see: (hits: RecallResult["hits"], result: RecallResult) => void,
    request: Partial<RecallRequest> = {},
  ) {
    for (let i = 0; i < 2; i++) {
      const result = await this.ask(userId, query, request);
      see(result.hits, result);
      await this.restart();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#made.map((recall) => recall.close()));
    (this.log.store as SqliteStore).close();
  }
}

export const idsOf = (hits: RecallResult["hits"]): string[] => hits.map(({ id }) => id);

export const fact = (key: string, text: string, more: Partial<FactRecord> = {}): FactRecord => ({
  id: `fact:${key}`,
  kind: "fact",
  text,
  keywords: [],
  at: NOW - DAY,
  recordedAt: NOW,
  sources: [key],
  status: "current",
  version: 1,
  validFrom: NOW - DAY,
  said: NOW - DAY,
  confidence: 1,
  ...more,
});
