import { faultOf, PersonaError } from "../errors.js";
import { isPostgresUrl } from "../store/open-postgres.js";
import type { IndexFactory } from "./index-port.js";

export interface ChosenIndex {
  /** Undefined: the local one. */
  readonly index?: IndexFactory;
  /** Why it is not one that would serve better, and what to do about it. */
  readonly advice?: { readonly message: string; readonly fix: string };
}

/** What the choice rests on when the setting leaves it open. */
export interface Surroundings {
  readonly store: unknown;
  readonly embeddings: boolean;
}

/** An index by its name; without one pgvector where embeddings and a Postgres are set that has it, else the local one. @throws PersonaError INDEX_UNKNOWN, INDEX_OPTIONS */
export async function resolveIndex(index: string | IndexFactory | undefined, { store, embeddings }: Surroundings): Promise<ChosenIndex> {
  if (typeof index === "function") return { index };
  if (index === undefined) return embeddings && isPostgresUrl(store) ? pgvectorIfThere(store) : {};
  if (index === "local") return {};
  const [, engine, url] = /^(chroma|pgvector)(?::(.+))?$/s.exec(index) ?? [];
  if (engine === "chroma") {
    const { chromaIndex } = await import("./chroma/chroma-index.js");
    return { index: chromaIndex(url === undefined ? {} : { url }) };
  }
  if (engine === "pgvector") {
    const { pgvectorIndex } = await import("./pgvector/pgvector-index.js");
    return { index: pgvectorIndex({ url: url ?? ownPostgres(store) }) };
  }
  throw new PersonaError({
    code: "INDEX_UNKNOWN",
    message: `"${index}" names no index.`,
    fix: 'Use "local", "pgvector", "chroma:http://127.0.0.1:8000", or pass chromaIndex({…}) of personagraph/chroma in code.',
  });
}

/** Vectors that outlive the process, where nobody has to ask for them. */
async function pgvectorIfThere(url: string): Promise<ChosenIndex> {
  const { pgvectorIndex } = await import("./pgvector/pgvector-index.js");
  const { whyNoPgvector } = await import("./pgvector/extension.js");
  const why = await whyNoPgvector(url);
  if (why === undefined) return { index: pgvectorIndex({ url }) };
  return {
    advice: {
      message: `local, because pgvector cannot be used: each process embeds anew what it is asked about. ${faultOf(why)}`,
      fix: why instanceof PersonaError ? why.fix : 'Mend that, or set the index to "local".',
    },
  };
}

function ownPostgres(store: unknown): string {
  if (isPostgresUrl(store)) return store;
  throw new PersonaError({
    code: "INDEX_OPTIONS",
    message: 'The index "pgvector" lies in the Postgres of the store, and the store is none that was given by its URL.',
    fix: 'Set the store to "postgresql://…", or name another Postgres: "pgvector:postgresql://user:password@host/database".',
  });
}
