import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseStore } from "@langchain/langgraph";
import { PersonaError } from "./errors.js";
import { resolveImageEmbeddings } from "./models/transformers-image-embeddings.js";
import { Images } from "./media/images.js";
import { resolveEmbeddings, resolveModel } from "./models/resolve.js";
import type { Memory, Services } from "./nodes/services.js";
import { resolveOptions, type PersonaOptions, type Settings } from "./options.js";
import type { IndexFactory } from "./recall/index-port.js";
import { createRecall } from "./recall/recall.js";
import { resolveIndex } from "./recall/resolve-index.js";
import { SqliteSnapshotStore } from "./recall/snapshot-store.js";
import { SqliteVectorStore } from "./recall/vector-store.js";
import { mediaFor } from "./store/open-media.js";
import { MemoryLog, rawStore } from "./store/memory-log.js";
import { isPostgresUrl, openPostgres } from "./store/open-postgres.js";
import { openSqlite } from "./store/open-sqlite.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { locksOf } from "./store/user-lock.js";

/** Checks the options and makes, on first use, what the nodes need. Nothing is opened or loaded before. */
export function createServices(options: PersonaOptions): Services {
  const settings = resolveOptions(options);
  const model = once(() => chatModel(settings.model ?? "keyless", settings));
  const memories = new WeakMap<BaseStore, Promise<Memory>>();
  const url = settings.store;
  const postgres = isPostgresUrl(url) ? once(async () => openMemory(await openPostgres(url), settings)) : undefined;
  return {
    settings,
    model,
    memoryModel: once(() => (settings.memoryModel === undefined ? model() : chatModel(settings.memoryModel, settings))),
    memory(runStore) {
      if (postgres) return postgres();
      // Each run wraps the platform's store anew; the index belongs to what is inside.
      const store = rawStore(storeOf(settings, runStore));
      const known = memories.get(store);
      if (known) return known;
      const memory = openMemory(store, settings);
      memories.set(store, memory);
      memory.catch(() => memories.delete(store));
      return memory;
    },
  };
}

async function openMemory(runStore: BaseStore, settings: Settings): Promise<Memory> {
  const log = new MemoryLog(runStore, settings.clock, mediaFor(runStore, settings.media));
  const { embeddings, baseUrl, apiKey } = settings;
  const embedder = typeof embeddings === "string" ? await resolveEmbeddings(embeddings, { baseUrl, apiKey }) : embeddings;
  const database = log.store instanceof SqliteStore ? log.store.database : undefined;
  const { index, advice } = await resolveIndex(settings.index as string | IndexFactory | undefined, {
    store: settings.store,
    embeddings: embedder !== undefined,
  });
  const recall = createRecall({
    log,
    clock: settings.clock,
    embeddings: embedder,
    maxBytes: settings.recall.cache * 2 ** 20,
    index,
    ...(database && { vectorStore: new SqliteVectorStore(database), snapshots: new SqliteSnapshotStore(database) }),
  });
  const { imageEmbeddings } = settings;
  const images = new Images({
    log,
    clock: settings.clock,
    rules: settings.images,
    embeddings: typeof imageEmbeddings === "string" ? resolveImageEmbeddings(imageEmbeddings) : imageEmbeddings,
  });
  return { log, recall, locks: locksOf(log.store), images, ...(advice && { indexAdvice: advice }) };
}

function storeOf({ store }: Settings, runStore: BaseStore | undefined): BaseStore {
  if (typeof store === "object") return store;
  if (store !== "platform") return openSqlite(store ?? ":memory:");
  if (runStore) return runStore;
  throw new PersonaError({
    code: "STORE_MISSING",
    message: 'The store setting is "platform", but this run has no store.',
    fix: "Compile the graph with a store, run it on a LangGraph server, or set the store option to the path of a SQLite file.",
  });
}

const chatModel = (model: string | BaseChatModel, { baseUrl, apiKey }: Settings): Promise<BaseChatModel> =>
  typeof model === "string" ? resolveModel(model, { baseUrl, apiKey }) : Promise.resolve(model);

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    // A failure is not remembered: the next use tries again.
    made.catch(() => (made = undefined));
    return made;
  };
};
