import type { MemoryId, MemoryRecord } from "../../domain/record.js";
import { PersonaError } from "../../errors.js";
import type { Analysed } from "../analysed.js";
import type { IndexContext, IndexState, Vectoriser } from "../index-port.js";
import { versionOf, type Engine, type Part } from "./engine.js";
import { analysedOf, rowOf } from "./rows.js";

/** Texts of one call to the embeddings, and of one look at what the engine has. */
const CHUNK = 256;

/** One user's memories on their way into an engine. What fails is forgotten here: the log has it still. */
export class Filling {
  /** As the log was last read; it is what the engine holds as soon as nothing waits. */
  state: IndexState;
  count: number;
  readonly waiting = new Map<MemoryId, MemoryRecord>();
  /** Whether the engine says itself how far it is, so that it no longer saying so means that its part was emptied. */
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
    private readonly engine: Engine,
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
    return [...this.waiting.values()].map(analysedOf);
  }

  /** The version in which a memory was last given; undefined for one that was indexed before. */
  versionOf(id: MemoryId): string | undefined {
    return this.#given.get(id);
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
      const { state, count } = this;
      if (this.#stopped) return;
      await (await this.engine.find(this.userId))?.writeState({ ...state, count });
      this.stored = true;
    } catch (thrown) {
      this.#failure = thrown;
    }
  }

  async #fill(chunk: readonly MemoryRecord[]): Promise<void> {
    const { userId, engine } = this;
    // Another process follows the same log, and may have written these.
    const known = (await (await engine.find(userId))?.versions(chunk.map(({ id }) => id))) ?? new Map<MemoryId, string>();
    const wanted = chunk.filter((record) => known.get(record.id) !== versionOf(record));
    if (wanted.length > 0) {
      const vectors = await this.vectoriser.documents(wanted.map(({ text }) => text));
      if (this.#stopped) return;
      const part = await engine.make(userId, vectors[0]!.length);
      checkDimensions(engine, part, vectors[0]!.length, this.vectoriser);
      await part.write(wanted.map((record, i) => rowOf(record, vectors[i]!)));
      this.count += wanted.filter(({ id }) => !known.has(id)).length;
      // Embedding takes its time: what was erased meanwhile must not come back by it.
      const ids = wanted.map(({ id }) => id);
      const left = await this.read(userId, ids);
      const gone = ids.filter((_, i) => left[i] === undefined);
      if (gone.length > 0) await part.remove(gone);
    }
    for (const record of chunk) if (this.waiting.get(record.id) === record) this.waiting.delete(record.id);
  }
}

/** @throws PersonaError INDEX_DIMENSION */
export function checkDimensions({ elsewhere }: Engine, { place, dimensions }: Part, given: number, { model }: Vectoriser): void {
  if (dimensions === given) return;
  throw new PersonaError({
    code: "INDEX_DIMENSION",
    message: `The ${place} holds vectors of ${dimensions} dimensions, and the embeddings "${model}" give ${given}.`,
    fix: `Set the embedding model that it was made with, or ${elsewhere}, which is filled from the log.`,
  });
}
