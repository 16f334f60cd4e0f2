import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type Database from "libsql";
import { PersonaError, reasonOf } from "../errors.js";
import { indexedScalar } from "./sqlite-filter.js";

export type { Database } from "libsql";

/** Native code, which is loaded with the first file and not with the package. */
const load = createRequire(import.meta.url);

/** Raised with every change of the tables or of the indexed expression; `PRAGMA user_version` of the file. */
export const SCHEMA_VERSION = 1;

/** The value comes last in its row: reading the times of a 1 MB item does not read the megabyte. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS store_namespaces (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS store_items (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace INTEGER NOT NULL,
    key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    value TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS store_items_by_key ON store_items (namespace, key);
  CREATE INDEX IF NOT EXISTS store_items_by_order ON store_items (namespace);
  CREATE INDEX IF NOT EXISTS store_items_by_expiry ON store_items (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
`;

export interface DatabaseOptions {
  readonly path: string;
  readonly busyTimeoutMs: number;
  readonly synchronous: "NORMAL" | "FULL";
  readonly indexed: readonly string[];
}

/** Opens the file, with its folder and tables if they are missing. Any number of processes may do so at once. */
export function openDatabase(options: DatabaseOptions): Database.Database {
  let db: Database.Database | undefined;
  try {
    if (options.path !== ":memory:") mkdirSync(dirname(options.path), { recursive: true });
    const Driver = load("libsql") as typeof Database;
    db = new Driver(options.path);
    db.pragma(`busy_timeout = ${options.busyTimeoutMs}`);
    switchToWal(db, options.busyTimeoutMs);
    db.pragma(`synchronous = ${options.synchronous}`);
    db.pragma("secure_delete = ON");
    prepareSchema(db, options.indexed);
    return db;
  } catch (thrown) {
    db?.close();
    throw storeError(thrown, options.path);
  }
}

/** SQLite does not wait for its busy timeout here: two processes that make the same new file must take turns. */
function switchToWal(db: Database.Database, busyTimeoutMs: number): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 10) {
    try {
      db.pragma("journal_mode = WAL");
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || waited >= busyTimeoutMs) throw thrown;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

function prepareSchema(db: Database.Database, indexed: readonly string[]): void {
  const indexes = indexed.map((key) => ({ name: `store_items_by_value_${key}`, key }));
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?");
  if (versionOf(db) === SCHEMA_VERSION && indexes.every(({ name }) => known.get([name]) !== undefined)) return;
  transact(db, "IMMEDIATE", () => {
    // Read again under the lock: another process may have got here first, or be newer.
    versionOf(db);
    db.exec(TABLES);
    for (const { name, key } of indexes) {
      db.exec(`CREATE INDEX IF NOT EXISTS "${name}" ON store_items (namespace, ${indexedScalar(key)})`);
    }
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function versionOf(db: Database.Database): number {
  // libsql's own { simple: true } returns the whole row.
  const [version] = db.prepare("PRAGMA user_version").raw().get([]) as [number];
  if (version <= SCHEMA_VERSION) return version;
  throw new PersonaError({
    code: "STORE_SCHEMA_NEWER",
    message: `The store was written by a newer version (schema ${version}; this version knows ${SCHEMA_VERSION}).`,
    fix: "Update personagraph, or open another file.",
  });
}

/**
 * Runs `work` as one transaction: all of it or nothing. `work` must not await. Inside another transaction on the same
 * handle it becomes a part of that one, so that tables of others in the file can change together with the store.
 */
export function transact<T>(db: Database.Database, mode: "IMMEDIATE" | "DEFERRED", work: () => T): T {
  const nested = db.inTransaction;
  db.exec(nested ? "SAVEPOINT store" : `BEGIN ${mode}`);
  try {
    const result = work();
    db.exec(nested ? "RELEASE store" : "COMMIT");
    return result;
  } catch (thrown) {
    // After some errors (a full disk) SQLite has already rolled back by itself.
    if (db.inTransaction) db.exec(nested ? "ROLLBACK TO store; RELEASE store" : "ROLLBACK");
    throw thrown;
  }
}

/** Statements by their text, prepared once; rows come as arrays. */
export class Statements {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  of(sql: string): Database.Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      // Filters of ever new shapes must not fill the memory.
      if (this.#prepared.size >= 200) this.#prepared.clear();
      statement = this.#db.prepare(sql);
      if (statement.reader) statement.raw();
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  clear(): void {
    this.#prepared.clear();
  }
}

const codeOf = (thrown: unknown): string => {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
};
const isBusy = (thrown: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(thrown));

/** What SQLite or the file system reported, as an error that says what to do. Errors of ours pass through. */
export function storeError(thrown: unknown, path: string): PersonaError {
  if (thrown instanceof PersonaError) return thrown;
  const code = codeOf(thrown);
  const reason = reasonOf(thrown);
  const error = (name: string, message: string, fix: string): PersonaError =>
    new PersonaError({ code: name, message: `The store ${JSON.stringify(path)} ${message} (${code || reason}).`, fix, cause: thrown });
  if (isBusy(thrown)) {
    return error("STORE_BUSY", "is locked by another process", "Try again; raise busyTimeoutMs if writers hold it for long.");
  }
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return error(
      "STORE_NOT_A_DATABASE",
      "is not a SQLite database, or is damaged",
      "Give the path of another file, or restore this one from a backup.",
    );
  }
  if (/^SQLITE_FULL/.test(code) || code === "ENOSPC")
    return error("STORE_DISK_FULL", "cannot grow: the disk is full", "Free disk space and try again.");
  // libsql reports a file that it could not open without a code: "… : 14", SQLITE_CANTOPEN.
  if (/^SQLITE_(CANTOPEN|READONLY|IOERR|PERM)/.test(code) || /^E[A-Z]+$/.test(code) || reason.includes("Unable to open connection")) {
    return error("STORE_NOT_WRITABLE", "cannot be opened for writing", "Give a path to a file in a folder that this process may write to.");
  }
  return error("STORE_FAILED", `failed: ${reason}`, "If it happens again, please report it with this message.");
}
