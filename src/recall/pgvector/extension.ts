import type { Pool } from "pg";
import { PersonaError, reasonOf } from "../../errors.js";
import { openPool, resolvePgvector } from "./options.js";

interface Installed {
  readonly installed: string | null;
  readonly available: string | null;
  readonly major: number;
  readonly database: string;
}

const LOOK = `SELECT (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS installed,
  (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS available,
  current_setting('server_version_num')::int / 10000 AS major, current_database() AS database`;

/** Sees to it that the database has the type `vector`. @throws PersonaError INDEX_EXTENSION where it cannot be had */
export async function ensurePgvector(pool: Pick<Pool, "query">): Promise<void> {
  const { installed, available, major, database } = (await pool.query<Installed>(LOOK)).rows[0]!;
  if (installed !== null) return;
  if (available === null) {
    throw new PersonaError({
      code: "INDEX_EXTENSION",
      message: `This Postgres ${major} has no extension pgvector.`,
      fix: `Install it on the server (Debian: apt-get install postgresql-${major}-pgvector; a hosted one: ask the provider), or set another index.`,
    });
  }
  await pool.query("CREATE EXTENSION IF NOT EXISTS vector").catch(async (cause: unknown) => {
    // Another process may have made it at this moment.
    if ((await pool.query<Installed>(LOOK)).rows[0]!.installed !== null) return;
    throw new PersonaError({
      code: "INDEX_EXTENSION",
      message: `The extension pgvector is there, but not in the database "${database}", and this role may not add it: ${reasonOf(cause)}.`,
      fix: `As a superuser run in "${database}": CREATE EXTENSION vector`,
      cause,
    });
  });
}

/** What was thrown when pgvector was looked for; undefined where it can be used. */
export async function whyNoPgvector(url: string): Promise<unknown> {
  try {
    const pool = await openPool(resolvePgvector({ url, connections: 1 }));
    await ensurePgvector(pool).finally(() => pool.end());
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
