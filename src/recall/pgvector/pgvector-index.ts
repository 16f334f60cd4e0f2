import type { IndexFactory } from "../index-port.js";
import { remoteIndex } from "../remote/remote-index.js";
import { resolvePgvector, type PgvectorIndexOptions } from "./options.js";
import { Tables } from "./tables.js";

/** An index in Postgres, for the `index` option: `createPersonaAgent({ index: pgvectorIndex({ url: "postgresql://…" }) })`. */
export const pgvectorIndex = (options: PgvectorIndexOptions): IndexFactory => {
  const settings = resolvePgvector(options);
  return remoteIndex(({ model }) => new Tables(settings, model));
};
