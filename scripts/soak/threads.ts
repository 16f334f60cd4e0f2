import type { RunnableConfig } from "@langchain/core/runnables";
import { MemorySaver, type Checkpoint, type CheckpointMetadata } from "@langchain/langgraph";
import Database from "libsql";

type Entry = [Uint8Array, Uint8Array, string | undefined];

/**
 * Threads that outlive their process, as a LangGraph server keeps them: the newest checkpoint of each, written through to a file.
 * What a subgraph keeps is left out; no run here is resumed inside one.
 */
export class DurableThreads extends MemorySaver {
  readonly #db: Database.Database;
  readonly #put: Database.Statement;

  constructor(path: string) {
    super();
    this.#db = new Database(path);
    this.#db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS threads (thread TEXT PRIMARY KEY, id TEXT, checkpoint TEXT, metadata TEXT)",
    );
    this.#put = this.#db.prepare("INSERT OR REPLACE INTO threads VALUES (?, ?, ?, ?)");
    for (const [thread, id, checkpoint, metadata] of this.#db.prepare("SELECT * FROM threads").raw().all([]) as string[][]) {
      this.storage[thread!] = { "": { [id!]: [Buffer.from(checkpoint!, "base64"), Buffer.from(metadata!, "base64"), undefined] } };
    }
  }

  override async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    const after = await super.put(config, checkpoint, metadata);
    const thread = String(config.configurable?.["thread_id"]);
    const namespaces = this.storage[thread]!;
    const entry: Entry = namespaces[String(config.configurable?.["checkpoint_ns"] ?? "")]![checkpoint.id]!;
    if ((config.configurable?.["checkpoint_ns"] ?? "") !== "") return after;
    this.#put.run([thread, checkpoint.id, Buffer.from(entry[0]).toString("base64"), Buffer.from(entry[1]).toString("base64")]);
    // The turns before are of no use here; their subgraphs ended with them. Another run may be writing to the same thread just now.
    if (metadata.source === "input") {
      for (const [namespace, checkpoints] of Object.entries(namespaces)) {
        for (const id of Object.keys(checkpoints)) if (namespace !== "" || id < checkpoint.id) delete checkpoints[id];
      }
      for (const key of Object.keys(this.writes)) if (key.startsWith(`[${JSON.stringify(thread)},`)) delete this.writes[key];
    }
    return after;
  }
}
