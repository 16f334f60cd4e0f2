import { describe, expect, test } from "@jest/globals";
import { getEncoding } from "js-tiktoken";
import { countTokens } from "./tokens.js";

describe("tokens", () => {
  test("of a long prompt are what the encoder says of all of it at once", () => {
    const rows = Array.from({ length: 300 }, (_, n) =>
      JSON.stringify([`2026-02-${n % 28}`, "Nora", `Message ${n}: I sold it!! 我昨天卖了。 Größe ${n * 7}`]),
    );
    const text = `<conversations>\n${rows.join("\n")}\n</conversations>\n\nWhere does Clara live?`;
    expect(text.length).toBeGreaterThan(10_000);
    expect(countTokens(text)).toBe(getEncoding("o200k_base").encode(text, [], []).length);
  });
});
