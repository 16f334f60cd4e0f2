import type { PoolClient } from "pg";

/**
 * For the `verify` of a pool, which every new connection goes through. Before a large table is analysed Postgres guesses its costs so
 * high that it compiles each query, for 30 ms. A server that knows no JIT does as it always does.
 */
export const withoutJit = (client: PoolClient, done: (error?: Error) => void): void =>
  void client.query("SET jit = off").then(
    () => done(),
    () => done(),
  );
