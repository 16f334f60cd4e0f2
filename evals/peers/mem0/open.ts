import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddingsOr } from "../../models/hashed-embeddings.js";
import type { FinderTools } from "../../qa/system.js";
import { fromInstall } from "../installed.js";

/** The part of `mem0ai/oss` that is used. */
export interface Mem0 {
  add(
    messages: { role: string; content: string }[],
    options: { userId: string; metadata: { turns: string[]; at: string | null }; infer?: boolean },
  ): Promise<unknown>;
  search(
    query: string,
    options: { filters: object; topK: number; threshold: number },
  ): Promise<{ results: { memory: string; metadata?: { turns?: string[]; at?: string } }[] }>;
}
interface Mem0Module {
  readonly Memory: new (config: object) => Mem0;
}

/** The memory of one conversation, with mem0's in-memory vector store in a folder that `close` removes; its telemetry is off. */
export async function openMem0(
  { embeddings: given, baseUrl }: Pick<FinderTools, "embeddings" | "baseUrl">,
  llm: { readonly baseURL: string; readonly model: string },
): Promise<{ readonly memory: Mem0; readonly close: () => void }> {
  process.env["MEM0_TELEMETRY"] = "false";
  const folder = mkdtempSync(join(tmpdir(), "eval-mem0-"));
  process.env["MEM0_DIR"] = folder;
  const { Memory } = (await fromInstall("mem0", "mem0ai", "dist/oss/index.mjs")) as Mem0Module;
  const embeddings = await embeddingsOr(given, baseUrl);
  const dimension = (await embeddings.embedQuery("dimensions")).length;
  const memory = new Memory({
    embedder: { provider: "langchain", config: { model: embeddings } },
    vectorStore: { provider: "memory", config: { collectionName: "eval", dimension, dbPath: join(folder, "vectors.db") } },
    llm: { provider: "openai", config: { apiKey: "none", ...llm } },
    disableHistory: true,
  });
  return { memory, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export const USER = "eval";
export const search = (memory: Mem0, query: string, topK: number): ReturnType<Mem0["search"]> =>
  memory.search(query, { filters: { user_id: USER }, topK, threshold: 0 });
