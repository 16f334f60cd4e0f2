import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { startPglite, type RunningPglite } from "../../../scripts/services/pglite.js";
import { postgresBinaries, startPostgres, type RunningPostgres } from "../../../scripts/services/postgres.js";
import type { PersonaOptions } from "../../options.js";
import { PersonaMemory } from "../../persona-memory.js";
import { SqliteStore } from "../../store/sqlite-store.js";
import { pgvectorIndex } from "./pgvector-index.js";

/** About music or the sea; counts what it embeds. */
class Meaning {
  readonly model = "test";
  texts = 0;
  constructor(readonly dimensions: number) {}
  async embedDocuments(texts: string[]): Promise<number[][]> {
    this.texts += texts.length;
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }
  async embedQuery(text: string): Promise<number[]> {
    return Array.from({ length: this.dimensions }, (_, i) => ([/cello|music/i, /boat|sea/i][i]?.test(text) ? 1 : 0.01));
  }
}
const messages = (...texts: string[]) =>
  texts.map((text, i) => ({ role: "user" as const, id: `m${i}`, text, at: Date.UTC(2026, 4, 12, 9, 0, i) }));

describe("pgvector that cannot be had", () => {
  test("a Postgres that does not answer: words over the log serve, and the password is not told", async () => {
    const index = pgvectorIndex({ url: "postgresql://ada:secret@127.0.0.1:1/none", retries: 0 });
    const memory = new PersonaMemory({ store: new SqliteStore(), index });
    await memory.remember("ada", messages("My sister Mia is a nurse."));
    const { hits, warning } = await memory.recall("ada", "sister");
    expect([hits[0]?.text, warning?.code]).toEqual(["My sister Mia is a nurse.", "INDEX_AWAY"]);
    expect(warning?.message).not.toContain("secret");
    await memory.close();
  });

  test("settings that do not fit are refused at the door, and a store that is no Postgres when it is opened", async () => {
    const url = "postgresql://127.0.0.1/none";
    expect(() => pgvectorIndex({ url: "http://127.0.0.1" })).toThrow(/no address of a Postgres/);
    expect(() => pgvectorIndex({ url, schema: "a b" })).toThrow(/"a b" cannot name a schema/);
    expect(() => pgvectorIndex({ url, table: "x".repeat(60) })).toThrow(/cannot name/);
    expect(() => pgvectorIndex({ url, timeoutMs: 0 })).toThrow(/0 ms/);
    expect(() => pgvectorIndex({ url, connections: 0 })).toThrow(/0 connections/);
    const memory = new PersonaMemory({ store: new SqliteStore(), index: "pgvector" });
    await expect(memory.recall("ada", "sister")).rejects.toMatchObject({
      code: "INDEX_OPTIONS",
      fix: expect.stringContaining("pgvector:postgresql://"),
    });
  });

  const isHere = process.env["CI"] !== undefined || postgresBinaries() !== undefined;
  (isHere ? describe : describe.skip)(`on a real Postgres without the extension${isHere ? "" : " (skipped: none is installed)"}`, () => {
    let postgres: RunningPostgres;
    beforeAll(async () => void (postgres = await startPostgres()));
    afterAll(() => postgres.stop());
    const open = async (more: PersonaOptions) => {
      const memory = new PersonaMemory({ store: postgres.url, ...more });
      await memory.remember("ada", messages("My sister Mia is a nurse."));
      return memory;
    };
    const checkOf = async (memory: PersonaMemory) => (await memory.check()).find(({ name }) => name === "index");

    test("asked for by name: a warning that says what to install, words over the log, and a check that fails", async () => {
      const memory = await open({ index: "pgvector" });
      const { hits, warning } = await memory.recall("ada", "sister");
      expect(hits[0]?.text).toBe("My sister Mia is a nurse.");
      expect(warning).toEqual({
        code: "INDEX_EXTENSION",
        message: expect.stringMatching(/no extension pgvector.*postgresql-\d+-pgvector/),
      });
      expect(await checkOf(memory)).toMatchObject({ status: "failed", message: expect.stringContaining("INDEX_EXTENSION") });
      await expect(memory.rebuild(["ada"])).rejects.toMatchObject({ code: "INDEX_EXTENSION" });
      await memory.close();
    });

    test("by default: the local index serves, without a warning with each answer, and the check says what to install", async () => {
      const memory = await open({ embeddings: new Meaning(4) });
      expect((await memory.recall("ada", "sister")).warning).toBeUndefined();
      expect(await checkOf(memory)).toMatchObject({
        status: "warning",
        message: expect.stringMatching(/^local, because.*no extension pgvector\.$/),
        fix: expect.stringMatching(/apt-get install postgresql-\d+-pgvector/),
      });
      await memory.close();
    });
  });
});

describe("a Postgres with pgvector (PGlite)", () => {
  let postgres: RunningPglite;
  let client: pg.Client;
  let cases = 0;
  beforeAll(async () => {
    postgres = await startPglite();
    client = new pg.Client(postgres.url);
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await postgres.stop();
  });
  const where = () => ({ url: postgres.url, table: `test_${cases++}`, timeoutMs: 20_000 });
  const tablesOf = async ({ table }: { table: string }): Promise<string[]> => {
    const { rows } = await client.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname ~ $1", [
      `^${table}_v`,
    ]);
    return rows.map(({ name }) => `public.${name}`);
  };
  const contentOf = async (settings: { table: string }): Promise<string> =>
    JSON.stringify(
      await Promise.all((await tablesOf(settings)).map(async (table) => (await client.query<object>(`SELECT * FROM ${table}`)).rows)),
    );

  test("is used by itself beside the log when embeddings are set, so that another process embeds nothing anew", async () => {
    const [first, second] = [new Meaning(4), new Meaning(4)];
    const one = new PersonaMemory({ store: postgres.url, embeddings: first });
    await one.remember("ada", messages("I bought a cello.", "Lunch was fine."));
    expect(await one.rebuild()).toEqual({ users: 1, memories: 2 });
    await one.close();
    const two = new PersonaMemory({ store: postgres.url, embeddings: second });
    const { hits, warning } = await two.recall("ada", "music");
    expect([hits[0]?.text, warning, first.texts, second.texts]).toEqual(["I bought a cello.", undefined, 2, 0]);
    expect(hits[0]!.why["meaning"]).toBeGreaterThan(0);
    expect((await two.check()).find(({ name }) => name === "index")).toMatchObject({
      status: "ok",
      message: expect.stringMatching(/^pgvector/),
    });
    await two.close();
    // Not without embeddings: words are found in the process as well, and need no server.
    const words = new PersonaMemory({ store: postgres.url });
    expect((await words.check()).find(({ name }) => name === "index")?.message).toMatch(/^local words/);
    await words.close();
  });

  test("holds no text, and nothing at all of a user who was erased, with whatever model they were indexed", async () => {
    const [store, settings] = [new SqliteStore(), where()];
    const open = (more: PersonaOptions) => new PersonaMemory({ store, index: pgvectorIndex(settings), ...more });
    const [one, two] = [open({ embeddings: new Meaning(4) }), open({})];
    await one.remember("ada", messages("My boat is called Nutshell."));
    await one.remember("bob", messages("My boat is called Walnut."));
    for (const memory of [one, two]) await memory.rebuild(["ada", "bob"]);
    expect(await tablesOf(settings)).toHaveLength(2);
    expect(await contentOf(settings)).toContain("nutshel");
    expect(await contentOf(settings)).not.toContain("My boat");
    await one.erase("ada");
    expect(await contentOf(settings)).not.toContain("nutshel");
    expect(await contentOf(settings)).toContain("walnut");
    await Promise.all([one.close(), two.close()]);
  });

  test("a table of another dimension is an error that names both, and words serve", async () => {
    const [store, settings] = [new SqliteStore(), where()];
    const open = (dimensions: number) => new PersonaMemory({ store, index: pgvectorIndex(settings), embeddings: new Meaning(dimensions) });
    const small = open(4);
    await small.remember("ada", messages("I bought a cello."));
    await small.rebuild(["ada"]);
    await small.close();
    const large = open(8);
    const { hits, warning } = await large.recall("ada", "cello");
    expect(hits).toHaveLength(1);
    expect(warning).toEqual({
      code: "INDEX_DIMENSION",
      message: expect.stringMatching(/holds vectors of 4 dimensions.*give 8.*another `table`/),
    });
    await large.remember("ada", messages("I bought a cello.", "I sold it."));
    await expect(large.rebuild(["ada"])).rejects.toMatchObject({ code: "INDEX_DIMENSION" });
    await large.close();
  });

  test.each(["DROP TABLE", "TRUNCATE"])(
    "a table that was lost (%s) is noticed, never believed to be empty, and filled again",
    async (lose) => {
      const [store, settings] = [new SqliteStore(), where()];
      const open = () => new PersonaMemory({ store, index: pgvectorIndex(settings) });
      const memory = open();
      await memory.remember("ada", messages("My boat is called Nutshell."));
      await memory.rebuild(["ada"]);
      await memory.close();
      const [serving, again] = [open(), open()];
      expect((await serving.recall("ada", "boat")).hits).toHaveLength(1);
      for (const table of await tablesOf(settings)) await client.query(`${lose} ${table}`);
      expect((await serving.recall("ada", "boat")).hits).toHaveLength(1);
      const { hits, warning } = await again.recall("ada", "boat");
      expect([hits.length, warning]).toEqual([1, undefined]);
      await again.rebuild(["ada"]);
      expect(await contentOf(settings)).toContain("nutshel");
      await Promise.all([serving.close(), again.close()]);
    },
  );

  test("a large import is searched by words until it is indexed", async () => {
    const embeddings = new Meaning(4);
    embeddings.embedDocuments = () => new Promise<never>(() => undefined);
    const memory = new PersonaMemory({ store: new SqliteStore(), index: pgvectorIndex(where()), embeddings });
    await memory.remember("ada", messages(...Array.from({ length: 300 }, (_, i) => `Day ${i + 1000}.`)));
    const { hits, warning } = await memory.recall("ada", "day 1299");
    expect([hits[0]?.text, warning?.code]).toEqual(["Day 1299.", "INDEX_BEHIND"]);
  });

  test("of more memories than are read whole, words, meaning and time find theirs, each user's alone", async () => {
    const [store, settings] = [new SqliteStore(), where()];
    const memory = new PersonaMemory({ store, index: pgvectorIndex(settings), embeddings: new Meaning(4) });
    const days = Array.from({ length: 1_050 }, (_, i) => `Day ${i + 1000} at work.`);
    await memory.remember("ada", messages(...days, "My uncle plays the cello.", "At work we planted a quince."));
    await memory.remember("bob", messages("The quince of Bob.", "Bob has a cello.", ...days));
    await memory.rebuild();
    const first = async (query: string, more: object = {}) => (await memory.recall("ada", { query, ...more })).hits[0]?.text;
    expect(await first("who likes music")).toBe("My uncle plays the cello.");
    expect(await first("quince")).toBe("At work we planted a quince.");
    expect(await first("a quince at work on a day")).toBe("At work we planted a quince.");
    const at = Date.UTC(2026, 4, 12, 9, 0, 42);
    expect(await first("work", { window: { from: at, to: at + 1000 } })).toBe("Day 1042 at work.");
    await memory.close();
  });
});
