import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startPglite } from "../scripts/services/pglite.js";
import { hashedTerms } from "../src/recall/hashed-terms.js";
import { pgvectorIndex } from "../src/recall/pgvector/pgvector-index.js";
import { resolvePgvector } from "../src/recall/pgvector/options.js";
import { Tables } from "../src/recall/pgvector/tables.js";
import { userKey } from "../src/store/namespace.js";
import { K, KINDS, type Target } from "./scale-remote.js";
import { diskMb } from "./scale-world.js";

/** In PGlite in this process, whose memory the figures are then, unless the URL of a Postgres with pgvector is given. */
export async function pgvector(url: string | undefined): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "bench-scale-"));
  const server = url === undefined ? await startPglite({ path: folder }) : { url, stop: async () => undefined };
  const options = { url: server.url, table: "bench_vectors", timeoutMs: 60_000 };
  const tables = new Tables(resolvePgvector(options), hashedTerms.model);
  const pool = new pg.Pool({ connectionString: server.url, max: 4 });
  let own: Promise<unknown> | undefined;
  return {
    engine: `SqliteStore + PgvectorIndex${url === undefined ? " in PGlite" : ""}`,
    index: pgvectorIndex(options),
    peerIs: `pg: the ${K} nearest with the same filter, insert in the same batches`,
    async ask(userId, vector) {
      const { table } = (await tables.find(userId))!;
      const sql = `SELECT id, memory, embedding <=> $1::vector AS distance FROM ${table} WHERE user_key = $2 AND kind = ANY($3) ORDER BY 3 LIMIT ${K}`;
      return pool.query(sql, [JSON.stringify(vector), userKey(userId), KINDS]);
    },
    async upsert(userId, records, vectors) {
      own ??= pool.query("CREATE TABLE bench_peer (id text PRIMARY KEY, at float8, text text, embedding vector(384))");
      await own;
      const rows = records.map(({ id, at, text }, i) => ({ id: `${userId}/${id}`, at, text, embedding: JSON.stringify(vectors[i]) }));
      const sql = `INSERT INTO bench_peer SELECT r.id, r.at, r.text, r.embedding::vector
        FROM json_to_recordset($1::json) AS r (id text, at float8, text text, embedding text)`;
      return pool.query(sql, [JSON.stringify(rows)]);
    },
    figures: () => (url === undefined ? { diskMb: diskMb(folder) } : {}),
    async stop() {
      await pool.query(`DROP TABLE IF EXISTS bench_peer, ${(await tables.find("u0"))?.table ?? "bench_peer"}`);
      await Promise.all([pool.end(), tables.close()]);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
