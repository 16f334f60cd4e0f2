import type Database from "libsql";
import { userKey } from "../store/namespace.js";

/** Where quantised embeddings are kept, so that a restart embeds nothing again. */
export interface VectorStore {
  load(userId: string, model: string): Iterable<readonly [id: string, row: Int8Array]>;
  /** An id is that of a memory, a space, and which of its texts. */
  save(userId: string, model: string, rows: readonly (readonly [id: string, row: Int8Array])[]): void;
  /** Of these memories, of whatever model and text. */
  remove(userId: string, ids: readonly string[]): void;
  /** Of one model, or with `keep` of every other model, or all. */
  drop(userId: string, keep?: string): void;
}

/** In the SQLite file of the log, or in one of its own. The table is derived: it can be dropped at any time. */
export class SqliteVectorStore implements VectorStore {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS recall_vectors (
      user TEXT NOT NULL, model TEXT NOT NULL, id TEXT NOT NULL, row BLOB NOT NULL, PRIMARY KEY (user, model, id)) WITHOUT ROWID`);
  }

  *load(userId: string, model: string): Generator<readonly [string, Int8Array]> {
    const rows = this.#database
      .prepare("SELECT id, row FROM recall_vectors WHERE user = ? AND model = ?")
      .all([userKey(userId), model]) as { id: string; row: ArrayBuffer }[];
    for (const { id, row } of rows) yield [id, new Int8Array(row)];
  }

  save(userId: string, model: string, rows: readonly (readonly [string, Int8Array])[]): void {
    if (rows.length === 0) return;
    const user = userKey(userId);
    const values = rows.map(() => "(?, ?, ?, ?)").join(", ");
    // One statement: it is atomic by itself and needs no transaction that could meet another one on this handle.
    this.#database
      .prepare(`INSERT INTO recall_vectors (user, model, id, row) VALUES ${values} ON CONFLICT DO UPDATE SET row = excluded.row`)
      .run(rows.flatMap(([id, row]) => [user, model, id, Buffer.from(row.buffer, row.byteOffset, row.length)]));
  }

  remove(userId: string, ids: readonly string[]): void {
    const user = userKey(userId);
    const next = this.#database.prepare("SELECT model FROM recall_vectors WHERE user = ? AND model > ? ORDER BY model LIMIT 1");
    const statement = this.#database.prepare("DELETE FROM recall_vectors WHERE user = ? AND model = ? AND id >= ? AND id < ?");
    // From model to model by the key: rows would be a scan.
    for (let model = ""; ;) {
      const row = next.get([user, model]) as { model: string } | undefined;
      if (!row) return;
      model = row.model;
      for (const id of ids) statement.run([user, model, `${id} `, `${id}!`]);
    }
  }

  drop(userId: string, keep?: string): void {
    this.#database.prepare("DELETE FROM recall_vectors WHERE user = ? AND model IS NOT ?").run([userKey(userId), keep ?? null]);
  }
}
