import { deserialize, serialize } from "node:v8";
import type Database from "libsql";
import { userKey } from "../store/namespace.js";
import type { IndexState } from "./index-port.js";
import { SNAPSHOT_VERSION, type Columns } from "./index-rows.js";

/** Where the indexes of users are kept, so that a restart analyses nothing again. */
export interface SnapshotStore {
  /** Goes up with every `drop`. */
  generation(userId: string): number;
  load(userId: string): { readonly state: IndexState; readonly columns: Columns } | undefined;
  /** Does nothing when there was a `drop` since `generation` was read: the columns may hold what was erased. */
  save(userId: string, generation: number, state: IndexState, columns: Columns): void;
  drop(userId: string): void;
}

/** Of what wrote it: another version of Node.js may serialise otherwise. */
const FORMAT = `${SNAPSHOT_VERSION} v8:${serialize(0)[1]}`;

/** In the SQLite file of the log. The table is derived: it can be dropped at any time. */
export class SqliteSnapshotStore implements SnapshotStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS recall_snapshots (
      user TEXT PRIMARY KEY, generation INTEGER NOT NULL, format TEXT, through REAL, erasures TEXT, body BLOB)`);
  }

  generation(userId: string): number {
    return (
      this.#readable(
        () =>
          this.#prepare("SELECT generation FROM recall_snapshots WHERE user = ?").get([userKey(userId)]) as
            { generation: number } | undefined,
      )?.generation ?? 0
    );
  }

  load(userId: string): { state: IndexState; columns: Columns } | undefined {
    return this.#readable(() => {
      const row = this.#prepare(
        "SELECT through, erasures, body FROM recall_snapshots WHERE user = ? AND format = ? AND body IS NOT NULL",
      ).get([userKey(userId), FORMAT]) as { through: number; erasures: string; body: ArrayBuffer } | undefined;
      return row && { state: { through: row.through, erasures: row.erasures }, columns: deserialize(Buffer.from(row.body)) as Columns };
    });
  }

  save(userId: string, generation: number, { through, erasures }: IndexState, columns: Columns): void {
    this.#prepare(
      `INSERT INTO recall_snapshots (user, generation, format, through, erasures, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user)
       DO UPDATE SET format = excluded.format, through = excluded.through, erasures = excluded.erasures, body = excluded.body
       WHERE generation = excluded.generation`,
    ).run([userKey(userId), generation, FORMAT, through, erasures, serialize(columns)]);
  }

  drop(userId: string): void {
    this.#prepare(
      `INSERT INTO recall_snapshots (user, generation) VALUES (?, 1) ON CONFLICT (user)
       DO UPDATE SET generation = generation + 1, format = NULL, through = NULL, erasures = NULL, body = NULL`,
    ).run([userKey(userId)]);
  }

  /** A snapshot that cannot be read is made again; of a file that cannot be read, the log says so, and what to do. */
  #readable<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch {
      return undefined;
    }
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}
