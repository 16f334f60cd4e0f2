import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

export interface RunningPglite {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A Postgres with pgvector in this process: PGlite, which is Postgres compiled to WebAssembly, behind a port of loopback. Connections
 * take turns, a transaction at a time. For tests: Debian 12's packages have no pgvector.
 */
export async function startPglite({ path, port = 0 }: { readonly path?: string; readonly port?: number } = {}): Promise<RunningPglite> {
  const db = await PGlite.create({ ...(path !== undefined && { dataDir: path }), extensions: { vector } });
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port, maxConnections: 100 });
  const listening = new Promise<number>((resolve) =>
    server.addEventListener("listening", (event) => resolve((event as CustomEvent<{ port: number }>).detail.port)),
  );
  await server.start();
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${await listening}/postgres`,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}
