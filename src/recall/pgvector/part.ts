import type { MemoryId } from "../../domain/record.js";
import { digest } from "../../domain/text.js";
import { userKey } from "../../store/namespace.js";
import type { Analysed } from "../analysed.js";
import { versionOf, type Filter, type Holding, type IndexedRow, type Part, type StoredState } from "../remote/engine.js";

/** Runs one statement, in time and tried again. */
export type Run = <R extends object>(what: string, sql: string, values: readonly unknown[]) => Promise<readonly R[]>;

/** The row that says how far a user is; it lies among their memories, so that what empties the table empties it too. */
const STATE = "state";

/** One user's memories in a table, beside those of others. */
export class PgvectorPart implements Part {
  readonly #user: string;

  /** `table` is quoted. */
  constructor(
    userId: string,
    readonly table: string,
    readonly dimensions: number,
    private readonly run: Run,
  ) {
    this.#user = userKey(userId);
  }

  get place(): string {
    return `table ${this.table}`;
  }

  async state(): Promise<StoredState | undefined> {
    const sql = `SELECT memory FROM ${this.table} WHERE user_key = $1 AND id = $2`;
    const rows = await this.run<{ memory: StoredState }>("what is indexed", sql, [this.#user, STATE]);
    return rows[0]?.memory;
  }

  async writeState(state: StoredState): Promise<void> {
    const sql = `INSERT INTO ${this.table} (user_key, id, kind, at, revision, keys, memory) VALUES ($1, $2, $2, 0, '', '{}', $3)
      ON CONFLICT (user_key, id) DO UPDATE SET memory = excluded.memory`;
    await this.run("what is indexed", sql, [this.#user, STATE, JSON.stringify(state)]);
  }

  forgetState(): Promise<void> {
    return this.#delete([STATE]);
  }

  async write(rows: readonly IndexedRow[]): Promise<void> {
    const written = rows.map(({ kind, memory, words, vector }) => ({
      id: memory.id,
      kind,
      at: memory.at,
      revision: versionOf(memory),
      keys: `{${this.#keys(words).join()}}`,
      memory,
      embedding: JSON.stringify(vector),
    }));
    const sql = `INSERT INTO ${this.table} (user_key, id, kind, at, revision, keys, memory, embedding)
      SELECT $1, r.id, r.kind, r.at, r.revision, r.keys::bigint[], r.memory, r.embedding::vector
      FROM json_to_recordset($2::json) AS r (id text, kind text, at float8, revision text, keys text, memory json, embedding text)
      ON CONFLICT (user_key, id) DO UPDATE SET kind = excluded.kind, at = excluded.at, revision = excluded.revision, keys = excluded.keys,
        memory = excluded.memory, embedding = excluded.embedding`;
    await this.run(`${rows.length} memories`, sql, [this.#user, JSON.stringify(written)]);
  }

  remove(ids: readonly MemoryId[]): Promise<void> {
    return this.#delete(ids);
  }

  async clear(): Promise<void> {
    await this.run("a removal", `DELETE FROM ${this.table} WHERE user_key = $1`, [this.#user]);
  }

  async versions(ids: readonly MemoryId[]): Promise<ReadonlyMap<MemoryId, string>> {
    const sql = `SELECT id, revision FROM ${this.table} WHERE user_key = $1 AND id = ANY($2)`;
    const rows = await this.run<{ id: MemoryId; revision: string }>("what is indexed", sql, [this.#user, ids]);
    return new Map(rows.map(({ id, revision }) => [id, revision]));
  }

  /** Exact: a question is about one user, whose rows an index of the table leads to. */
  async nearest(vector: readonly number[], limit: number, filter: Filter): Promise<(readonly [MemoryId, number])[]> {
    const { where, values } = this.#where(filter, [JSON.stringify(vector), limit]);
    const sql = `SELECT id, 1 - (embedding <=> $1::vector) AS cosine FROM ${this.table} WHERE ${where} ORDER BY embedding <=> $1::vector LIMIT $2`;
    const rows = await this.run<{ id: MemoryId; cosine: number }>("a question", sql, values);
    // A vector of nothing but zeros is near to nothing.
    return rows.flatMap(({ id, cosine }) => (Number.isFinite(cosine) ? [[id, cosine] as const] : []));
  }

  all(limit: number): Promise<Holding> {
    return this.#holding(`SELECT id FROM ${this.table} WHERE user_key = $1 AND id <> $2 LIMIT $3`, [this.#user, STATE, limit]);
  }

  holding(words: readonly string[], limit: number, filter: Filter): Promise<Holding> {
    const { where, values } = this.#where(filter, [this.#user, STATE, limit, this.#keys(words)]);
    return this.#holding(`SELECT id FROM ${this.table} WHERE ${where} AND keys && $4::bigint[] LIMIT $3`, values);
  }

  async holders(words: readonly string[], limit: number, filter: Filter): Promise<MemoryId[][]> {
    const { where, values } = this.#where(filter, [this.#keys(words), limit]);
    const sql = `SELECT nth, id FROM unnest($1::bigint[]) WITH ORDINALITY AS word (key, nth)
      CROSS JOIN LATERAL (SELECT id FROM ${this.table} WHERE ${where} AND keys @> ARRAY[word.key] LIMIT $2) AS holder`;
    const found = words.map((): MemoryId[] => []);
    for (const { nth, id } of await this.run<{ nth: string; id: MemoryId }>("a question", sql, values)) found[Number(nth) - 1]!.push(id);
    return found;
  }

  async within(limit: number, filter: Filter): Promise<MemoryId[]> {
    const { where, values } = this.#where(filter, [limit]);
    const rows = await this.run<{ id: MemoryId }>("a question", `SELECT id FROM ${this.table} WHERE ${where} LIMIT $1`, values);
    return rows.map(({ id }) => id);
  }

  async rows(ids: readonly MemoryId[]): Promise<Analysed[]> {
    const sql = `SELECT memory FROM ${this.table} WHERE user_key = $1 AND id = ANY($2)`;
    return (await this.run<{ memory: Analysed }>("a question", sql, [this.#user, ids])).map(({ memory }) => memory);
  }

  async #delete(ids: readonly string[]): Promise<void> {
    await this.run("a removal", `DELETE FROM ${this.table} WHERE user_key = $1 AND id = ANY($2)`, [this.#user, ids]);
  }

  /** In one statement with how far the user is, which is then seen as of the same moment. */
  async #holding(sql: string, values: readonly unknown[]): Promise<Holding> {
    const state = `SELECT id FROM ${this.table} WHERE user_key = $1 AND id = $2`;
    const rows = await this.run<{ id: MemoryId }>("a question", `(${state}) UNION ALL (${sql})`, values);
    const ids = rows.map(({ id }) => id).filter((id) => (id as string) !== STATE);
    return { ids, stated: ids.length < rows.length };
  }

  #where({ kinds, window }: Filter, before: readonly unknown[]): { readonly where: string; readonly values: readonly unknown[] } {
    const values = [...before];
    const next = (value: unknown): string => `$${values.push(value)}`;
    const where = [
      `user_key = ${next(this.#user)}`,
      `kind = ANY(${next([...kinds])})`,
      ...(window?.from !== undefined ? [`at >= ${next(window.from)}`] : []),
      ...(window?.to !== undefined ? [`at < ${next(window.to)}`] : []),
    ];
    return { where: where.join(" AND "), values };
  }

  /** A word of this user as a number: the index of the words then holds each user's apart, and leads to no other's. */
  #keys(words: readonly string[]): string[] {
    return words.map((word) => BigInt.asIntN(64, BigInt(`0x${digest(`${this.#user} ${word}`).slice(0, 16)}`)).toString());
  }
}
