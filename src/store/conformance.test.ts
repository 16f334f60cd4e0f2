import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryStore } from "@langchain/langgraph";
import { storeConformance } from "../testing/store-conformance.js";
import { SqliteStore } from "./sqlite-store.js";

const runner = { describe, it };

storeConformance({
  name: "SqliteStore in memory",
  runner,
  async create() {
    const store = new SqliteStore();
    return { store, dispose: async () => store.close() };
  },
});

storeConformance({
  name: "SqliteStore in a file",
  runner,
  async create() {
    const folder = mkdtempSync(join(tmpdir(), "personagraph-store-"));
    const path = join(folder, "made", "on", "demand", "memory.db");
    let store = new SqliteStore({ path });
    return {
      store,
      async reopen() {
        store.close();
        return (store = new SqliteStore({ path }));
      },
      async dispose() {
        store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});

storeConformance({
  name: "LangGraph's InMemoryStore",
  runner,
  knownFaults: [
    "prefix-leak",
    "joined-labels",
    "batch-drops",
    "live-references",
    "no-string-ranges",
    "loose-ranges",
    "no-deep-equality",
    "no-array-equality",
    "empty-namespaces",
    "unchecked-batch",
  ],
  create: async () => ({ store: new InMemoryStore(), dispose: async () => undefined }),
});
