import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { takeIn } from "./message.js";
import { luhn, mod97 } from "./secrets-numbers.js";
import { redact } from "./secrets.js";

interface Case {
  readonly id: string;
  readonly text: string;
  readonly expected: string;
}

const ALPHABET = "7fKq2Zx9RbW4mTc8VnJ3sLd6YhP5gXa1QkEuCwNvFoMzDtBiHyGrSjUpAlOe0I";
const cycle = (alphabet: string, n: number): string =>
  Array.from({ length: n }, (_, i) => alphabet[(i * 7 + 3) % alphabet.length]).join("");
/** `{40}` and `{UP16}` stand for so many characters of a token, so that no scanner of repositories takes the fixtures for real ones. */
const fill = (text: string): string =>
  text.replace(/\{(UP)?(\d+)\}/g, (_, upper: string | undefined, n: string) => cycle(upper ? "7QZ2RBW4MTCVNJ3SLD" : ALPHABET, Number(n)));

const CASES = readFileSync(new URL("../../evals/fixtures/secrets.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);
const POSITIVE = CASES.filter(({ text, expected }) => text !== expected);
const NEGATIVE = CASES.filter(({ text, expected }) => text === expected);

describe("secrets", () => {
  it("has enough cases", () => {
    expect(POSITIVE.length).toBeGreaterThanOrEqual(40);
    expect(NEGATIVE.length).toBeGreaterThanOrEqual(40);
  });

  it.each(POSITIVE)("$id replaces: $text", ({ text, expected }) => {
    expect(redact(fill(text)).text).toBe(fill(expected));
  });

  it.each(NEGATIVE)("$id keeps: $text", ({ text }) => {
    expect(redact(fill(text))).toEqual({ text: fill(text), found: [] });
  });

  it("says which rule found what where, and not what it was", () => {
    const text = "My PIN is 4821.";
    const { found } = redact(text);
    expect(found).toEqual([{ rule: "PIN", start: 10, end: 14 }]);
    expect(JSON.stringify(found)).not.toContain("4821");
  });

  it("changes nothing when applied again", () => {
    const pieces = [
      ...CASES.map(({ text }) => fill(text)),
      ...CASES.map(({ expected }) => fill(expected)),
      "[secret: ",
      "]",
      "\n",
      " ",
      ": ",
      "4111",
      "sk-",
      "eyJ",
      "password",
    ];
    const made = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary", maxLength: 80 }),
    );
    fc.assert(
      fc.property(made, (text) => {
        const once = redact(text).text;
        expect(redact(once)).toEqual({ text: once, found: [] });
      }),
      { numRuns: 2000 },
    );
  });

  it("reads hostile text of a megabyte to the end", () => {
    const seeds = [
      "sk-",
      "eyJ",
      "eyJhbGciOiJI.",
      "4",
      "4 ",
      "4111 ",
      "-----BEGIN PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAA\n",
      "://",
      "://a:",
      "password ",
      "password is ",
      "my password for ",
      "code ",
      "your code for ",
      "DE89 ",
      "DE89",
      "[secret: ",
      "secret phrase ",
      "seed phrase: able ",
      "able ",
      "Bearer ",
      "authorization: basic ",
      "ghp_a",
      "pin ",
      "密码是",
      " ",
      "\n",
      "a",
      "A1",
      "xoxb-1-",
      "AKIA",
      "0 is your very ",
    ];
    for (const seed of seeds) {
      const text = seed.repeat(Math.ceil(1_000_000 / seed.length));
      expect(redact(text).text.length).toBeGreaterThan(0);
    }
  }, 60_000);

  it("takes rules of one's own: a pattern, its group, or a function", () => {
    const rules = [
      { name: "badge", pattern: /badge (?<secret>B-\d+)/i },
      { name: "project", find: (text: string) => [...text.matchAll(/Manhattan/g)].map(({ index }) => ({ start: index, end: index + 9 })) },
    ];
    const { text } = redact("My Badge B-77 is for Manhattan.", rules);
    expect(text).toBe("My Badge [secret: badge] is for [secret: project].");
    expect(redact(text, rules).found).toEqual([]);
  });

  it("keeps the check digits right", () => {
    expect(["4111111111111111", "378282246310005", "79927398713"].map(luhn)).toEqual([true, true, true]);
    expect(["4111111111111112", "79927398710"].map(luhn)).toEqual([false, false]);
    expect(["DE89370400440532013000", "GB82WEST12345698765432"].map(mod97)).toEqual([true, true]);
    expect(mod97("DE89370400440532013001")).toBe(false);
  });
});

describe("secrets at the door", () => {
  const options = { now: 1_700_000_000_000, timezone: "UTC" };

  it("never reach the log, not even as a digest of an id", () => {
    const { records, secrets } = takeIn([{ role: "user", text: "My PIN is 4821" }], options);
    const other = takeIn([{ role: "user", text: "My PIN is 9034" }], options);
    expect(records[0]!.text).toBe("My PIN is [secret: PIN]");
    expect(secrets).toEqual(["PIN"]);
    expect(records[0]!.key).toBe(other.records[0]!.key);
  });

  it("are replaced where the answer repeats them", () => {
    const { records } = takeIn(
      [
        { role: "user", text: "my password is hunter2!x" },
        { role: "assistant", text: "I won't store hunter2!x for you." },
      ],
      options,
    );
    expect(records[1]!.text).toBe("I won't store [secret: password] for you.");
  });

  it("stay when the rules are switched off", () => {
    expect(takeIn([{ role: "user", text: "My PIN is 4821" }], { ...options, rules: [] }).records[0]!.text).toBe("My PIN is 4821");
  });
});
