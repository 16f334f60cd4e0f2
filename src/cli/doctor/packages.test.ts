import { describe, expect, it } from "@jest/globals";
import { fits, packageChecks } from "./packages.js";

describe("versions", () => {
  it.each([
    ["20.20.2", ">=20", true],
    ["18.19.0", ">=20", false],
    ["1.4.18", "^1.4.0", true],
    ["1.3.9", "^1.4.0", false],
    ["1.4.0", "^1.4.1", false],
    ["2.0.0", "^1.4.0", false],
    ["4.6.7", "^4.2.0", true],
  ])("%s in %s: %s", (version, range, expected) => {
    expect(fits(version, range)).toBe(expected);
  });

  it("of this installation fit what package.json asks for", () => {
    expect(packageChecks().filter(({ status }) => status !== "ok")).toEqual([]);
  });
});
