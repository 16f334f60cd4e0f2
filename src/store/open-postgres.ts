import type { PostgresStore } from "@langchain/langgraph-checkpoint-postgres/store";
import type { Operation, OperationResults, PutOperation, SearchOperation } from "@langchain/langgraph";
import type { Pool } from "pg";
import { PersonaError, reasonOf } from "../errors.js";
import { checkLeaseTtl, type LeaseHolder } from "./lease.js";
import { withoutJit } from "./postgres-connection.js";
import { compileReads, timeIn, TIMES } from "./postgres-reads.js";

export interface PostgresOptions {
  /** Of the tables; made when it is not there. Default "public". */
  readonly schema?: string;
  /** Connections of this process. Default 10. */
  readonly connections?: number;
}

/** What a name between double quotes may be without a thought for quoting. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
/** Of the advisory lock under which tables are made: "persona" in ASCII. */
const SETUP_LOCK = "31640342588779105";

export const isPostgresUrl = (store: unknown): store is string => typeof store === "string" && /^postgres(ql)?:\/\//.test(store);

/**
 * LangGraph's PostgresStore in its own tables, and what memory asks beyond it: a batch of writes is one statement, all or nothing,
 * and one of reads is one, of one moment; a lease holds between processes; and a prefix is found by an index whatever the collation of the database.
 *
 * @throws PersonaError PACKAGE_MISSING, STORE_AWAY
 */
export async function openPostgres(
  url: string,
  { schema = "public", connections = 10 }: PostgresOptions = {},
): Promise<PostgresStore & LeaseHolder> {
  if (!SCHEMA.test(schema)) {
    throw new PersonaError({
      code: "OPTIONS",
      message: `"${schema}" cannot be the schema.`,
      fix: "Use small letters, digits and underscores.",
    });
  }
  const { PostgresStore } = await import("@langchain/langgraph-checkpoint-postgres/store").catch((cause: unknown) => {
    const message = `Memory in Postgres needs a package that is not there: ${reasonOf(cause)}.`;
    throw new PersonaError({ code: "PACKAGE_MISSING", message, fix: "Run: npm install @langchain/langgraph-checkpoint-postgres", cause });
  });
  // A pool that idles does not keep the process alive.
  const connectionOptions = { connectionString: url, max: connections, allowExitOnIdle: true, verify: withoutJit };

  class LeasingPostgresStore extends PostgresStore implements LeaseHolder {
    #ready: Promise<void> | undefined;
    readonly #pool: Pool;

    constructor() {
      super({ connectionOptions, schema, ensureTables: true });
      this.#pool = (this as unknown as { readonly core: { readonly pool: Pool } }).core.pool;
      // A connection that breaks while it idles would end the process: the next query opens another.
      this.#pool.on("error", () => undefined);
    }

    /** Processes that start together take turns: CREATE IF NOT EXISTS fails when two do it at once. */
    override setup(): Promise<void> {
      this.#ready ??= this.#makeTables();
      this.#ready.catch(() => (this.#ready = undefined));
      return this.#ready;
    }

    override async batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>> {
      await this.setup();
      const [puts, others] = [operations.filter(isPlainPut), operations.filter((operation) => !isPlainPut(operation))];
      if (puts.length === 1 && others.length === 0) return (await super.batch([...operations])) as OperationResults<Op>;
      const answers = others.length > 0 ? await this.#answer(others) : [];
      if (puts.length > 0) await this.#write(puts);
      return operations.map((operation) => (isPlainPut(operation) ? undefined : answers.shift())) as unknown as OperationResults<Op>;
    }

    async #answer(operations: readonly Operation[]): Promise<unknown[]> {
      const reads = compileReads(schema, operations);
      return reads ? reads.answers((await this.#pool.query(reads.text, reads.values)).rows) : super.batch([...operations]);
    }

    async #write(puts: readonly PlainPut[]): Promise<void> {
      // Of two writes of one item in a batch the last counts.
      const last = new Map(puts.map((operation) => [`${operation.namespace.join(":")}\n${operation.key}`, operation]));
      const [kept, gone] = [
        [...last.values()].filter(({ value }) => value !== null),
        [...last.values()].filter(({ value }) => value === null),
      ];
      const paths = (some: typeof kept) => some.map(({ namespace }) => namespace.join(":"));
      const keys = (some: typeof kept) => some.map(({ key }) => key);
      await this.#pool.query(
        `WITH gone AS (DELETE FROM "${schema}".store USING unnest($1::text[], $2::text[]) AS g (path, k) WHERE namespace_path = path AND key = k)
         INSERT INTO "${schema}".store (namespace_path, key, value) SELECT * FROM unnest($3::text[], $4::text[], $5::jsonb[])
         ON CONFLICT (namespace_path, key) DO UPDATE SET value = excluded.value, expires_at = NULL, updated_at = CURRENT_TIMESTAMP`,
        [paths(gone), keys(gone), paths(kept), keys(kept), kept.map(({ value }) => JSON.stringify(value))],
      );
    }

    /** As a batch of one, which finds what lies under the prefix and not what only begins like it. */
    override async search(prefix: string[], options: Parameters<PostgresStore["search"]>[1] = {}): ReturnType<PostgresStore["search"]> {
      if (options.query !== undefined) return super.search(prefix, options);
      const { filter = {}, limit = 10, offset = 0 } = options;
      const search: SearchOperation = { namespacePrefix: prefix, filter, limit, offset };
      return (await this.batch([search]))[0] as Awaited<ReturnType<PostgresStore["search"]>>;
    }

    async acquireLease(name: string, owner: string, ttlMs: number): Promise<boolean> {
      checkLeaseTtl(ttlMs);
      await this.setup();
      const { rowCount } = await this.#pool.query(
        `INSERT INTO "${schema}".personagraph_leases AS lease (name, owner, until) VALUES ($1, $2, clock_timestamp() + $3 * interval '1 ms')
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
         WHERE lease.owner = excluded.owner OR lease.until <= clock_timestamp()`,
        [name, owner, ttlMs],
      );
      return rowCount === 1;
    }

    async releaseLease(name: string, owner: string): Promise<boolean> {
      await this.setup();
      const { rowCount } = await this.#pool.query(`DELETE FROM "${schema}".personagraph_leases WHERE name = $1 AND owner = $2`, [
        name,
        owner,
      ]);
      return rowCount === 1;
    }

    async #makeTables(): Promise<void> {
      const client = await this.#pool.connect();
      try {
        await client.query(`SELECT pg_advisory_lock(${SETUP_LOCK})`);
        await super.setup();
        await client.query(
          `CREATE TABLE IF NOT EXISTS "${schema}".personagraph_leases (name text PRIMARY KEY, owner text NOT NULL, until timestamptz NOT NULL)`,
        );
        // LIKE 'prefix%' uses a plain index only where the database collates by bytes.
        await client.query(`CREATE INDEX IF NOT EXISTS personagraph_prefix ON "${schema}".store (namespace_path text_pattern_ops)`);
        // What is new, or was said lately, is a few rows of a user's hundred thousand.
        for (const key of TIMES) {
          const columns = `namespace_path text_pattern_ops, ${timeIn(key)}`;
          await client.query(`CREATE INDEX IF NOT EXISTS "personagraph_${key.toLowerCase()}" ON "${schema}".store (${columns})`);
        }
      } finally {
        await client.query(`SELECT pg_advisory_unlock(${SETUP_LOCK})`).catch(() => undefined);
        client.release();
      }
    }
  }

  const store = new LeasingPostgresStore();
  await store.setup().catch(async (cause: unknown) => {
    await store.stop().catch(() => undefined);
    const { host, pathname } = new URL(url);
    const message = `The Postgres at ${host}${pathname} cannot be used: ${reasonOf(cause)}.`;
    throw new PersonaError({
      code: "STORE_AWAY",
      message,
      fix: "Check that it runs, the address, the password, and the right to make tables.",
      cause,
    });
  });
  return store;
}

type PlainPut = PutOperation & { readonly value: Record<string, unknown> | null };

/** A write that asks for no vector and no time to live. */
const isPlainPut = (operation: Operation): operation is PlainPut =>
  "value" in operation &&
  "key" in operation &&
  operation.namespace.length > 0 &&
  !("options" in operation) &&
  (operation as { index?: unknown }).index === undefined;
