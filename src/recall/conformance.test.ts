import { afterAll, beforeAll, describe, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoChroma } from "../../scripts/services/chroma-libc.js";
import { startPglite, type RunningPglite } from "../../scripts/services/pglite.js";
import { startChroma, type RunningChroma } from "../../scripts/services/chroma.js";
import { indexConformance } from "../testing/index-conformance.js";
import { chromaIndex } from "./chroma/chroma-index.js";
import { pgvectorIndex } from "./pgvector/pgvector-index.js";

indexConformance({
  name: "LocalIndex",
  runner: { describe, it },
  create: async () => ({ index: undefined, dispose: async () => undefined }),
});

const why = process.env["CI"] ? undefined : whyNoChroma();
(why === undefined ? describe : describe.skip)(`a real Chroma${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "personagraph-chroma-"));
  let chroma: RunningChroma;
  let cases = 0;
  beforeAll(async () => void (chroma = await startChroma({ path: folder })));
  afterAll(async () => {
    await chroma.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const shards of [1, 64]) {
    indexConformance({
      name: `ChromaIndex over ${shards} collections`,
      runner: { describe, it },
      create: async () => ({
        index: chromaIndex({ url: chroma.url, collection: `case-${cases++}`, shards, timeoutMs: 20_000 }),
        dispose: async () => undefined,
      }),
    });
  }
});

describe("a Postgres with pgvector (PGlite)", () => {
  let postgres: RunningPglite;
  let cases = 0;
  beforeAll(async () => void (postgres = await startPglite()), 60_000);
  afterAll(() => postgres.stop());

  indexConformance({
    name: "PgvectorIndex",
    runner: { describe, it },
    create: async () => ({
      index: pgvectorIndex({ url: postgres.url, table: `case_${cases++}`, timeoutMs: 20_000 }),
      dispose: async () => undefined,
    }),
  });
});
