import type { ChromaClient, Collection } from "chromadb";
import { digest } from "../../domain/text.js";
import { PersonaError } from "../../errors.js";
import { userKey } from "../../store/namespace.js";
import { SNAPSHOT_VERSION } from "../index-rows.js";
import { attempt, type Server } from "../remote/attempts.js";
import type { Engine } from "../remote/engine.js";
import { connect, type ChromaSettings } from "./options.js";
import { ChromaPart } from "./part.js";

/** Of Chroma's own limit, when it does not say. */
const BATCH = 5_000;
/** What trying again cannot mend. */
const FINAL = new Set([
  "ChromaClientError",
  "ChromaUnauthorizedError",
  "ChromaForbiddenError",
  "ChromaNotFoundError",
  "ChromaValueError",
  "ChromaUniqueError",
  "ChromaQuotaExceededError",
  "InvalidArgumentError",
  "InvalidCollectionError",
]);
const CHROMA: Server = {
  name: "Chroma",
  isFinal: (thrown) => thrown instanceof Error && FINAL.has(thrown.name),
  fix: "Check address, tenant, database and headers of the index, and the server's version.",
};

/** The collections of one index: users spread over them by a hash of their id. */
export class Collections implements Engine {
  readonly elsewhere = "give the index another `collection`";
  readonly #settings: ChromaSettings;
  readonly #model: string;
  /** Everything before the number of the shard; another model, analysis or spread has other collections. */
  readonly layout: string;
  readonly #open = new Map<string, Promise<Collection | undefined>>();
  #client: Promise<ChromaClient> | undefined;
  #batch: Promise<number> | undefined;

  constructor(settings: ChromaSettings, model: string) {
    this.#settings = settings;
    this.#model = model;
    this.layout = `${settings.collection}-v${SNAPSHOT_VERSION}-${digest(model).slice(0, 8)}-${settings.shards}`;
  }

  nameOf(userId: string): string {
    return `${this.layout}-${shardOf(userId, this.#settings.shards)}`;
  }

  get name(): string {
    return `chroma ${this.layout}`;
  }

  /** In the collection that holds the user's memories. */
  async find(userId: string): Promise<ChromaPart | undefined> {
    const name = this.nameOf(userId);
    return this.#partOf(userId, await this.#opened(name, () => this.#get(name)));
  }

  async make(userId: string, dimensions: number): Promise<ChromaPart> {
    return (await this.find(userId)) ?? this.#partOf(userId, await this.#make(this.nameOf(userId), dimensions));
  }

  /** What is stored of the user in the layouts that were used before: other models, other spreads. */
  async others(userId: string): Promise<ChromaPart[]> {
    const prefix = `${this.#settings.collection}-v`;
    const client = await this.#connected();
    const found: Collection[] = [];
    for (let offset = 0; ; offset += 500) {
      const page = await this.run("the list of collections", () => client.listCollections({ limit: 500, offset }));
      for (const collection of page) {
        const [, spread, shard] = /-(\d+)-(\d+)$/.exec(collection.name) ?? [];
        if (!collection.name.startsWith(prefix) || collection.name === this.nameOf(userId) || spread === undefined) continue;
        if (shardOf(userId, Number(spread)) === Number(shard)) found.push(collection);
      }
      if (page.length < 500) return found.map((collection) => this.#partOf(userId, collection));
    }
  }

  /** Records that one request may carry. */
  async batch(): Promise<number> {
    const client = await this.#connected();
    this.#batch ??= this.run("its limits", () => client.getMaxBatchSize()).then((size) => Math.min(size || BATCH, BATCH));
    this.#batch.catch(() => (this.#batch = undefined));
    return this.#batch;
  }

  /** One request, in time and tried again. What was opened is looked up anew after one that finds its collection gone. */
  async run<T>(what: string, request: () => Promise<T>, timeoutMs = this.#settings.timeoutMs): Promise<T> {
    try {
      return await attempt(CHROMA, what, request, { timeoutMs, retries: this.#settings.retries });
    } catch (thrown) {
      if (isMissing(thrown)) this.#open.clear();
      throw thrown;
    }
  }

  isLost(thrown: unknown): boolean {
    return isMissing(thrown);
  }

  /** Its client keeps nothing open. */
  async close(): Promise<void> {
    this.#open.clear();
  }

  #partOf<C extends Collection | undefined>(userId: string, collection: C): ChromaPart | (C extends undefined ? undefined : never) {
    return collection && new ChromaPart(userId, collection, this);
  }

  async #get(name: string): Promise<Collection | undefined> {
    const client = await this.#connected();
    const { timeoutMs, retries } = this.#settings;
    const get = () => client.getCollection({ name });
    return attempt(CHROMA, `for the collection "${name}"`, get, { timeoutMs, retries }).catch((thrown: unknown) => {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    });
  }

  async #make(name: string, dimensions: number): Promise<Collection> {
    const client = await this.#connected();
    const made = this.run(`to make the collection "${name}"`, () =>
      client.getOrCreateCollection({
        name,
        embeddingFunction: null,
        configuration: { hnsw: { space: "cosine" } },
        metadata: { dimensions, model: this.#model, made_by: "personagraph" },
      }),
    );
    this.#open.set(name, made);
    made.catch(() => this.#open.delete(name));
    return made;
  }

  #opened(name: string, open: () => Promise<Collection | undefined>): Promise<Collection | undefined> {
    const known = this.#open.get(name);
    if (known) return known;
    const opening = open();
    this.#open.set(name, opening);
    // What is not there may be made by another process.
    const forget = (): void => void (this.#open.get(name) === opening && this.#open.delete(name));
    opening.then((found) => found ?? forget(), forget);
    return opening;
  }

  #connected(): Promise<ChromaClient> {
    this.#client ??= connect(this.#settings);
    this.#client.catch(() => (this.#client = undefined));
    return this.#client;
  }
}

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof PersonaError &&
  ["ChromaNotFoundError", "InvalidCollectionError"].includes((thrown.cause as Error | undefined)?.name ?? "");

const shardOf = (userId: string, shards: number): number => parseInt(userKey(userId).slice(0, 12), 16) % shards;
