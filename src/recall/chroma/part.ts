import type { Collection, Where } from "chromadb";
import type { MemoryId } from "../../domain/record.js";
import { userKey } from "../../store/namespace.js";
import type { Analysed } from "../analysed.js";
import { versionOf, type Filter, type Holding, type IndexedRow, type Part, type StoredState } from "../remote/engine.js";
import { analysedOf, anyOf, chromaRow, memoryOf, rowId, scopeOf, STATE, STATE_TERM, stateId } from "./rows.js";

/** Writing takes longer than asking, and nobody waits for it. */
const WRITE_TIMEOUT_MS = 60_000;

/** What a part needs of the index that it belongs to. */
interface Requests {
  run<T>(what: string, request: () => Promise<T>, timeoutMs?: number): Promise<T>;
  /** Records that one request may carry. */
  batch(): Promise<number>;
}

/** One user's memories in a collection, beside those of others. */
export class ChromaPart implements Part {
  constructor(
    private readonly userId: string,
    private readonly collection: Collection,
    private readonly requests: Requests,
  ) {}

  get place(): string {
    return `Chroma collection "${this.collection.name}"`;
  }

  get dimensions(): number {
    return Number(this.collection.metadata?.["dimensions"]);
  }

  async state(): Promise<StoredState | undefined> {
    const { metadatas } = await this.#get("what is indexed", { ids: [stateId(this.userId)], include: ["metadatas"] });
    const { through, erasures, count } = metadatas[0] ?? {};
    return typeof through === "number" && typeof erasures === "string" ? { through, erasures, count: Number(count) } : undefined;
  }

  /** It lies among the user's memories: what empties the collection empties it too, and a question reads both at once. */
  async writeState({ through, erasures, count }: StoredState): Promise<void> {
    const key = userKey(this.userId);
    // Nobody searches for it; Chroma wants a vector all the same, and better not the same of everybody.
    const vector = Array.from({ length: this.dimensions }, (_, i) => parseInt(key[i % key.length]!, 16) - 7.5);
    const metadata = { through, erasures, count, user: key, scope: scopeOf(this.userId, STATE) };
    const row = { ids: [stateId(this.userId)], embeddings: [vector], metadatas: [metadata], documents: [STATE_TERM] };
    await this.requests.run("what is indexed", () => this.collection.upsert(row));
  }

  async forgetState(): Promise<void> {
    await this.requests.run("a removal", () => this.collection.delete({ ids: [stateId(this.userId)] }));
  }

  async write(rows: readonly IndexedRow[]): Promise<void> {
    const size = await this.requests.batch();
    for (let i = 0; i < rows.length; i += size) {
      const some = rows.slice(i, i + size);
      const made = some.map((row) => chromaRow(this.userId, row));
      const request = {
        ids: made.map(({ id }) => id),
        embeddings: some.map(({ vector }) => [...vector]),
        documents: made.map(({ document }) => document),
        metadatas: made.map(({ metadata }) => metadata),
      };
      await this.requests.run(`${some.length} memories`, () => this.collection.upsert(request), WRITE_TIMEOUT_MS);
    }
  }

  async remove(ids: readonly MemoryId[]): Promise<void> {
    await this.requests.run("a removal", () => this.collection.delete({ ids: this.#rowIds(ids) }), WRITE_TIMEOUT_MS);
  }

  async clear(): Promise<void> {
    await this.requests.run("a removal", () => this.collection.delete({ where: { user: userKey(this.userId) } }));
  }

  async versions(ids: readonly MemoryId[]): Promise<ReadonlyMap<MemoryId, string>> {
    const found = await this.#get("what is indexed", { ids: this.#rowIds(ids), include: ["metadatas"] });
    return new Map(found.ids.map((id, i) => [memoryOf(id), versionOf(found.metadatas[i] as never)]));
  }

  async nearest(vector: readonly number[], limit: number, filter: Filter): Promise<(readonly [MemoryId, number])[]> {
    const where = this.#where(filter);
    const request = { queryEmbeddings: [[...vector]], nResults: limit, where, include: ["distances" as const] };
    const { ids, distances } = await this.requests.run("a question", () => this.collection.query(request));
    const cosines = distances[0]!.map((distance) => 1 - (distance ?? 2));
    return ids[0]!.flatMap((id, i) => (this.#isOurs(id) ? [[memoryOf(id), cosines[i]!] as const] : []));
  }

  async all(limit: number): Promise<Holding> {
    return this.#stated({ where: { user: userKey(this.userId) } }, limit);
  }

  async holding(words: readonly string[], limit: number, filter: Filter): Promise<Holding> {
    const state = { scope: scopeOf(this.userId, STATE) };
    const where = filter.window ? { $or: [this.#where(filter), state] } : { scope: { $in: [...this.#scopes(filter), state.scope] } };
    return this.#stated({ where, whereDocument: { $regex: anyOf(words) } }, limit);
  }

  holders(words: readonly string[], limit: number, filter: Filter): Promise<MemoryId[][]> {
    const where = this.#where(filter);
    return Promise.all(
      words.map(async (word) => this.#memories(await this.#ids({ where, whereDocument: { $regex: anyOf([word]) }, limit }))),
    );
  }

  async within(limit: number, filter: Filter): Promise<MemoryId[]> {
    return this.#memories(await this.#ids({ where: this.#where(filter), limit }));
  }

  async rows(ids: readonly MemoryId[]): Promise<Analysed[]> {
    const found = await this.#get("a question", { ids: this.#rowIds(ids), include: ["documents", "metadatas"] });
    return found.ids.flatMap((id, i) => {
      const row = analysedOf({ id, document: found.documents[i]!, metadata: found.metadatas[i]! });
      return row && this.#isOurs(id) ? [row] : [];
    });
  }

  #get(what: string, request: Parameters<Collection["get"]>[0]): Promise<Awaited<ReturnType<Collection["get"]>>> {
    return this.requests.run(what, () => this.collection.get(request));
  }

  async #ids(request: Parameters<Collection["get"]>[0]): Promise<string[]> {
    return (await this.#get("a question", { ...request, include: [] })).ids;
  }

  async #stated(request: Parameters<Collection["get"]>[0], limit: number): Promise<Holding> {
    const ids = await this.#ids({ ...request, limit: limit + 1 });
    const stated = ids.includes(stateId(this.userId));
    // The oldest come first, and it may be cut off with the others.
    if (ids.length <= limit || stated) return { ids: this.#memories(ids), stated };
    return { ids: this.#memories(ids).slice(0, limit), stated: (await this.state()) !== undefined };
  }

  /** What another user's row would be is not taken on trust. */
  #isOurs(id: string): boolean {
    return id.startsWith(rowId(this.userId, "" as MemoryId));
  }

  #memories(ids: readonly string[]): MemoryId[] {
    return ids.filter((id) => this.#isOurs(id) && id !== stateId(this.userId)).map(memoryOf);
  }

  #rowIds(ids: readonly MemoryId[]): string[] {
    return ids.map((id) => rowId(this.userId, id));
  }

  #scopes({ kinds }: Filter): string[] {
    return [...kinds].map((kind) => scopeOf(this.userId, kind));
  }

  /** Exactly one operator at the top, as Chroma wants it. */
  #where(filter: Filter): Where {
    const { from, to } = filter.window ?? {};
    const scope = { scope: { $in: this.#scopes(filter) } };
    const times = [...(from !== undefined ? [{ at: { $gte: from } }] : []), ...(to !== undefined ? [{ at: { $lt: to } }] : [])];
    return times.length > 0 ? { $and: [scope, ...times] } : scope;
  }
}
