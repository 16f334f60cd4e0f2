import assert from "node:assert/strict";
import { filtered, putAll, type KnownFault, type StoreCase } from "./store-case.js";

/** One case a filter: the values stored, the filter, and which of them it finds. */
const filterCase = (title: string, filter: Record<string, unknown>, found: string[], ...faults: KnownFault[]): StoreCase => ({
  title: `filter ${title}`,
  faults,
  async run(store) {
    await putAll(store, {
      one: { n: 1, s: "b", b: true, o: { x: 1, y: [2] }, "odd.'\"key": 1 },
      two: { n: 2.5, s: "bb", b: false, z: null },
      text: { n: "1", s: "é", t: ["a"] },
      zero: { n: 0, s: "", z: 0 },
      blank: { n: null },
      absent: {},
    });
    assert.deepEqual(await filtered(store, filter), [...found].sort());
  },
});

/** What a filter of `search` finds: the operators, and how values of different types compare. */
export const FILTER_CASES: readonly StoreCase[] = [
  filterCase("by a plain value", { n: 1 }, ["one"], "text-filters"),
  filterCase("by a plain string", { n: "1" }, ["text"], "text-filters"),
  filterCase("by true", { b: true }, ["one"]),
  filterCase("by null finds null, not what is absent", { z: null }, ["two"], "text-filters"),
  filterCase("by several keys finds what meets them all", { n: { $gte: 1 }, b: false }, ["two"]),
  filterCase("on a key with a period and quotes", { "odd.'\"key": 1 }, ["one"]),
  filterCase("by nothing finds all", {}, ["one", "two", "text", "zero", "blank", "absent"]),
  filterCase("$eq", { s: { $eq: "b" } }, ["one"]),
  filterCase("$ne finds what lacks the key too", { s: { $ne: "b" } }, ["two", "text", "zero", "blank", "absent"], "text-filters"),
  filterCase("$ne true", { b: { $ne: true } }, ["two", "text", "zero", "blank", "absent"], "text-filters"),
  filterCase("$in", { n: { $in: [1, "1", null] } }, ["one", "text", "blank"], "text-filters"),
  filterCase("$in of nothing", { n: { $in: [] } }, [], "text-filters"),
  filterCase("$nin finds what lacks the key too", { n: { $nin: [1, 0] } }, ["two", "text", "blank", "absent"], "text-filters"),
  filterCase("$gt on numbers", { n: { $gt: 1 } }, ["two"]),
  filterCase("$gte and $lt together", { n: { $gte: 1, $lt: 2.5 } }, ["one"], "loose-ranges", "text-filters"),
  filterCase("$lt leaves out what is no number", { n: { $lt: 1 } }, ["zero"], "loose-ranges"),
  filterCase("$lte", { n: { $gt: 0, $lte: 2.5 } }, ["one", "two"], "loose-ranges", "text-filters"),
  filterCase("$lte on a key that most lack", { z: { $lte: 0 } }, ["zero"], "loose-ranges"),
  filterCase("ranges on strings, by code point", { s: { $gt: "b", $lt: "z" } }, ["two"], "no-string-ranges"),
  filterCase("by an object, whatever the order of its keys", { o: { y: [2], x: 1 } }, ["one"], "no-deep-equality"),
  filterCase("by an array", { t: ["a"] }, ["text"], "no-array-equality"),
];
