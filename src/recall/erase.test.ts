import { afterEach, expect, test } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PersonaMemory } from "../persona-memory.js";
import { SqliteStore } from "../store/sqlite-store.js";

const folder = mkdtempSync(join(tmpdir(), "recall-erase-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const embeddings = {
  embedDocuments: async (texts: string[]) => texts.map((text) => [text.length, 1, 2]),
  embedQuery: async (text: string) => [text.length, 1, 2],
};
const bytes = (): Buffer => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

test("an erase by a process that never searched leaves no word and no embedding in the file", async () => {
  const open = (withEmbeddings: boolean) => {
    const store = new SqliteStore({ path: join(folder, "memory.db") });
    const memory = new PersonaMemory({
      store,
      model: "keyless",
      update: "off",
      ...(withEmbeddings && { embeddings: embeddings as never }),
    });
    const rows = () =>
      (store.database.prepare("SELECT id FROM recall_vectors").all([]) as { id: string }[]).map(({ id }) => id.split(" ")[0]);
    return { store, memory, rows, close: async () => (await memory.close(), store.close()) };
  };
  const first = open(true);
  await first.memory.remember(
    "ada",
    Array.from({ length: 120 }, (_, i) => ({ id: `m${i}`, role: "user" as const, text: i === 5 ? "Zanzibarxq" : `Note ${i}` })),
  );
  await first.memory.recall("ada", "notes");
  while (first.rows().length < 120) await new Promise((resolve) => setTimeout(resolve, 10));
  await first.close();
  expect(bytes().includes("zanzibarxq")).toBe(true);

  const second = open(false);
  await second.memory.erase("ada", { messages: ["m5"] });
  expect(second.rows()).toHaveLength(119);
  expect(second.rows()).not.toContain("message:m5");
  expect(bytes().toString("latin1").toLowerCase()).not.toContain("zanzibarxq");
  expect((await second.memory.recall("ada", "Zanzibarxq")).hits).toEqual([]);
  await second.memory.erase("ada");
  expect(second.rows()).toEqual([]);
  await second.close();
});
