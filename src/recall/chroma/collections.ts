import type { ChromaClient, Collection } from "chromadb";
import { digest } from "../../domain/text.js";
import { PersonaError } from "../../errors.js";
import { userKey } from "../../store/namespace.js";
import type { IndexState } from "../index-port.js";
import { SNAPSHOT_VERSION } from "../index-rows.js";
import { attempt, isMissing } from "./attempts.js";
import { connect, type ChromaSettings } from "./options.js";
import { scopeOf, STATE, STATE_TERM, stateId } from "./rows.js";

/** Of Chroma's own limit, when it does not say. */
const BATCH = 5_000;
/** How far a user's part of the index is, as it stands in Chroma. */
export interface StoredState extends IndexState {
  /** Memories that were indexed, about. */
  readonly count: number;
}

/** The collections of one index: users spread over them by a hash of their id. */
export class Collections {
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

  /** The collection that holds the user's memories; undefined while there is none. */
  async find(userId: string): Promise<Collection | undefined> {
    return this.#opened(this.nameOf(userId), () => this.#get(this.nameOf(userId)));
  }

  /** The same, made where there is none. @throws PersonaError INDEX_DIMENSION */
  async forVectors(userId: string, dimensions: number): Promise<Collection> {
    const name = this.nameOf(userId);
    const found = (await this.find(userId)) ?? (await this.#make(name, dimensions));
    const held = Number(found.metadata?.["dimensions"]);
    if (held !== dimensions) {
      throw new PersonaError({
        code: "INDEX_DIMENSION",
        message: `The Chroma collection "${name}" holds vectors of ${held} dimensions, and the embeddings "${this.#model}" give ${dimensions}.`,
        fix: "Set the embedding model that it was made with, or give the index another `collection`, which is filled from the log.",
      });
    }
    return found;
  }

  /** What is stored of the user in the layouts that were used before: other models, other spreads. */
  async others(userId: string): Promise<Collection[]> {
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
      if (page.length < 500) return found;
    }
  }

  async readState(userId: string): Promise<StoredState | undefined> {
    const main = await this.find(userId);
    if (!main) return undefined;
    const { ids, metadatas } = await this.run("what is indexed", () => main.get({ ids: [stateId(userId)], include: ["metadatas"] }));
    return ids.length > 0 ? stateOf(metadatas[0]) : undefined;
  }

  /** It lies among the user's memories: what empties the collection empties it too, and a question reads both at once. */
  async writeState(userId: string, { through, erasures, count }: StoredState): Promise<void> {
    const main = await this.find(userId);
    if (!main) return;
    const key = userKey(userId);
    // Nobody searches for it; Chroma wants a vector all the same, and better not the same of everybody.
    const dimensions = Number(main.metadata?.["dimensions"]);
    const vector = Array.from({ length: dimensions }, (_, i) => parseInt(key[i % key.length]!, 16) - 7.5);
    const metadata = { through, erasures, count, user: key, scope: scopeOf(userId, STATE) };
    await this.run("what is indexed", () =>
      main.upsert({ ids: [stateId(userId)], embeddings: [vector], metadatas: [metadata], documents: [STATE_TERM] }),
    );
  }

  async forgetState(userId: string): Promise<void> {
    const main = await this.find(userId);
    await this.run("a removal", async () => main?.delete({ ids: [stateId(userId)] }));
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
      return await attempt(what, request, { timeoutMs, retries: this.#settings.retries });
    } catch (thrown) {
      if (isMissing(thrown)) this.#open.clear();
      throw thrown;
    }
  }

  async #get(name: string): Promise<Collection | undefined> {
    const client = await this.#connected();
    const { timeoutMs, retries } = this.#settings;
    return attempt(`for the collection "${name}"`, () => client.getCollection({ name }), { timeoutMs, retries }).catch(
      (thrown: unknown) => {
        if (isMissing(thrown)) return undefined;
        throw thrown;
      },
    );
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

/** Undefined for what is no state. */
export function stateOf(metadata: object | null | undefined): StoredState | undefined {
  const { through, erasures, count } = (metadata ?? {}) as Partial<Record<string, unknown>>;
  return typeof through === "number" && typeof erasures === "string" ? { through, erasures, count: Number(count) } : undefined;
}

const shardOf = (userId: string, shards: number): number => parseInt(userKey(userId).slice(0, 12), 16) % shards;
