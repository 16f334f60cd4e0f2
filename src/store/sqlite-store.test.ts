import { jest } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AsyncBatchedStore, type Item } from "@langchain/langgraph";
import fc from "fast-check";
import { fixedClock } from "../testing/fixed-clock.js";
import { transact } from "./sqlite-database.js";
import { SqliteStore, type SqliteStoreOptions } from "./sqlite-store.js";

const NS = ["personagraph", "ada", "message"];
const START = Date.UTC(2026, 4, 12);
const opened: SqliteStore[] = [];
const open = (options?: SqliteStoreOptions): SqliteStore => {
  const store = new SqliteStore(options);
  opened.push(store);
  return store;
};
const keysOf = (items: readonly Item[]): string[] => items.map((item) => item.key);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "personagraph-sqlite-"));
  file = join(folder, "memory.db");
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("namespaces", () => {
  const label = fc.oneof(
    fc.string({
      minLength: 1,
      maxLength: 4,
      unit: fc.constantFrom("1", "0", ":", ".", "%", "_", "\\", '"', "\n", "\v", "\u0000", "é", "*"),
    }),
    fc.string({ minLength: 1, maxLength: 5, unit: "binary" }),
    fc.constantFrom("\ud800", "\udfff", "1", "10"),
  );
  const namespace = fc.array(label, { minLength: 1, maxLength: 3 });

  it("match label by label, whatever the labels and keys are made of", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(namespace, label), { maxLength: 12 }),
        fc.array(label, { maxLength: 2 }),
        async (names, prefix) => {
          const store = new SqliteStore();
          try {
            const model = new Map(names.map(([ns, key]) => [JSON.stringify([ns, key]), { ns, key }]));
            await store.batch(names.map(([ns, key]) => ({ namespace: ns, key, value: { ns, key } })));
            for (const { ns, key } of model.values()) {
              const item = await store.get(ns, key);
              expect([item?.namespace, item?.key, item?.value]).toEqual([ns, key, { ns, key }]);
            }
            for (const wanted of [prefix, ...names.map(([ns]) => ns.slice(0, 1)), ...names.map(([ns]) => ns)]) {
              const found = await store.search(wanted, { limit: Infinity });
              const expected = [...model.values()].filter(({ ns }) => wanted.every((part, i) => part === ns[i]));
              expect(found.map((item) => item.value)).toEqual(expected);
            }
          } finally {
            store.close();
          }
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it("are validated in batch as put does, and periods and reserved roots are safe there", async () => {
    const store = open();
    for (const namespace of [[], [""], ["a", ""], [undefined], "a"] as unknown as string[][]) {
      await expect(store.batch([{ namespace, key: "k", value: {} }])).rejects.toMatchObject({ code: "STORE_NAMESPACE_INVALID" });
    }
    await expect(store.search([undefined as unknown as string])).rejects.toMatchObject({ code: "STORE_NAMESPACE_INVALID" });
    await expect(store.get(NS, undefined as unknown as string)).rejects.toMatchObject({ code: "STORE_OPERATION_INVALID" });
    await expect(store.put(["a.b"], "k", {})).rejects.toThrow("periods");
    await store.batch([{ namespace: ["a.b"], key: "k", value: {} }]);
    expect(await store.search(["a"])).toEqual([]);
    expect(await store.search(["a.b"])).toHaveLength(1);
  });
});

describe("filters", () => {
  const key = fc.constantFrom("at", "plain", 'qu"ote', "a.b", "it's", "back\\slash", "é", "[0]", "$", "ctl\u0001");
  const scalar = fc.oneof(
    fc.constantFrom<unknown>(0, 1, -1, 2.5, 1e21, "", "1", "a", "é", "\ud800", "\u0000x", "😀", true, false, null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.constantFrom<unknown>([], [1], { x: 1, y: "z" }, { x: true }, {}) },
  );
  const operand = fc.oneof(
    value.filter((v) => JSON.stringify(v) !== "{}"),
    fc.record({ $eq: value }),
    fc.record({ $ne: value }),
    fc.record({ $in: fc.array(value, { maxLength: 3 }) }),
    fc.record({ $nin: fc.array(value, { maxLength: 3 }) }),
    ...(["$gt", "$gte", "$lt", "$lte"] as const).map((operator) =>
      fc.oneof(fc.constantFrom<unknown>(0, 1, 2.5, "", "a", "é"), fc.integer()).map((limit) => ({ [operator]: limit })),
    ),
  );

  const same = (a: unknown, b: unknown): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b);
  const holds = (actual: unknown, expected: unknown): boolean => {
    const [operator, limit] = Object.entries(expected ?? {})[0] ?? [];
    if (typeof expected !== "object" || operator === undefined || !operator.startsWith("$")) return same(actual, expected);
    if (operator === "$eq") return same(actual, limit);
    if (operator === "$ne") return !same(actual, limit);
    if (operator === "$in") return (limit as unknown[]).some((one) => same(actual, one));
    if (operator === "$nin") return !(limit as unknown[]).some((one) => same(actual, one));
    if (typeof actual !== typeof limit || (typeof actual !== "number" && typeof actual !== "string")) return false;
    const order =
      typeof actual === "number" ? actual - (limit as number) : Buffer.compare(Buffer.from(actual), Buffer.from(limit as string));
    return { $gt: order > 0, $gte: order >= 0, $lt: order < 0, $lte: order <= 0 }[operator] ?? false;
  };

  it("find exactly what a plain reading of them finds, on indexed and other keys alike", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.dictionary(key, value, { maxKeys: 3 }).filter((v) => v['qu"ote'] !== "\ud800"),
          { maxLength: 8 },
        ),
        fc.array(fc.tuple(key, operand), { minLength: 1, maxLength: 2 }),
        async (values, pairs) => {
          const store = new SqliteStore();
          try {
            await store.batch(values.map((v, i) => ({ namespace: NS, key: `k${i}`, value: v })));
            const filter = Object.fromEntries(pairs);
            const expected = values.flatMap((v, i) =>
              Object.entries(filter).every(([k, wanted]) => holds(v[k], wanted)) ? [`k${i}`] : [],
            );
            expect(keysOf(await store.search(NS, { filter, limit: 100 }))).toEqual(expected);
          } finally {
            store.close();
          }
        },
      ),
      { numRuns: 400, seed: 11 },
    );
  });

  it("take a Date for its epoch ms, undefined for absent, {} for no condition, and refuse what they do not know", async () => {
    const store = open();
    await store.batch([
      { namespace: NS, key: "a", value: { at: START } },
      { namespace: NS, key: "b", value: {} },
    ]);
    expect(keysOf(await store.search(NS, { filter: { at: { $gte: new Date(START) } } }))).toEqual(["a"]);
    expect(keysOf(await store.search(NS, { filter: { at: undefined } }))).toEqual(["b"]);
    expect(keysOf(await store.search(NS, { filter: { at: {} } }))).toEqual(["a", "b"]);
    expect(keysOf(await store.search(NS, { filter: { at: { $eq: NaN } } }))).toEqual([]);
    await store.put(NS, "quoted", { 'a "key"': { x: [1], y: {} } });
    expect(keysOf(await store.search(NS, { filter: { 'a "key"': { y: {}, x: [1] } } }))).toEqual(["quoted"]);
    for (const filter of [{ at: { $regex: "x" } }, { at: { $gt: null } }, { at: { $lt: true } }, { at: 1n }, { at: () => 1 }]) {
      await expect(store.search(NS, { filter })).rejects.toMatchObject({ code: "STORE_FILTER_INVALID" });
    }
    await expect(store.search(NS, { limit: -1 })).rejects.toMatchObject({ code: "STORE_OPERATION_INVALID" });
  });

  it("on indexed keys are served by an index together with the namespace, and one namespace is read in order", async () => {
    const store = open({ indexed: ["at", "it's"] });
    await store.batch(Array.from({ length: 50 }, (_, i) => ({ namespace: NS, key: `k${i}`, value: { at: i, "it's": i } })));
    const planOf = async (filter: Record<string, unknown>): Promise<string> => {
      const prepare = jest.spyOn(store.database, "prepare");
      await store.search(NS, { filter });
      const sql = prepare.mock.calls.map(([text]) => text).find((text) => text.includes("FROM store_items WHERE"));
      prepare.mockRestore();
      const rows = store.database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(new Array<number>(sql?.split("?").length ?? 0).fill(1).slice(1)) as { detail: string }[];
      return rows.map((row) => row.detail).join("; ");
    };
    expect(await planOf({ at: { $gte: 40 } })).toMatch(/USING INDEX store_items_by_value_at \(namespace=\? AND <expr>>\? AND <expr><\?\)/);
    expect(await planOf({ at: { $lt: "x" } })).toMatch(/USING INDEX store_items_by_value_at \(namespace=\? AND <expr>>\? AND <expr><\?\)/);
    expect(await planOf({ at: 7 })).toMatch(/USING INDEX store_items_by_value_at \(namespace=\? AND <expr>=\?\)/);
    expect(await planOf({ at: { $in: [1, 2] } })).toMatch(/USING INDEX store_items_by_value_at \(namespace=\? AND <expr>=\?\)/);
    expect(await planOf({ "it's": { $gt: 3 } })).toMatch(/USING INDEX store_items_by_value_it's/);
    const unfiltered = await planOf({});
    expect(unfiltered).toMatch(/USING INDEX store_items_by_order \(namespace=\?\)/);
    expect(unfiltered).not.toContain("TEMP B-TREE");
  });
});

describe("writes", () => {
  it("refuse what JSON would lose, name the item, and write nothing of the batch", async () => {
    const store = open();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const cases: [unknown, string][] = [
      [{ a: { b: [1, NaN] } }, "a.b[1] is NaN"],
      [{ a: 1n }, "BigInt"],
      [{ a: [undefined] }, "a[0] is undefined"],
      [{ a: () => 1 }, "a is a function"],
      [{ a: new Map() }, "a is a Map"],
      [{ a: new Uint8Array(1) }, "a is a Uint8Array"],
      [circular, "circular"],
      [JSON.parse('{"a":'.repeat(901) + "1" + "}".repeat(901)), "deeper than 900"],
      ["text", "not an object"],
      [undefined, "not an object"],
    ];
    for (const [value, reason] of cases) {
      const put = store.batch([
        { namespace: NS, key: "good", value: {} },
        { namespace: NS, key: "bad one", value: value as Record<string, unknown> },
      ]);
      await expect(put).rejects.toMatchObject({ code: "STORE_VALUE_INVALID", message: expect.stringContaining(reason) });
      await expect(put).rejects.toThrow('"bad one"');
    }
    expect(await store.search(NS)).toEqual([]);
    await store.put(NS, "k", { when: new Date(START), absent: undefined });
    expect((await store.get(NS, "k"))?.value).toEqual({ when: "2026-05-12T00:00:00.000Z" });
  });

  it("are undone when a later one of the batch fails in the database", async () => {
    const store = open();
    store.database.exec("CREATE TRIGGER refuse BEFORE INSERT ON store_items WHEN new.key = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END");
    await expect(
      store.batch([
        { namespace: NS, key: "good", value: {} },
        { namespace: NS, key: "bad", value: {} },
      ]),
    ).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(await store.listNamespaces()).toEqual([]);
    await store.put(NS, "good", {});
    expect(await store.search(NS)).toHaveLength(1);
  });

  it("are part of a transaction that is open on the handle", async () => {
    const store = open();
    const failed = new Error("index failed");
    let written: Promise<void> | undefined;
    expect(() =>
      transact(store.database, "IMMEDIATE", () => {
        written = store.put(NS, "k", { v: 1 });
        throw failed;
      }),
    ).toThrow(failed);
    await written;
    expect(await store.get(NS, "k")).toBeNull();
  });

  it("take their times from the clock", async () => {
    const clock = fixedClock(START);
    const store = open({ clock });
    await store.put(NS, "k", { v: 1 });
    clock.advance(5000);
    await store.put(NS, "k", { v: 2 });
    expect(await store.get(NS, "k")).toMatchObject({ createdAt: new Date(START), updatedAt: new Date(START + 5000) });
  });

  it("work as LangGraph batches them inside a node", async () => {
    const batched = new AsyncBatchedStore(open());
    batched.start();
    const before = batched.get(NS, "k");
    await batched.put(NS, "k", { v: 1 });
    expect([await before, (await batched.get(NS, "k"))?.value, keysOf(await batched.search(NS, {}))]).toEqual([null, { v: 1 }, ["k"]]);
    await batched.stop();
  });
});

describe("time to live", () => {
  it("hides expired items at once, forgets them when sweeping, and begins anew with a write", async () => {
    const clock = fixedClock(START);
    const ttl = {
      defaultMinutes: 10,
      byPrefix: [
        { prefix: ["keep"], minutes: null },
        { prefix: ["keep", "short"], minutes: 1 },
      ],
    };
    const store = open({ clock, ttl });
    for (const namespace of [["a"], ["keep"], ["keep", "short"], ["keeper"]]) await store.put(namespace, "k", { v: 1 });
    clock.advance(60_000);
    expect(await store.listNamespaces()).toEqual([["a"], ["keep"], ["keeper"]]);
    clock.advance(9 * 60_000);
    expect(await store.search([])).toHaveLength(1);
    expect(await store.get(["a"], "k")).toBeNull();
    await store.put(["a"], "k", { v: 2 });
    expect((await store.get(["a"], "k"))?.createdAt).toEqual(new Date(START + 10 * 60_000));
    expect(store.sweep()).toBe(2);
    expect(store.database.prepare("SELECT count(*) AS n FROM store_namespaces").get([])).toMatchObject({ n: 2 });
  });

  it("is counted from the last read where that is asked for, and swept when a store opens", async () => {
    const clock = fixedClock(START);
    const store = open({ path: file, clock, ttl: { defaultMinutes: 1, refreshOnRead: true } });
    await store.put(["a"], "k", { v: 1 });
    clock.advance(40_000);
    expect(await store.get(["a"], "k")).not.toBeNull();
    clock.advance(40_000);
    expect(await store.search(["a"])).toHaveLength(1);
    clock.advance(60_000);
    const other = open({ path: file, clock, ttl: {} });
    expect(other.database.prepare("SELECT count(*) AS n FROM store_items").get([])).toMatchObject({ n: 0 });
  });
});

describe("the file", () => {
  it("holds nothing of what was deleted once it is scrubbed", async () => {
    const store = open({ path: file });
    const marker = "Zanzibarquartz";
    const values = Array.from({ length: 300 }, (_, i) => ({ text: i % 3 === 0 ? `${marker} `.repeat(1 + (i % 50) * 20) : `stays ${i}` }));
    await store.batch(values.map((value, i) => ({ namespace: ["u", i % 3 === 0 ? marker : "other"], key: `${i}`, value })));
    const bytes = (): string =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "latin1"))
        .join();
    expect(bytes()).toContain(marker);
    await store.batch(values.flatMap((_, i) => (i % 3 === 0 ? [{ namespace: ["u", marker], key: `${i}`, value: null }] : [])));
    store.scrub();
    expect(readdirSync(folder).sort()).toEqual(["memory.db", "memory.db-shm", "memory.db-wal"]);
    expect(bytes()).not.toContain(marker);
    expect(await store.search(["u"], { limit: Infinity })).toHaveLength(200);
  });

  it("cannot be scrubbed while another reads it", async () => {
    const store = open({ path: file, busyTimeoutMs: 0 });
    const reader = open({ path: file });
    await store.put(NS, "k", { v: 1 });
    reader.database.exec("BEGIN");
    reader.database.prepare("SELECT * FROM store_items").all([]);
    expect(() => store.scrub()).toThrow(expect.objectContaining({ code: "STORE_BUSY" }));
    reader.database.exec("COMMIT");
    store.scrub();
  });

  it("that cannot be used is a clear error", () => {
    writeFileSync(join(folder, "text.db"), "no database at all. ".repeat(100));
    const failure = (options: SqliteStoreOptions): unknown => {
      try {
        return open(options);
      } catch (thrown) {
        return thrown;
      }
    };
    expect(failure({ path: join(folder, "text.db") })).toMatchObject({
      code: "STORE_NOT_A_DATABASE",
      fix: expect.any(String),
      cause: expect.anything(),
    });
    expect(failure({ path: join(folder, "text.db", "below", "x.db") })).toMatchObject({
      code: "STORE_NOT_WRITABLE",
      message: expect.stringContaining("x.db"),
    });
    expect(failure({ path: folder })).toMatchObject({ code: "STORE_NOT_WRITABLE" });
    for (const options of [
      { path: " " },
      { path: "https://x" },
      { busyTimeoutMs: -1 },
      { indexed: ['a"b'] },
      { ttl: { defaultMinutes: 0 } },
    ]) {
      expect(failure(options)).toMatchObject({ code: "STORE_OPTIONS_INVALID" });
    }
    const store = open({ path: file });
    store.database.exec("PRAGMA user_version = 99");
    expect(failure({ path: file })).toMatchObject({ code: "STORE_SCHEMA_NEWER" });
  });

  it("once closed answers every call with a clear error", async () => {
    const store = open({ path: file, ttl: { defaultMinutes: 1 } });
    store.start();
    store.stop();
    await store.put(NS, "k", { v: 1 });
    store.close();
    store.close();
    expect(readFileSync(file, "latin1")).toContain("personagraph\nada\nmessage\n");
    const closed = { code: "STORE_CLOSED" };
    await expect(store.get(NS, "k")).rejects.toMatchObject(closed);
    await expect(store.put(NS, "k", {})).rejects.toMatchObject(closed);
    for (const call of [() => store.sweep(), () => store.scrub(), () => store.acquireLease("a", "b", 1), () => store.start()]) {
      expect(call).toThrow(expect.objectContaining(closed));
    }
  });
});

describe("leases", () => {
  it("have one owner until they are released or have expired", () => {
    const clock = fixedClock(START);
    const store = open({ clock });
    expect(store.acquireLease("job", "a", 1000)).toBe(true);
    expect(store.acquireLease("job", "b", 1000)).toBe(false);
    expect(store.acquireLease("other", "b", 1000)).toBe(true);
    clock.advance(900);
    expect(store.acquireLease("job", "a", 1000)).toBe(true);
    clock.advance(900);
    expect(store.acquireLease("job", "b", 1000)).toBe(false);
    expect(store.releaseLease("job", "b")).toBe(false);
    clock.advance(100);
    expect(store.acquireLease("job", "b", 1000)).toBe(true);
    expect(store.releaseLease("job", "a")).toBe(false);
    expect(store.releaseLease("job", "b")).toBe(true);
    expect(store.acquireLease("job", "a", 1000)).toBe(true);
    expect(() => store.acquireLease("job", "a", 0)).toThrow(expect.objectContaining({ code: "LEASE_TTL_INVALID" }));
  });
});

describe("several processes on one new file", () => {
  const CHILD = `
    const { SqliteStore } = await import(process.env.STORE_MODULE);
    const { STORE_FILE: path, STORE_OWNER: owner } = process.env;
    const store = new SqliteStore({ path, busyTimeoutMs: 30000 });
    let turns = 0;
    for (let i = 0; i < 150; i += 1) {
      await store.put(["shared"], owner + i, { i });
      await store.batch([0, 1, 2].map((n) => ({ namespace: ["batches", owner], key: i + "." + n, value: { n } })));
      if (store.acquireLease("counter", owner, 60000)) {
        const count = (await store.get(["counter"], "n"))?.value.count ?? 0;
        await store.put(["counter"], "n", { count: count + 1 });
        turns += 1;
        store.releaseLease("counter", owner);
      }
    }
    store.close();
    console.log(turns);
  `;
  const runChild = (owner: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", CHILD], {
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          STORE_FILE: file,
          STORE_OWNER: owner,
          STORE_MODULE: new URL("./sqlite-store.ts", import.meta.url).href,
        },
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
      });
      let output = "";
      let errors = "";
      child.stdout.on("data", (data: Buffer) => (output += data.toString()));
      child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
      child.on("error", reject);
      child.on("close", (code) => (code === 0 ? resolve(Number(output)) : reject(new Error(errors))));
    });

  it("lose no write and hold no lease twice", async () => {
    const turns = await Promise.all(["a", "b", "c"].map(runChild));
    const store = open({ path: file });
    expect(await store.search(["shared"], { limit: Infinity })).toHaveLength(450);
    expect(await store.search(["batches"], { limit: Infinity })).toHaveLength(1350);
    expect((await store.get(["counter"], "n"))?.value).toEqual({ count: turns.reduce((sum, n) => sum + n, 0) });
    expect(store.database.prepare("PRAGMA integrity_check").get([])).toMatchObject({ integrity_check: "ok" });
  });
});
