import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { systemClock, type Clock } from "../domain/time.js";
import { reasonOf } from "../errors.js";
import type { MemoryLog } from "../store/memory-log.js";
import { userKey } from "../store/namespace.js";
import { dateParsers } from "./date-parsers.js";
import { CachedEmbeddings } from "./cached-embeddings.js";
import { Embedder } from "./embedder.js";
import { Follower } from "./follow.js";
import type { MemoryIndex, Recall } from "./index-port.js";
import { readRecords } from "./news.js";
import { LocalIndex } from "./local-index.js";
import { WEIGHTS, type Weights } from "./ranking.js";
import { check } from "./request.js";
import { Searching } from "./searching.js";
import type { SnapshotStore } from "./snapshot-store.js";
import type { VectorStore } from "./vector-store.js";

export interface RecallOptions {
  readonly log: MemoryLog;
  readonly clock?: Clock | undefined;
  /** Default: `LocalIndex`. */
  readonly index?: MemoryIndex | undefined;
  readonly embeddings?: EmbeddingsInterface | undefined;
  /** Names the embedding model; default: its class and `model` field. Another name means embedding anew. */
  readonly embeddingModel?: string | undefined;
  /** Where embeddings are kept over a restart; without one they are made again. */
  readonly vectorStore?: VectorStore | undefined;
  /** Where indexes are kept over a restart, beside the log; then the log is near enough to read what is shown from it. */
  readonly snapshots?: SnapshotStore | undefined;
  /** Bytes that the local indexes of all users may take. */
  readonly maxBytes?: number | undefined;
  readonly weights?: Partial<Weights> | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** The search engine over a log: local and exact unless another index is given. */
export function createRecall(options: RecallOptions): Recall {
  const { log, clock = systemClock } = options;
  const weights = { ...WEIGHTS, ...options.weights };
  const warn = options.onWarning ?? ((message: string) => process.emitWarning(message));
  const { embeddings, vectorStore: store, snapshots } = options;
  const model = options.embeddingModel ?? (embeddings && nameOf(embeddings)) ?? "";
  const embedder =
    embeddings &&
    new Embedder({
      embeddings: new CachedEmbeddings(embeddings, model),
      store,
      existing: async (userId, ids) => new Set((await readRecords(log, userId, ids)).flatMap((record) => (record ? [record.id] : []))),
      model,
      onError: (thrown) => warn(`Embedding failed, recall goes on by words: ${reasonOf(thrown)}`),
    });
  const index =
    options.index ??
    new LocalIndex({
      embedder,
      weights,
      snapshots,
      ...(snapshots && { read: (userId, ids) => readRecords(log, userId, ids) }),
      ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
    });
  const follower = new Follower(log, index, clock);
  // On its way before the first question with a date in it.
  void dateParsers();
  return {
    recall: async (userId, request) => {
      userKey(userId);
      const asked = check(request);
      if (asked.limit === 0) return { hits: [], beyond: 0 };
      const strengths = await follower.follow(userId);
      return new Searching(log, index, weights, userId, asked).run(strengths);
    },
    ready: async (userId) => {
      userKey(userId);
      await follower.follow(userId);
      await index.settled(userId);
    },
    drop: async (userId) => {
      userKey(userId);
      follower.forget(userId);
      await index.drop(userId);
      snapshots?.drop(userId);
      store?.drop(userId);
    },
    erased: async (userId) => {
      userKey(userId);
      snapshots?.drop(userId);
      store?.remove(
        userId,
        (await log.of(userId).list("removed")).map(({ id }) => id),
      );
      if (await index.state(userId)) await follower.follow(userId);
    },
    close: async () => {
      await follower.settled();
      await index.close();
    },
  };
}

const nameOf = (embeddings: EmbeddingsInterface): string => {
  const { model, modelName } = embeddings as { model?: unknown; modelName?: unknown };
  return [embeddings.constructor.name, model ?? modelName].filter((part) => typeof part === "string").join(":");
};
