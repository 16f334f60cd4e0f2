import {
  BaseStore,
  type GetOperation,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type SearchOperation,
} from "@langchain/langgraph";
import { brandOf, isBranded } from "../domain/brand.js";
import { PersonaError, reasonOf } from "../errors.js";
import { ACQUIRE_LEASE, checkLeaseTtl, RELEASE_LEASE, type LeaseHolder } from "./lease.js";
import { openDatabase, Statements, storeError, transact, type Database } from "./sqlite-database.js";
import { compileFilter } from "./sqlite-filter.js";
import {
  checkLabels,
  decodeNamespace,
  decodeText,
  encodeNamespace,
  encodeText,
  literalPrefix,
  matchesPath,
  prefixRange,
} from "./sqlite-namespace.js";
import { checkKey, countOf, isGet, isPut, isSearch, prepareWrites, type PreparedWrite } from "./sqlite-operations.js";
import { expiryOf, resolveOptions, type ResolvedOptions, type SqliteStoreOptions } from "./sqlite-options.js";
import { decodeValue } from "./sqlite-value.js";

export type { SqliteStoreOptions, SqliteTtl } from "./sqlite-options.js";

const ALIVE = "(expires_at IS NULL OR expires_at > ?)";
const GET = `SELECT seq, created_at, updated_at, value FROM store_items
  WHERE namespace = (SELECT id FROM store_namespaces WHERE path = ?) AND key = ? AND ${ALIVE}`;
// An item that has expired is written as a new one, whether it has been swept or not.
const PUT = `INSERT INTO store_items (namespace, key, created_at, updated_at, expires_at, value) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (namespace, key) DO UPDATE SET updated_at = excluded.updated_at, expires_at = excluded.expires_at, value = excluded.value,
    created_at = iif(expires_at <= excluded.updated_at, excluded.created_at, created_at)`;
const DELETE = "DELETE FROM store_items WHERE namespace = ? AND key = ?";
/** A namespace is there as long as something is in it, so that listing does not name what was erased. */
const PRUNE = "DELETE FROM store_namespaces WHERE id = ? AND NOT EXISTS (SELECT 1 FROM store_items WHERE namespace = id)";
const PRUNE_ALL = "DELETE FROM store_namespaces WHERE NOT EXISTS (SELECT 1 FROM store_items WHERE namespace = id)";

const BRAND = brandOf("SqliteStore");

type Param = string | number | null;
/**
 * A durable LangGraph store in one SQLite file, or in memory. Namespaces match label by label. Search returns items in
 * the order in which they were first written; an update keeps its place. There is no vector index: `query` is ignored.
 *
 * A `batch` is one transaction, done before its promise is returned: its reads see the state before its writes, and if
 * one operation is refused, nothing is written. Any number of processes may open the same file.
 */
export class SqliteStore extends BaseStore implements LeaseHolder {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, BRAND);
  }

  /** `instanceof` holds between ESM and CommonJS. */
  readonly [BRAND] = true;
  /** The open handle, for tables of ours that share the file. It must not be closed, nor left in a transaction. */
  readonly database: Database;
  readonly #options: ResolvedOptions;
  readonly #indexed: ReadonlySet<string>;
  readonly #statements: Statements;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  /** @throws PersonaError STORE_OPTIONS_INVALID, STORE_NOT_WRITABLE, STORE_NOT_A_DATABASE, STORE_SCHEMA_NEWER, STORE_BUSY */
  constructor(options: SqliteStoreOptions = {}) {
    super();
    this.#options = resolveOptions(options);
    this.#indexed = new Set(this.#options.indexed);
    this.database = openDatabase(this.#options);
    this.#statements = new Statements(this.database);
    this.start();
  }

  /**
   * @throws PersonaError STORE_VALUE_INVALID, STORE_NAMESPACE_INVALID, STORE_FILTER_INVALID, STORE_OPERATION_INVALID,
   * STORE_BUSY, STORE_DISK_FULL, STORE_CLOSED
   */
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    return this.#guard(() => {
      const writes = prepareWrites(operations);
      const now = this.#options.clock.now();
      const work = (): unknown[] => {
        const results = operations.map((operation) => this.#read(operation, now));
        if (writes.length > 0) this.#write(writes, now);
        return results;
      };
      const [only] = operations;
      const refreshes = this.#options.ttl?.refreshOnRead === true;
      // One lookup is one statement and needs no transaction to be consistent.
      if (operations.length === 1 && only !== undefined && isGet(only) && !refreshes) return work();
      return transact(this.database, writes.length > 0 || refreshes ? "IMMEDIATE" : "DEFERRED", work);
    }) as OperationResults<Op>;
  }

  /** Removes what has expired, and begins to do so at intervals. The constructor has called it already. */
  override start(): void {
    this.#checkOpen();
    if (this.#options.ttl === undefined || this.#sweeper !== undefined) return;
    const sweep = (): void => {
      try {
        this.sweep();
      } catch (thrown) {
        // Nothing depends on a sweep, and nobody waits for it: the next one makes up for it.
        process.emitWarning(reasonOf(thrown));
      }
    };
    sweep();
    this.#sweeper = setInterval(sweep, this.#options.sweepIntervalMs);
    this.#sweeper.unref();
  }

  /** Ends the sweeping; the store stays open. */
  override stop(): void {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  /** Closes the file; every later call is an error (STORE_CLOSED). Closing twice is none. */
  close(): void {
    if (this.#closed) return;
    this.stop();
    this.#closed = true;
    this.#statements.clear();
    // libsql lets go of the file only when its statements are collected: the log is written back now, if nobody reads it.
    try {
      this.database.exec("PRAGMA busy_timeout = 0");
      this.database.pragma("wal_checkpoint(TRUNCATE)");
    } catch {
      // Somebody is reading; what is in the log is safe there, and the next one to open the file finds it.
    }
    this.database.close();
  }

  /** Removes expired items (and leases) now; returns how many items. */
  sweep(): number {
    return this.#guard(() =>
      transact(this.database, "IMMEDIATE", () => {
        const now = this.#options.clock.now();
        const { changes } = this.#statements.of("DELETE FROM store_items WHERE expires_at <= ?").run([now]);
        if (changes > 0) this.#statements.of(PRUNE_ALL).run([]);
        this.#statements.of("DELETE FROM leases WHERE until <= ?").run([now]);
        return changes;
      }),
    );
  }

  /**
   * Makes sure that nothing deleted can be found in the file, its log or its shared memory. Deleting overwrites what it
   * frees, but SQLite may have left copies behind where it moved rows between pages, and the log keeps old pages: the
   * whole file is written anew and the log emptied. Takes time with the size of the file, and no one else may be reading.
   *
   * @throws PersonaError STORE_BUSY when another process reads or writes
   */
  scrub(): void {
    this.#guard(() => {
      this.database.exec("VACUUM");
      const [result] = this.database.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
      if (result?.busy) throw Object.assign(new Error("the write-ahead log is in use"), { code: "SQLITE_BUSY" });
    });
  }

  acquireLease(name: string, owner: string, ttlMs: number): boolean {
    checkLeaseTtl(ttlMs);
    const now = this.#options.clock.now();
    return this.#guard(() => this.#statements.of(ACQUIRE_LEASE).run([name, owner, now + ttlMs, now]).changes > 0);
  }

  releaseLease(name: string, owner: string): boolean {
    return this.#guard(() => this.#statements.of(RELEASE_LEASE).run([name, owner]).changes > 0);
  }

  #read(operation: Operation, now: number): unknown {
    if (isPut(operation)) return undefined;
    if (isSearch(operation)) return this.#search(operation, now);
    if (isGet(operation)) return this.#get(operation, now);
    return this.#listNamespaces(operation, now);
  }

  #get({ namespace, key }: GetOperation, now: number): Item | null {
    checkLabels(namespace, "read");
    checkKey(key);
    const row = this.#statements.of(GET).get([encodeNamespace(namespace), encodeText(key), now]) as
      [number, number, number, string] | undefined;
    if (row === undefined) return null;
    const [seq, createdAt, updatedAt, value] = row;
    this.#refresh([[seq, namespace]], now);
    return { namespace: [...namespace], key, value: decodeValue(value), createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
  }

  #search({ namespacePrefix, filter, limit, offset }: SearchOperation, now: number): Item[] {
    checkLabels(namespacePrefix, "read");
    const scope = this.#scopeOf(namespacePrefix);
    if (scope === undefined) return [];
    const compiled = compileFilter(filter ?? {}, this.#indexed);
    const conditions = [...scope.conditions, ...compiled.conditions, ALIVE].join(" AND ");
    // With "+", sorting cannot tempt the planner away from the index of the filter.
    const order = compiled.indexed ? "+seq" : "seq";
    const path = scope.path === undefined ? "(SELECT path FROM store_namespaces WHERE id = namespace)" : "NULL";
    const sql = `SELECT seq, key, created_at, updated_at, value, ${path}
      FROM store_items WHERE ${conditions} ORDER BY ${order} LIMIT ? OFFSET ?`;
    const params = [...scope.params, ...compiled.params, now, countOf(limit, 10, "limit"), countOf(offset, 0, "offset")];
    const rows = this.#statements.of(sql).all(params) as [number, string, number, number, string, string | null][];
    const items = rows.map(([, key, createdAt, updatedAt, value, path]) => ({
      namespace: decodeNamespace(path ?? scope.path ?? ""),
      key: decodeText(key),
      value: decodeValue(value),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    }));
    this.#refresh(
      items.map((item, i) => [rows[i]?.[0] ?? 0, item.namespace]),
      now,
    );
    return items;
  }

  /** Where a prefix leads. One namespace, the usual case, is matched by equality and read in order, without a sort. */
  #scopeOf(prefix: readonly string[]): { conditions: string[]; params: Param[]; path?: string } | undefined {
    const range = prefixRange(prefix);
    if (range === undefined) return { conditions: [], params: [] };
    const found = this.#statements.of("SELECT id, path FROM store_namespaces WHERE path >= ? AND path < ? LIMIT 2").all(range) as [
      number,
      string,
    ][];
    const [first] = found;
    if (found.length < 2) return first && { conditions: ["namespace = ?"], params: [first[0]], path: first[1] };
    return { conditions: ["namespace IN (SELECT id FROM store_namespaces WHERE path >= ? AND path < ?)"], params: range };
  }

  #listNamespaces({ matchConditions = [], maxDepth, limit, offset }: ListNamespacesOperation, now: number): string[][] {
    const prefix = matchConditions.find(({ matchType }) => matchType === "prefix");
    const range = prefixRange(literalPrefix(prefix?.path ?? []));
    const rows = this.#statements
      .of(
        `SELECT path FROM store_namespaces WHERE ${range ? "path >= ? AND path < ? AND " : ""}
       EXISTS (SELECT 1 FROM store_items WHERE namespace = id AND ${ALIVE}) ORDER BY path`,
      )
      .all([...(range ?? []), now]) as [string][];
    const paths = rows
      .map(([path]) => decodeNamespace(path))
      .filter((labels) => matchConditions.every(({ matchType, path }) => matchesPath(labels, matchType, path)))
      .map((labels) => encodeNamespace(labels.slice(0, maxDepth)));
    const start = countOf(offset, 0, "offset");
    const count = countOf(limit, Infinity, "limit");
    return [...new Set(paths)].slice(start, count < 0 ? undefined : start + count).map(decodeNamespace);
  }

  #write(writes: readonly PreparedWrite[], now: number): void {
    const ids = new Map<string, number | undefined>();
    const emptied = new Set<number>();
    for (const { namespace, path, key, value } of writes) {
      const id = ids.get(path) ?? this.#namespaceId(path, value !== null);
      ids.set(path, id);
      if (id === undefined) continue;
      if (value === null) {
        this.#statements.of(DELETE).run([id, key]);
        emptied.add(id);
      } else {
        this.#statements.of(PUT).run([id, key, now, now, expiryOf(this.#options.ttl, namespace, now), value]);
      }
    }
    for (const id of emptied) this.#statements.of(PRUNE).run([id]);
  }

  #namespaceId(path: string, make: boolean): number | undefined {
    const row = this.#statements.of("SELECT id FROM store_namespaces WHERE path = ?").get([path]) as [number] | undefined;
    if (row !== undefined || !make) return row?.[0];
    return (this.#statements.of("INSERT INTO store_namespaces (path) VALUES (?) RETURNING id").get([path]) as [number])[0];
  }

  #refresh(items: readonly [seq: number, namespace: readonly string[]][], now: number): void {
    if (this.#options.ttl?.refreshOnRead !== true) return;
    const statement = this.#statements.of("UPDATE store_items SET expires_at = ? WHERE seq = ? AND expires_at IS NOT NULL");
    for (const [seq, namespace] of items) statement.run([expiryOf(this.#options.ttl, namespace, now), seq]);
  }

  #guard<T>(work: () => T): T {
    this.#checkOpen();
    try {
      return work();
    } catch (thrown) {
      throw storeError(thrown, this.#options.path);
    }
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new PersonaError({
      code: "STORE_CLOSED",
      message: `The store ${JSON.stringify(this.#options.path)} has been closed.`,
      fix: "Close it only after the last call, or make a new SqliteStore.",
    });
  }
}
