import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChromaClient } from "chromadb";
import { whyNoChroma } from "../../../scripts/services/chroma-libc.js";
import { startChroma, type RunningChroma } from "../../../scripts/services/chroma.js";
import { isPersonaEvent, type PersonaEvent } from "../../events.js";
import { createPersonaAgent } from "../../persona-agent.js";
import { PersonaMemory } from "../../persona-memory.js";
import type { PersonaOptions } from "../../options.js";
import { SqliteStore } from "../../store/sqlite-store.js";
import { chromaIndex } from "./chroma-index.js";

const ABOUT = [/cello|music/i, /boat|sea/i];
const embeddings = (dimensions: number) => {
  const embed = (text: string): number[] => Array.from({ length: dimensions }, (_, i) => (ABOUT[i]?.test(text) ? 1 : 0.01));
  return { model: "test", embedDocuments: async (texts: string[]) => texts.map(embed), embedQuery: async (text: string) => embed(text) };
};
const said = (text: string, i = 0) => ({ role: "user" as const, id: `m${i}`, text, at: Date.UTC(2026, 4, 12, 9, i) });

describe("a server that does not serve", () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const recall = async (url: string) => {
    const memory = new PersonaMemory({ store: new SqliteStore(), index: chromaIndex({ url, timeoutMs: 200, retries: 1 }) });
    await memory.remember("ada", [said("My sister Mia is a nurse.")]);
    const result = await memory.recall("ada", "sister");
    await memory.close();
    return result;
  };

  test.each([
    ["is missing", async () => "http://127.0.0.1:1", "INDEX_AWAY"],
    ["is slow", () => serve(() => undefined), "INDEX_AWAY"],
    ["is broken", () => serve((_, response) => response.writeHead(500).end()), "INDEX_AWAY"],
    ["is of another version", () => serve((_, response) => response.writeHead(410).end('{"error":"The v2 API is gone"}')), "INDEX_AWAY"],
    ["is no Chroma at all", () => serve((_, response) => response.end("<html>hello</html>")), "INDEX_AWAY"],
    ["refuses us", () => serve((_, response) => response.writeHead(403).end()), "INDEX_REFUSED"],
  ])("and %s: words over the log serve, with a warning", async (_, url, code) => {
    const { hits, warning } = await recall(await url());
    expect(hits[0]?.text).toBe("My sister Mia is a nurse.");
    expect(warning?.code).toBe(code);
  });

  test("is asked again, and with our headers, tenant and database", async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(`${request.headers["x-who"] as string} ${request.url}`);
      response.writeHead(503).end();
    });
    const index = chromaIndex({ url, headers: { "x-who": "us" }, tenant: "t1", database: "d1", retries: 2 });
    const memory = new PersonaMemory({ store: new SqliteStore(), index });
    await memory.recall("ada", "sister");
    await memory.close();
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatch(/^us \/api\/v2\/tenants\/t1\/databases\/d1\/collections\/personagraph-/);
  });

  test("is not asked by everybody: after it failed, it is left alone for a while", async () => {
    let asked = 0;
    const url = await serve((_, response) => (asked++, response.writeHead(500).end()));
    const memory = new PersonaMemory({ store: new SqliteStore(), index: chromaIndex({ url, retries: 0 }) });
    for (let i = 0; i < 20; i++) expect((await memory.recall(`user ${i}`, "sister")).warning?.code).toBe("INDEX_AWAY");
    await memory.close();
    expect(asked).toBe(1);
  });

  test("is told as a warning event, and the answer comes all the same", async () => {
    const agent = createPersonaAgent({ model: "keyless", store: new SqliteStore(), index: "chroma:http://127.0.0.1:1" });
    const input = { messages: [{ role: "user", content: "Hello, I am Ada." }] };
    const events: PersonaEvent[] = [];
    for await (const chunk of await agent.stream(input, { context: { userId: "ada" }, streamMode: "custom" }))
      if (isPersonaEvent(chunk)) events.push(chunk);
    expect(events).toContainEqual({
      type: "warning",
      code: "INDEX_AWAY",
      message: expect.stringContaining("Recall went by words over the log"),
    });
  });

  test("settings that do not fit are refused at the door", () => {
    expect(() => chromaIndex({ shards: 0 })).toThrow(/0 collections/);
    expect(() => chromaIndex({ url: "localhost:8000" })).toThrow(/no address/);
    expect(() => chromaIndex({ collection: "a b" })).toThrow(/cannot begin the name/);
    expect(() => chromaIndex({ timeoutMs: 0 })).toThrow(/0 ms/);
  });
});

const why = process.env["CI"] ? undefined : whyNoChroma();
(why === undefined ? describe : describe.skip)(`a real Chroma${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "personagraph-chroma-"));
  let chroma: RunningChroma;
  let client: ChromaClient;
  let cases = 0;
  const stores: SqliteStore[] = [];
  beforeAll(async () => {
    chroma = await startChroma({ path: folder });
    client = new ChromaClient({ host: chroma.host, port: chroma.port, ssl: false });
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await chroma.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const collectionsOf = async (prefix: string) =>
    (await client.listCollections({ limit: 1000 })).filter(({ name }) => name.startsWith(prefix));
  const where = () => ({ url: chroma.url, collection: `test-${cases++}`, shards: 4, timeoutMs: 20_000 });
  const newStore = (): SqliteStore => {
    stores.push(new SqliteStore());
    return stores.at(-1)!;
  };
  const open = (store: SqliteStore, index: PersonaOptions["index"], more: PersonaOptions = {}) =>
    new PersonaMemory({ store, index, ...more });

  test("what was written while it was away is indexed when it is back", async () => {
    const [store, settings] = [newStore(), where()];
    const away = open(store, chromaIndex({ ...settings, url: "http://127.0.0.1:1", retries: 0 }));
    await away.remember("ada", [said("My boat is called Nutshell.")]);
    expect((await away.recall("ada", "boat")).warning?.code).toBe("INDEX_AWAY");
    await away.close();
    const back = open(store, chromaIndex(settings));
    const { hits, warning } = await back.recall("ada", "boat");
    expect([hits.length, warning]).toEqual([1, undefined]);
    await back.close();
    const [collection] = await collectionsOf(settings.collection);
    // The memory, and how far the user is.
    expect(await collection!.count()).toBe(2);
  });

  test("its collections hold no text, and nothing at all of a user who was erased, with whatever model it was indexed", async () => {
    const [store, settings] = [newStore(), where()];
    const [one, two] = [
      open(store, chromaIndex(settings), { embeddings: embeddings(4) }),
      open(store, chromaIndex({ ...settings, shards: 2 })),
    ];
    await one.remember("ada", [said("My boat is called Nutshell.")]);
    await one.remember("bob", [said("My boat is called Walnut.")]);
    for (const user of ["ada", "bob"]) for (const memory of [one, two]) await memory.rebuild([user]);
    const rows = async () => {
      const found = await Promise.all(
        (await collectionsOf(settings.collection)).map((collection) => collection.get({ include: ["documents", "metadatas"] })),
      );
      return JSON.stringify(found.map(({ documents, metadatas }) => [documents, metadatas]));
    };
    expect(await rows()).toContain("nutshel");
    expect(await rows()).not.toContain("My boat");
    await one.erase("ada");
    expect(await rows()).not.toContain("nutshel");
    expect(await rows()).toContain("walnut");
    await Promise.all([one.close(), two.close()]);
  });

  test("a collection of another dimension is an error that names both, and words serve", async () => {
    const [store, settings] = [newStore(), where()];
    const small = open(store, chromaIndex(settings), { embeddings: embeddings(4) });
    await small.remember("ada", [said("I bought a cello.")]);
    await small.rebuild(["ada"]);
    await small.close();
    const large = open(store, chromaIndex(settings), { embeddings: embeddings(8) });
    const { hits, warning } = await large.recall("ada", "cello");
    expect(hits).toHaveLength(1);
    expect(warning).toEqual({ code: "INDEX_DIMENSION", message: expect.stringMatching(/holds vectors of 4 dimensions.*give 8/) });
    await large.remember("ada", [said("I sold it.", 1)]);
    await expect(large.rebuild(["ada"])).rejects.toMatchObject({ code: "INDEX_DIMENSION" });
    await large.close();
  });

  test("a collection that was lost is noticed, never believed to be empty, and filled again", async () => {
    const [store, settings] = [newStore(), where()];
    const memory = open(store, chromaIndex(settings));
    await memory.remember("ada", [said("My boat is called Nutshell.")]);
    await memory.rebuild(["ada"]);
    expect((await memory.recall("ada", "boat")).hits).toHaveLength(1);
    for (const { name } of await collectionsOf(settings.collection)) await client.deleteCollection({ name });
    expect((await memory.recall("ada", "boat")).hits).toHaveLength(1);
    const again = open(store, chromaIndex(settings));
    const { hits, warning } = await again.recall("ada", "boat");
    expect([hits.length, warning]).toEqual([1, undefined]);
    await Promise.all([memory.close(), again.close()]);
  });

  test("a large import is searched by words until it is indexed", async () => {
    const [store, settings] = [newStore(), where()];
    const memory = open(store, chromaIndex(settings), {
      embeddings: { ...embeddings(4), embedDocuments: () => new Promise<never>(() => undefined) },
    });
    await memory.remember(
      "ada",
      Array.from({ length: 300 }, (_, i) => said(`Day ${i + 1000}.`, i)),
    );
    const { hits, warning } = await memory.recall("ada", "day 1299");
    expect([hits[0]?.text, warning?.code]).toEqual(["Day 1299.", "INDEX_BEHIND"]);
  });
});
