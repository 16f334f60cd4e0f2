import type { Pool, QueryResult } from "pg";
import { digest } from "../../domain/text.js";
import { PersonaError } from "../../errors.js";
import { SNAPSHOT_VERSION } from "../index-rows.js";
import { attempt, type Server } from "../remote/attempts.js";
import type { Engine } from "../remote/engine.js";
import { ensurePgvector } from "./extension.js";
import { openPool, type PgvectorSettings } from "./options.js";
import { PgvectorPart, type Run } from "./part.js";

/** Of connections, resources, interventions and conflicts: those pass. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSING = /^(08|40|53|55|57|58|XX)/;
const UNDEFINED_TABLE = "42P01";
const POSTGRES: Server = {
  name: "Postgres",
  isFinal: (thrown) => isAnswer(thrown) && !PASSING.test(thrown.code),
  fix: "Check address, password and rights of the index: it makes tables of its own.",
};
/** Writing takes longer than asking, and nobody waits for it. */
const WRITE_TIMEOUT_MS = 60_000;
/** Beyond, a row with its vector does not fit a page of 8 kB, and Postgres must keep the vector apart. */
const INLINE_DIMENSIONS = 1_900;
/** Of `pg_advisory_lock`: any number that is nobody else's. */
const SETUP_LOCK = 7_236_514_902;

/** The tables of one index: one for each embedding model and version of the analysis, with all users in it. */
export class Tables implements Engine {
  readonly name: string;
  readonly elsewhere = "give the index another `table`";
  readonly #settings: PgvectorSettings;
  readonly #table: string;
  #dimensions: Promise<number | undefined> | undefined;
  #pool: Promise<Pool> | undefined;

  constructor(settings: PgvectorSettings, model: string) {
    this.#settings = settings;
    this.#table = `${settings.table}_v${SNAPSHOT_VERSION}_${digest(model).slice(0, 8)}`;
    this.name = `pgvector ${settings.schema}.${this.#table}`;
  }

  async find(userId: string): Promise<PgvectorPart | undefined> {
    this.#dimensions ??= this.#look();
    const looking = this.#dimensions;
    // What is not there may be made by another process.
    const forget = (): void => void (this.#dimensions === looking && (this.#dimensions = undefined));
    looking.then((found) => found ?? forget(), forget);
    const dimensions = await looking;
    return dimensions === undefined ? undefined : this.#partOf(userId, this.#table, dimensions);
  }

  async make(userId: string, dimensions: number): Promise<PgvectorPart> {
    if (!(await this.find(userId))) await this.#make(dimensions);
    return (await this.find(userId))!;
  }

  async others(userId: string): Promise<PgvectorPart[]> {
    const sql = `SELECT relname AS name, atttypmod AS dimensions FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = to_regnamespace($1) AND relkind = 'r' AND attname = 'embedding' AND relname ~ $2 AND relname <> $3`;
    const { schema, table } = this.#settings;
    const found = await this.#run<{ name: string; dimensions: number }>("the list of tables", sql, [
      quoted(schema),
      `^${table}_v[0-9]+_[0-9a-f]{8}$`,
      this.#table,
    ]);
    return found.map(({ name, dimensions }) => this.#partOf(userId, name, dimensions));
  }

  isLost(thrown: unknown): boolean {
    return thrown instanceof PersonaError && isAnswer(thrown.cause) && thrown.cause.code === UNDEFINED_TABLE;
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.then((opened) => opened.end()).catch(() => undefined);
  }

  /** The dimensions of the table's vectors, if it is there. */
  async #look(): Promise<number | undefined> {
    const sql = `SELECT atttypmod AS dimensions FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'embedding'`;
    return (await this.#run<{ dimensions: number }>("for its tables", sql, [this.#quoted(this.#table)]))[0]?.dimensions;
  }

  async #make(dimensions: number): Promise<void> {
    const { schema } = this.#settings;
    const table = this.#quoted(this.#table);
    // Processes that start together take turns: CREATE IF NOT EXISTS fails when two do it at once.
    await this.#asked("to make its tables", WRITE_TIMEOUT_MS, (pool) =>
      pool.query(`DO $$ BEGIN
        PERFORM pg_advisory_xact_lock(${SETUP_LOCK});
        IF to_regnamespace('${quoted(schema)}') IS NULL THEN CREATE SCHEMA ${quoted(schema)}; END IF;
        CREATE TABLE IF NOT EXISTS ${table} (user_key text NOT NULL, id text NOT NULL, kind text NOT NULL, at float8 NOT NULL,
          revision text NOT NULL, keys bigint[] NOT NULL, memory json NOT NULL, embedding vector(${dimensions}), PRIMARY KEY (user_key, id));
        ${dimensions <= INLINE_DIMENSIONS ? `ALTER TABLE ${table} ALTER COLUMN embedding SET STORAGE PLAIN;` : ""}
        CREATE INDEX IF NOT EXISTS ${quoted(`${this.#table}_keys`)} ON ${table} USING gin (keys) WITH (fastupdate = off);
      END $$`),
    );
    this.#dimensions = undefined;
  }

  #partOf(userId: string, table: string, dimensions: number): PgvectorPart {
    return new PgvectorPart(userId, this.#quoted(table), dimensions, this.#run);
  }

  readonly #run: Run = async <R extends object>(what: string, sql: string, values: readonly unknown[]): Promise<readonly R[]> => {
    const { timeoutMs } = this.#settings;
    const limit = sql.startsWith("SELECT") || sql.startsWith("(") ? timeoutMs : WRITE_TIMEOUT_MS;
    try {
      return (await this.#asked(what, limit, (pool) => pool.query<R>(sql, [...values]))).rows;
    } catch (thrown) {
      if (this.isLost(thrown)) this.#dimensions = undefined;
      throw thrown;
    }
  };

  #asked<R extends object>(what: string, timeoutMs: number, ask: (pool: Pool) => Promise<QueryResult<R>>): Promise<QueryResult<R>> {
    return attempt(POSTGRES, what, async () => ask(await this.#connected()), { timeoutMs, retries: this.#settings.retries });
  }

  #connected(): Promise<Pool> {
    this.#pool ??= openPool(this.#settings).then(async (pool) => {
      try {
        await ensurePgvector(pool);
        return pool;
      } catch (thrown) {
        await pool.end().catch(() => undefined);
        throw thrown;
      }
    });
    this.#pool.catch(() => (this.#pool = undefined));
    return this.#pool;
  }

  #quoted(table: string): string {
    return `${quoted(this.#settings.schema)}.${quoted(table)}`;
  }
}

/** Names were checked at the door. */
const quoted = (name: string): string => `"${name}"`;

/** An error that Postgres sent, with its SQLSTATE. */
const isAnswer = (thrown: unknown): thrown is Error & { readonly code: string } =>
  thrown instanceof Error && "severity" in thrown && typeof (thrown as { code?: unknown }).code === "string";
