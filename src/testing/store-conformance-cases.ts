import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { keysOf, NS, putAll, type StoreCase } from "./store-case.js";
import type { Item } from "@langchain/langgraph";
import { FILTER_CASES } from "./store-filter-cases.js";
import { ISOLATION_CASES } from "./store-isolation-cases.js";

export const STORE_CASES: readonly StoreCase[] = [
  ...FILTER_CASES,
  ...ISOLATION_CASES,
  {
    title: "an item that was put is got, with its names and times",
    async run(store) {
      const before = Date.now();
      await store.put(NS, "k", { text: "hello" });
      const item = await store.get(NS, "k");
      assert.deepEqual([item?.namespace, item?.key, item?.value], [NS, "k", { text: "hello" }]);
      assert.ok(item?.createdAt instanceof Date && item.createdAt.getTime() >= before - 1000);
      assert.equal(item.updatedAt.getTime(), item.createdAt.getTime());
    },
  },
  {
    title: "what is not there is null or an empty list",
    async run(store) {
      assert.equal(await store.get(NS, "none"), null);
      assert.deepEqual(await store.search(NS), []);
      assert.deepEqual(await store.listNamespaces(), []);
      await store.delete(NS, "none");
    },
  },
  {
    title: "an update replaces the whole value, and keeps the place and the time of creation",
    async run(store) {
      await putAll(store, { a: { v: 1, old: true }, b: { v: 1 } });
      const created = (await store.get(NS, "a"))?.createdAt.getTime();
      await pause(5);
      await store.put(NS, "a", { v: 2 });
      const item = await store.get(NS, "a");
      assert.deepEqual(item?.value, { v: 2 });
      assert.equal(item.createdAt.getTime(), created);
      assert.ok(item.updatedAt.getTime() > item.createdAt.getTime());
      assert.deepEqual(keysOf(await store.search(NS)), ["a", "b"]);
    },
  },
  {
    title: "putting the same again leaves one item",
    async run(store) {
      for (let i = 0; i < 3; i += 1) await store.put(NS, "k", { v: 1 });
      assert.equal((await store.search(NS)).length, 1);
    },
  },
  {
    title: "what is deleted is gone from get and search, and can be put anew",
    async run(store) {
      await putAll(store, { a: { v: 1 }, b: { v: 1 } });
      await store.delete(NS, "a");
      assert.equal(await store.get(NS, "a"), null);
      assert.deepEqual(keysOf(await store.search(NS)), ["b"]);
      await store.put(NS, "a", { v: 2 });
      assert.deepEqual((await store.get(NS, "a"))?.value, { v: 2 });
    },
  },
  {
    title: "a namespace is listed only while something is in it",
    faults: ["empty-namespaces"],
    async run(store) {
      await store.put(NS, "a", { v: 1 });
      await store.delete(NS, "a");
      assert.deepEqual(await store.listNamespaces(), []);
    },
  },
  {
    title: "a batch answers in the order of its operations, and reads before it writes",
    faults: ["newest-first"],
    async run(store) {
      await store.put(NS, "a", { v: 1 });
      const results = await store.batch([
        { namespace: NS, key: "a", value: { v: 2 } },
        { namespace: NS, key: "a" },
        { namespace: NS, key: "b", value: { v: 3 } },
        { namespacePrefix: NS },
        { namespace: NS, key: "none" },
        { matchConditions: [], limit: 10, offset: 0 },
      ]);
      assert.equal(results.length, 6);
      assert.deepEqual((results[1] as unknown as Item | null)?.key, "a");
      assert.deepEqual(keysOf(results[3] as unknown as Item[]), ["a"]);
      assert.equal(results[4], null);
      assert.deepEqual(results[5], [NS]);
      assert.deepEqual((await store.get(NS, "a"))?.value, { v: 2 });
      assert.deepEqual((await store.get(NS, "b"))?.value, { v: 3 });
    },
  },
  {
    title: "of two puts of one item in a batch the last counts",
    async run(store) {
      await store.batch([1, 2].map((v) => ({ namespace: NS, key: "a", value: { v } })));
      assert.deepEqual((await store.get(NS, "a"))?.value, { v: 2 });
    },
  },
  {
    title: "a batch with an operation that is refused writes nothing",
    faults: ["unchecked-batch"],
    async run(store) {
      const bad = { namespace: [], key: "b", value: { v: 1 } };
      await assert.rejects(store.batch([{ namespace: NS, key: "a", value: { v: 1 } }, bad]));
      assert.equal(await store.get(NS, "a"), null);
    },
  },
  {
    title: "put refuses an empty namespace and empty labels",
    async run(store) {
      await assert.rejects(store.put([], "k", { v: 1 }));
      await assert.rejects(store.put(["a", ""], "k", { v: 1 }));
    },
  },
  {
    title: "search returns 10 items unless told otherwise, and pages cover all once, in order",
    faults: ["newest-first"],
    async run(store) {
      const keys = Array.from({ length: 25 }, (_, i) => `k${(i * 7) % 25}`);
      for (const key of keys) await store.put(NS, key, { v: 1 });
      assert.equal((await store.search(NS)).length, 10);
      const pages: string[] = [];
      for (let offset = 0; offset < 25; offset += 4) pages.push(...keysOf(await store.search(NS, { limit: 4, offset, filter: { v: 1 } })));
      assert.deepEqual(pages, keys);
      assert.deepEqual(await store.search(NS, { offset: 25 }), []);
      assert.deepEqual(await store.search(NS, { limit: 0 }), []);
    },
  },
  {
    title: "search covers what lies below the prefix, the empty prefix everything",
    faults: ["narrow-prefixes"],
    async run(store) {
      for (const ns of [["a"], ["a", "b"], ["a", "b", "c"], ["d"]]) await store.put(ns, "k", { v: ns.length });
      assert.equal((await store.search(["a"])).length, 3);
      assert.deepEqual(
        (await store.search(["a", "b", "c"])).map((item) => item.namespace),
        [["a", "b", "c"]],
      );
      assert.equal((await store.search([])).length, 4);
    },
  },
  {
    title: "listNamespaces by prefix, suffix, wildcard, depth and page",
    faults: ["narrow-prefixes"],
    async run(store) {
      const all = [["a", "b", "c"], ["a", "b", "d"], ["a", "x", "c"], ["e", "c"], ["f"]];
      for (const ns of [...all].reverse()) await store.put(ns, "k", { v: 1 });
      assert.deepEqual(await store.listNamespaces(), all);
      assert.deepEqual(await store.listNamespaces({ prefix: ["a", "b"] }), all.slice(0, 2));
      assert.deepEqual(await store.listNamespaces({ prefix: ["a", "*", "c"] }), [all[0], all[2]]);
      assert.deepEqual(await store.listNamespaces({ suffix: ["c"] }), [all[0], all[2], all[3]]);
      assert.deepEqual(await store.listNamespaces({ suffix: ["b", "*"] }), all.slice(0, 2));
      assert.deepEqual(await store.listNamespaces({ prefix: ["a"], suffix: ["d"] }), [all[1]]);
      assert.deepEqual(await store.listNamespaces({ maxDepth: 1 }), [["a"], ["e"], ["f"]]);
      assert.deepEqual(await store.listNamespaces({ prefix: ["a"], maxDepth: 2 }), [
        ["a", "b"],
        ["a", "x"],
      ]);
      assert.deepEqual(await store.listNamespaces({ limit: 2, offset: 1 }), all.slice(1, 3));
      assert.deepEqual(await store.listNamespaces({ prefix: ["none"] }), []);
    },
  },
  {
    title: "values come back as they were put",
    async run(store) {
      const value = {
        text: "línea\n\t\"'\\ 日本 👩‍👧 \u202e",
        numbers: [0, -1, 0.1, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, 1.7976931348623157e308],
        nested: { empty: {}, list: [[], [null, true, false, { deep: { deeper: "x" } }]], "odd.'\"key": 1 },
        large: "0123456789abcdef".repeat(65_536),
      };
      await store.put(NS, "k", value);
      assert.deepEqual((await store.get(NS, "k"))?.value, value);
      assert.deepEqual((await store.search(NS))[0]?.value, value);
    },
  },
  {
    title: "a NUL character comes back as it was put",
    faults: ["no-nul"],
    async run(store) {
      await store.put(NS, "k", { text: "a\u0000b" });
      assert.deepEqual((await store.get(NS, "k"))?.value, { text: "a\u0000b" });
    },
  },
  {
    title: "items are copies: changing one, or what was put, changes nothing",
    faults: ["live-references"],
    async run(store) {
      const value = { list: [1], v: 1 };
      const namespace = [...NS];
      await store.put(namespace, "k", value);
      value.list.push(2);
      namespace.push("changed");
      for (const item of [await store.get(NS, "k"), ...(await store.search(NS))]) {
        assert.deepEqual([item?.value, item?.namespace], [{ list: [1], v: 1 }, NS]);
        (item?.value.list as number[]).push(3);
        item?.namespace.push("changed");
      }
      assert.deepEqual((await store.get(NS, "k"))?.value, { list: [1], v: 1 });
    },
  },
  {
    title: "puts at the same time all arrive",
    async run(store) {
      await Promise.all(Array.from({ length: 200 }, (_, i) => store.put(NS, `k${i % 100}`, { v: i })));
      const items = await store.search(NS, { limit: 1000 });
      assert.equal(items.length, 100);
      assert.ok(items.every((item) => item.value.v === 100 + Number(item.key.slice(1))));
    },
  },
  {
    title: "after a restart (of a store that can) everything is as it was, and what was deleted is gone",
    reopens: true,
    async run(store, reopen) {
      await putAll(store, { a: { v: 1 }, b: { v: 1 }, c: { v: 1 } });
      await store.delete(NS, "b");
      const before = await store.search(NS);
      const again = await reopen();
      assert.deepEqual(await again.search(NS), before);
      assert.equal(await again.get(NS, "b"), null);
      assert.deepEqual(await again.listNamespaces(), [NS]);
    },
  },
];
