import assert from "node:assert/strict";
import { keysOf, type StoreCase } from "./store-case.js";

const HOSTILE_LABELS = [
  "1",
  "10",
  "1:",
  ":1",
  "1%",
  "1_",
  "_",
  "%",
  "*",
  "\\",
  "\\\\",
  "1\\n",
  "1\n",
  '"',
  "'",
  "';--",
  "[1]",
  "{}",
  "/",
  " ",
  " 1",
  "é",
  "e\u0301",
  "日本",
  "👩‍👧",
  "\u0000",
  "\u202e1",
  "__proto__",
  "constructor",
  "null",
];

/** That namespaces are kept apart, whatever their labels look like. */
export const ISOLATION_CASES: readonly StoreCase[] = [
  {
    title: "a namespace whose label begins like another's stays apart",
    faults: ["prefix-leak"],
    async run(store) {
      await store.put(["u", "1"], "mine", { v: 1 });
      await store.put(["u", "10"], "theirs", { v: 1 });
      assert.deepEqual(keysOf(await store.search(["u", "1"])), ["mine"]);
    },
  },
  {
    title: "labels are not joined",
    faults: ["joined-labels"],
    async run(store) {
      await store.put(["a:b"], "k", { v: 1 });
      await store.put(["a", "b"], "k", { v: 2 });
      assert.deepEqual((await store.get(["a:b"], "k"))?.value, { v: 1 });
      assert.deepEqual(
        (await store.search(["a"])).map((item) => item.namespace),
        [["a", "b"]],
      );
    },
  },
  {
    title: "a batch keeps items apart whose joined names are equal",
    faults: ["batch-drops"],
    async run(store) {
      await store.batch([
        { namespace: ["a"], key: "b:c", value: { v: 1 } },
        { namespace: ["a", "b"], key: "c", value: { v: 2 } },
      ]);
      assert.deepEqual((await store.get(["a"], "b:c"))?.value, { v: 1 });
      assert.deepEqual((await store.get(["a", "b"], "c"))?.value, { v: 2 });
    },
  },
  {
    title: "any label and any key is safe for get, listing and deletion",
    faults: ["narrow-labels"],
    async run(store) {
      const plain = HOSTILE_LABELS.filter((label) => !label.includes(":"));
      for (const label of plain) await store.put(["u", label], label, { label });
      for (const label of plain) {
        assert.deepEqual((await store.get(["u", label], label))?.value, { label });
        if (label !== "*") assert.deepEqual(await store.listNamespaces({ prefix: ["u", label] }), [["u", label]]);
      }
      assert.equal((await store.listNamespaces({ prefix: ["u"] })).length, plain.length);
      for (const label of plain.slice(1)) await store.delete(["u", label], label);
      assert.deepEqual(keysOf(await store.search(["u"], { limit: 100 })), plain.slice(0, 1));
    },
  },
  {
    title: "search under any label returns what is under it and nothing else",
    faults: ["prefix-leak", "narrow-labels"],
    async run(store) {
      for (const label of HOSTILE_LABELS) await store.put(["u", label, "m"], "k", { label });
      for (const label of HOSTILE_LABELS) {
        assert.deepEqual(
          (await store.search(["u", label], { limit: 100 })).map((item) => item.value),
          [{ label }],
        );
      }
    },
  },
];
