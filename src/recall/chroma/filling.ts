import type { MemoryId, MemoryRecord } from "../../domain/record.js";
import { analyse, type Analysed } from "../analysed.js";
import type { IndexContext, IndexState, Vectoriser } from "../index-port.js";
import type { Collections } from "./collections.js";
import { rowId, rowOf, type ChromaRow } from "./rows.js";

/** Texts of one call to the embeddings, and of one look at what Chroma has. */
const CHUNK = 256;
/** Writing takes longer than asking, and nobody waits for it. */
const WRITE_TIMEOUT_MS = 60_000;

/** One user's memories on their way into Chroma. What fails is forgotten here: the log has it still. */
export class Filling {
  /** As the log was last read; it is what Chroma holds as soon as nothing waits. */
  state: IndexState;
  count: number;
  readonly waiting = new Map<MemoryId, MemoryRecord>();
  /** Whether Chroma says itself how far it is, so that it no longer saying so means that its part was emptied. */
  stored: boolean;
  /** What was given in this version: reading the log again gives it again. */
  readonly #given = new Map<MemoryId, string>();
  #work: Promise<void> | undefined;
  #failure: unknown;
  #stopped = false;

  constructor(
    readonly userId: string,
    state: IndexState,
    stored: { readonly count: number } | undefined,
    private readonly collections: Collections,
    private readonly vectoriser: Vectoriser,
    private readonly read: IndexContext["read"],
  ) {
    this.state = state;
    this.count = stored?.count ?? 0;
    this.stored = stored !== undefined;
  }

  /** Why nothing more of the user gets in, when something went wrong. */
  get failure(): unknown {
    return this.#failure;
  }

  take(records: readonly MemoryRecord[], state: IndexState): void {
    this.state = state;
    for (const record of records) {
      const version = versionOf(record);
      if (this.#given.get(record.id) === version) continue;
      this.#given.set(record.id, version);
      this.waiting.set(record.id, record);
    }
    if (this.waiting.size > 0) this.#work ??= this.#run().finally(() => (this.#work = undefined));
  }

  /** What waits, so that it is found before it is indexed. */
  tail(): Analysed[] {
    return [...this.waiting.values()].map(analyse);
  }

  remove(ids: readonly MemoryId[]): void {
    for (const id of ids) {
      this.waiting.delete(id);
      this.#given.delete(id);
    }
  }

  /** Resolves when nothing of it is on its way any more; what waits is given up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.waiting.clear();
    await this.#work;
  }

  /** @throws what went wrong */
  async settled(): Promise<void> {
    while (this.#work) await this.#work;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async #run(): Promise<void> {
    try {
      while (this.waiting.size > 0) await this.#fill([...this.waiting.values()].slice(0, CHUNK));
      const { userId, state, count } = this;
      if (this.#stopped) return;
      await this.collections.writeState(userId, { ...state, count });
      this.stored = true;
    } catch (thrown) {
      this.#failure = thrown;
    }
  }

  async #fill(chunk: readonly MemoryRecord[]): Promise<void> {
    const { userId, collections } = this;
    const known = await this.#versions(chunk);
    const wanted = chunk.filter((record) => known.get(rowId(userId, record.id)) !== versionOf(record));
    if (wanted.length > 0) {
      const vectors = await this.vectoriser.documents(wanted.map(({ text }) => text));
      if (this.#stopped) return;
      const collection = await collections.forVectors(userId, vectors[0]!.length);
      const rows = wanted.map((record, i) => ({ ...rowOf(userId, record), vector: vectors[i]! }));
      const size = await collections.batch();
      for (let i = 0; i < rows.length; i += size) await this.#upsert(collection, rows.slice(i, i + size));
      this.count += wanted.filter(({ id }) => !known.has(rowId(userId, id))).length;
      // Embedding takes its time: what was erased meanwhile must not come back by it.
      const left = await this.read(
        userId,
        wanted.map(({ id }) => id),
      );
      const gone = wanted.filter((_, i) => left[i] === undefined).map(({ id }) => rowId(userId, id));
      if (gone.length > 0) await collections.run("a removal", () => collection.delete({ ids: gone }), WRITE_TIMEOUT_MS);
    }
    for (const record of chunk) if (this.waiting.get(record.id) === record) this.waiting.delete(record.id);
  }

  #upsert(
    collection: Awaited<ReturnType<Collections["forVectors"]>>,
    rows: readonly (ChromaRow & { readonly vector: number[] })[],
  ): Promise<void> {
    const request = {
      ids: rows.map(({ id }) => id),
      embeddings: rows.map(({ vector }) => vector),
      documents: rows.map(({ document }) => document),
      metadatas: rows.map(({ metadata }) => metadata),
    };
    return this.collections.run(`${rows.length} memories`, () => collection.upsert(request), WRITE_TIMEOUT_MS);
  }

  /** What Chroma has of these already: another process follows the same log. */
  async #versions(chunk: readonly MemoryRecord[]): Promise<ReadonlyMap<string, string>> {
    const collection = await this.collections.find(this.userId);
    if (!collection) return new Map();
    const ids = chunk.map(({ id }) => rowId(this.userId, id));
    const found = await this.collections.run("what is indexed", () => collection.get({ ids, include: ["metadatas"] }));
    return new Map(
      found.ids.map((id, i) => {
        const { version, recordedAt } = (found.metadatas[i] ?? {}) as { version?: number; recordedAt?: number };
        return [id, `${version} ${recordedAt}`];
      }),
    );
  }
}

const versionOf = ({ version, recordedAt }: MemoryRecord): string => `${version} ${recordedAt}`;
