import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "@jest/globals";
import { setTimeout as pause } from "node:timers/promises";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import pg from "pg";
import { postgresBinaries, startPostgres, type RunningPostgres } from "../../scripts/services/postgres.js";
import { storeConformance } from "../testing/store-conformance.js";
import { createPersonaAgent } from "../persona-agent.js";
import { PersonaMemory } from "../persona-memory.js";
import { openPostgres } from "./open-postgres.js";
import { compileReads } from "./postgres-reads.js";
import { UserLocks } from "./user-lock.js";

const isHere = process.env["CI"] !== undefined || postgresBinaries() !== undefined;
(isHere ? describe : describe.skip)(`a real Postgres${isHere ? "" : " (skipped: none is installed)"}`, () => {
  let postgres: RunningPostgres;
  let schemas = 0;
  beforeAll(async () => void (postgres = await startPostgres()));
  afterAll(() => postgres.stop());

  storeConformance({
    name: "LangGraph's PostgresStore",
    runner: { describe, it },
    knownFaults: ["joined-labels", "narrow-labels", "no-string-ranges", "no-array-equality", "text-filters", "narrow-prefixes", "no-nul"],
    async create() {
      const schema = `case_${schemas++}`;
      const open = () => openPostgres(postgres.url, { schema });
      let store = await open();
      return {
        store,
        async reopen() {
          await store.stop();
          return (store = await open());
        },
        dispose: () => store.stop(),
      };
    },
  });

  describe("what memory asks beyond a store", () => {
    const opened: Awaited<ReturnType<typeof openPostgres>>[] = [];
    const open = async (schema: string) => {
      const store = await openPostgres(postgres.url, { schema });
      opened.push(store);
      return store;
    };
    afterEach(() => Promise.all(opened.splice(0).map((store) => store.stop())));

    test("processes that start together make the tables once", async () => {
      const stores = await Promise.all(Array.from({ length: 8 }, () => open("together")));
      await stores[0]!.put(["a"], "k", { v: 1 });
      expect((await stores[7]!.get(["a"], "k"))?.value).toEqual({ v: 1 });
    });

    test("a lease has one owner across processes, is renewed, given up, and runs out", async () => {
      const [one, two] = [await open("leases"), await open("leases")];
      expect([await one.acquireLease("ada", "1", 60_000), await two.acquireLease("ada", "2", 60_000)]).toEqual([true, false]);
      expect([await one.acquireLease("ada", "1", 60_000), await two.releaseLease("ada", "2")]).toEqual([true, false]);
      expect([await one.releaseLease("ada", "1"), await two.acquireLease("ada", "2", 1)]).toEqual([true, true]);
      await pause(20);
      expect(await one.acquireLease("ada", "1", 60_000)).toBe(true);
      await expect(one.acquireLease("ada", "1", 0)).rejects.toMatchObject({ code: "LEASE_TTL_INVALID" });
    });

    test("updates of one user take turns between processes", async () => {
      const locks = [new UserLocks(await open("turns")), new UserLocks(await open("turns"))];
      let inside = 0;
      const most: number[] = [];
      await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          locks[i % 2]!.briefly("ada", async () => {
            most.push(++inside);
            await pause(2);
            inside--;
          }),
        ),
      );
      expect(Math.max(...most)).toBe(1);
    });

    test("a batch that fails halfway has written nothing, and of two writes of one item the last counts", async () => {
      const store = await open("batches");
      const bad = { namespace: ["a"], key: "bad", value: { text: "a\u0000b" } };
      await expect(store.batch([{ namespace: ["a"], key: "k", value: { v: 1 } }, bad])).rejects.toThrow();
      expect(await store.get(["a"], "k")).toBeNull();
      await store.batch([1, null, 3].map((v) => ({ namespace: ["a"], key: "k", value: v === null ? null : { v } })));
      expect((await store.get(["a"], "k"))?.value).toEqual({ v: 3 });
    });

    test("a user is found by an index among all others, whatever the collation", async () => {
      const store = await open("plans");
      await store.put(["a"], "k", { v: 1 });
      const client = new pg.Client(postgres.url);
      await client.connect();
      const { rows } = await client.query(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'plans' AND indexname = 'personagraph_prefix'",
      );
      await client.end();
      expect(rows).toEqual([{ indexdef: expect.stringContaining("text_pattern_ops") }]);
    });

    test("what is new of a user is found by an index, and what others keep under the same names disturbs nobody", async () => {
      const store = await open("times");
      await store.put(["others"], "k", { at: "noon", recordedAt: { day: 1 } });
      await store.batch([1, 2, 3].map((at) => ({ namespace: ["ada", "message"], key: `${at}`, value: { at, recordedAt: at } })));
      const since = (recordedAt: number) => ({
        namespacePrefix: ["ada"],
        filter: { recordedAt: { $gte: recordedAt } },
        limit: 10,
        offset: 0,
      });
      const [news, one, none] = await store.batch([since(2), { namespace: ["ada", "message"], key: "1" }, since(9)] as const);
      expect(news.map(({ key }) => key)).toEqual(["2", "3"]);
      expect([one?.value, none]).toEqual([{ at: 1, recordedAt: 1 }, []]);
      expect(await store.search(["others"], { filter: { at: { $gte: 0 } } })).toEqual([]);

      const client = new pg.Client(postgres.url);
      await client.connect();
      const { text, values } = compileReads("times", [since(2)])!;
      await client.query("SET enable_seqscan = off");
      const { rows } = await client.query(`EXPLAIN ${text}`, values);
      await client.end();
      expect(rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n")).toContain("personagraph_recordedat");
    });

    test("an agent keeps its memory there by a URL, and its threads in PostgresSaver, over a restart", async () => {
      const ask = async (text: string, thread: string): Promise<string> => {
        const checkpointer = PostgresSaver.fromConnString(postgres.url, { schema: "agent" });
        await checkpointer.setup();
        const agent = createPersonaAgent({ store: postgres.url, model: "keyless", checkpointer });
        const run = { context: { userId: "ada" }, configurable: { thread_id: thread } };
        const { messages } = await agent.invoke({ messages: [{ role: "user", content: text }] }, run);
        expect((await checkpointer.getTuple({ configurable: { thread_id: thread } }))?.checkpoint).toBeDefined();
        await checkpointer.end();
        return messages.at(-1)!.text;
      };
      await ask("My sister Mia is a nurse in Porto.", "monday");
      expect(await ask("What does my sister do?", "friday")).toContain("nurse");
      const memory = new PersonaMemory({ store: postgres.url });
      expect((await memory.list("ada", "fact"))[0]?.text).toContain("nurse");
      expect((await memory.recall("ad", "sister")).hits).toEqual([]);
      await memory.erase("ada");
      expect((await memory.recall("ada", "sister")).hits).toEqual([]);
    });

    test("one that does not answer is an error that says where, and shows no password", async () => {
      await expect(openPostgres("postgresql://ada:secret@127.0.0.1:1/none")).rejects.toMatchObject({
        code: "STORE_AWAY",
        message: expect.stringMatching(/^The Postgres at 127\.0\.0\.1:1\/none cannot be used: (?!.*secret)/),
      });
    });
  });
});
