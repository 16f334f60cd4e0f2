/** `personagraph/pgvector`: recall's index in Postgres. Needs the package pg, and pgvector on the server. */
export { pgvectorIndex } from "./recall/pgvector/pgvector-index.js";
export type { PgvectorIndexOptions } from "./recall/pgvector/options.js";
