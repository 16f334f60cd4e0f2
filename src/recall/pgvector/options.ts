import type { Pool } from "pg";
import { PersonaError, reasonOf } from "../../errors.js";
import { withoutJit } from "../../store/postgres-connection.js";

export interface PgvectorIndexOptions {
  /** `postgresql://user:password@host/database`, of the log or of another Postgres. */
  readonly url: string;
  /** Of its tables; made when it is not there. Default "public". */
  readonly schema?: string;
  /** First part of the names of its tables. Default "personagraph_vectors". */
  readonly table?: string;
  /** Connections of this process. Default 4. */
  readonly connections?: number;
  /** How long one request may take before recall goes on without the index, in ms. Default 2000. */
  readonly timeoutMs?: number;
  /** How often a request that failed is tried again, after 50, 100, 200 … ms. Default 2. */
  readonly retries?: number;
}

export type PgvectorSettings = Required<PgvectorIndexOptions>;

/** Postgres cuts names at 63 characters; what we append needs 20. */
const NAME = /^[a-z_][a-z0-9_]{0,40}$/;

/** Checked once, at the door. @throws PersonaError INDEX_OPTIONS */
export function resolvePgvector(options: PgvectorIndexOptions): PgvectorSettings {
  const { url, schema = "public", table = "personagraph_vectors", connections = 4, timeoutMs = 2_000, retries = 2 } = options;
  const refuse = (message: string, fix: string): never => {
    throw new PersonaError({ code: "INDEX_OPTIONS", message, fix });
  };
  if (!/^postgres(ql)?:\/\//.test(url))
    refuse("The address of the index is no address of a Postgres.", 'Write it as "postgresql://user:password@host/database".');
  for (const name of [schema, table])
    if (!NAME.test(name))
      refuse(`"${name}" cannot name a schema or begin the name of a table.`, "Use small letters, digits and underscores.");
  if (!Number.isInteger(connections) || connections < 1)
    refuse(`The index cannot have ${connections} connections.`, "Give a whole number from 1 on.");
  if (!(timeoutMs > 0)) refuse(`A request cannot take ${timeoutMs} ms.`, "Give a number of milliseconds above 0.");
  if (!Number.isInteger(retries) || retries < 0)
    refuse(`A request cannot be tried again ${retries} times.`, "Give a whole number, 0 for never.");
  return Object.freeze({ url, schema, table, connections, timeoutMs, retries });
}

/** The client is loaded on first use: who has no Postgres needs no package for it. @throws PersonaError PACKAGE_MISSING */
export async function openPool({ url, connections, timeoutMs }: PgvectorSettings): Promise<Pool> {
  const { default: pg } = await import("pg").catch((cause: unknown) => {
    throw new PersonaError({
      code: "PACKAGE_MISSING",
      message: `The index in Postgres needs the package pg: ${reasonOf(cause)}.`,
      fix: "Run: npm install pg",
      cause,
    });
  });
  // A pool that idles does not keep the process alive.
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    allowExitOnIdle: true,
    connectionTimeoutMillis: timeoutMs,
    verify: withoutJit,
  });
  // A connection that breaks while it idles would end the process: the next query opens another.
  pool.on("error", () => undefined);
  return pool;
}
