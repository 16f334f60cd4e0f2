import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChromaClient, type Collection } from "chromadb";
import { startChroma } from "../scripts/services/chroma.js";
import { chromaIndex } from "../src/recall/chroma/chroma-index.js";
import { Collections } from "../src/recall/chroma/collections.js";
import { resolveChroma } from "../src/recall/chroma/options.js";
import { scopeOf } from "../src/recall/chroma/rows.js";
import { hashedTerms } from "../src/recall/hashed-terms.js";
import { K, KINDS, type Target } from "./scale-remote.js";
import { diskMb, openFiles, residentMb } from "./scale-world.js";

export async function chroma(shards: number): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "bench-scale-"));
  const server = await startChroma({ path: folder });
  const options = { url: server.url, shards, timeoutMs: 60_000 };
  const collections = new Collections(resolveChroma(options), hashedTerms.model);
  const client = new ChromaClient({ host: server.host, port: server.port, ssl: false });
  const own = await client.createCollection({ name: "peer", embeddingFunction: null });
  const opened = new Map<string, Collection>();
  const collectionOf = async (userId: string): Promise<Collection> => {
    const name = collections.nameOf(userId);
    if (!opened.has(name)) opened.set(name, await client.getCollection({ name }));
    return opened.get(name)!;
  };
  return {
    engine: `SqliteStore + ChromaIndex, ${shards} collections`,
    index: chromaIndex(options),
    peerIs: `chromadb: query of ${K} with the same filter, upsert in the same batches`,
    ask: async (userId, vector) =>
      (await collectionOf(userId)).query({
        queryEmbeddings: [vector],
        nResults: K,
        where: { scope: { $in: KINDS.map((kind) => scopeOf(userId, kind)) } },
        include: ["documents", "metadatas", "distances"],
      }),
    upsert: (userId, records, embeddings) =>
      own.upsert({
        ids: records.map(({ id }) => `${userId}/${id}`),
        embeddings,
        documents: records.map(({ text }) => text),
        metadatas: records.map(({ at }) => ({ at, user: userId })),
      }),
    figures: () => ({ engineMb: residentMb(server.pid), engineFiles: openFiles(server.pid), diskMb: diskMb(folder) }),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
