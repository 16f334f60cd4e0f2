import { expect, test } from "@jest/globals";
import { isFile, placeOf } from "./place.js";

test("a URL of Postgres is no file, and is shown without its password", () => {
  const url = "postgresql://ada:secret@db.example.com:5433/memory";
  expect([isFile(url), placeOf(url)]).toEqual([false, "postgresql://db.example.com:5433/memory"]);
});

test.each([
  ["memory.db", true],
  ["./postgres.db", true],
  [":memory:", false],
  ["platform", false],
])("%s is a file: %s", (store, expected) => expect(isFile(store)).toBe(expected));
