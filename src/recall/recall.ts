import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { RecallResult } from "../domain/recall.js";
import type { MemoryId } from "../domain/record.js";
import { systemClock, type Clock } from "../domain/time.js";
import { reasonOf } from "../errors.js";
import type { MemoryLog } from "../store/memory-log.js";
import { userKey } from "../store/namespace.js";
import { dateParsers } from "./date-parsers.js";
import { CachedEmbeddings } from "./cached-embeddings.js";
import { Embedder } from "./embedder.js";
import { Follower } from "./follow.js";
import { Fallback } from "./fallback.js";
import type { IndexFactory, MemoryIndex, Recall } from "./index-port.js";
import { readRecords } from "./news.js";
import { LocalIndex } from "./local-index.js";
import { WEIGHTS, type Weights } from "./ranking.js";
import { check, type Asked } from "./request.js";
import { Searching } from "./searching.js";
import type { SnapshotStore } from "./snapshot-store.js";
import type { VectorStore } from "./vector-store.js";
import { vectoriserOf } from "./vectoriser.js";

export interface RecallOptions {
  readonly log: MemoryLog;
  readonly clock?: Clock | undefined;
  /** Makes the index. Default: `LocalIndex`. While another one is away or behind, recall goes by words over the log. */
  readonly index?: IndexFactory | undefined;
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
  const cached = embeddings && new CachedEmbeddings(embeddings, model);
  const read = (userId: string, ids: readonly MemoryId[]) => readRecords(log, userId, ids);
  const embedder =
    cached && !options.index
      ? new Embedder({
          embeddings: cached,
          store,
          existing: async (userId, ids) => new Set((await read(userId, ids)).flatMap((record) => (record ? [record.id] : []))),
          model,
          onError: (thrown) => warn(`Embedding failed, recall goes on by words: ${reasonOf(thrown)}`),
        })
      : undefined;
  const local = new LocalIndex({
    embedder,
    weights,
    snapshots,
    ...(snapshots && { read }),
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  });
  const byWords = engine(log, local, clock, weights);
  const remote =
    options.index && engine(log, options.index({ vectoriser: cached && vectoriserOf(cached, model), weights, read, warn }), clock, weights);
  const fallback = new Fallback();
  const main = remote ?? byWords;
  const all = remote ? [remote, byWords] : [byWords];
  // On its way before the first question with a date in it.
  void dateParsers();
  return {
    index: main.index.name,
    recall: async (userId, request) => {
      userKey(userId);
      const asked = check(request);
      if (asked.limit === 0) return { hits: [], beyond: 0 };
      if (!remote) return byWords.recall(userId, asked);
      return fallback.recall(
        () => remote.recall(userId, asked),
        () => byWords.recall(userId, asked),
      );
    },
    ready: async (userId) => {
      userKey(userId);
      const reach = async ({ follower, index }: typeof main): Promise<void> => {
        await follower.follow(userId);
        await index.settled?.(userId);
      };
      // While another index is away, words over the log are what can be found by.
      await reach(main).catch((thrown: unknown) => {
        if (!remote) throw thrown;
        return reach(byWords);
      });
    },
    drop: async (userId) => {
      userKey(userId);
      snapshots?.drop(userId);
      store?.drop(userId);
      // What is at hand first: the other may be away, and then says so.
      for (const { index, follower } of all.reverse()) {
        follower.forget(userId);
        await index.drop(userId);
      }
    },
    erased: async (userId) => {
      userKey(userId);
      snapshots?.drop(userId);
      store?.remove(
        userId,
        (await log.of(userId).list("removed")).map(({ id }) => id),
      );
      for (const { index, follower } of all) if (await index.state(userId)) await follower.follow(userId);
    },
    rebuild: async (userId) => {
      userKey(userId);
      main.follower.forget(userId);
      await (main.index.clear ? main.index.clear(userId) : main.index.drop(userId));
      await main.follower.follow(userId);
      await main.index.settled?.(userId);
      await main.index.save?.(userId);
      return main.index.size(userId);
    },
    close: async () => {
      await Promise.all(all.map(({ follower }) => follower.settled()));
      await Promise.all(all.map(({ index }) => index.close()));
    },
  };
}

/** An index, what keeps it at the state of the log, and the search over both. */
function engine(log: MemoryLog, index: MemoryIndex, clock: Clock, weights: Weights) {
  const follower = new Follower(log, index, clock);
  const recall = async (userId: string, asked: Asked): Promise<RecallResult> => {
    const strengths = await follower.follow(userId);
    return new Searching(log, index, weights, userId, asked).run(strengths);
  };
  return { index, follower, recall };
}

const nameOf = (embeddings: EmbeddingsInterface): string => {
  const { model, modelName } = embeddings as { model?: unknown; modelName?: unknown };
  return [embeddings.constructor.name, model ?? modelName].filter((part) => typeof part === "string").join(":");
};
