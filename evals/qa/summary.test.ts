import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Journal, type AnswerLine } from "./journal.js";
import { summarise, type SystemRow } from "./summary.js";

const root = mkdtempSync(join(tmpdir(), "eval-summary-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Expected = AnswerLine["question"]["expected"];
const CHOICE: Expected = { kind: "choice", options: { "(a)": "a lute", "(b)": "a harp" }, answer: "(a)" };
const usage = { calls: 1, input: 10, output: 2, cost: 0.001, savedMs: 0, counted: false };
let folders = 0;

function rowsOf(
  lines: readonly (readonly [system: string, conversation: string, id: string, answer: string, expected?: Expected])[],
): SystemRow[] {
  const journal = new Journal(join(root, `${folders++}`), {});
  for (const [system, conversation, id, answer, expected = CHOICE] of lines)
    journal.add({
      ...{ type: "answer", system, conversation, answer, usage },
      ...{ question: { id, text: "?", category: "all", expected }, notes: [], shown: 1, found: null, remarks: [], ms: 5 },
    });
  return [...summarise(journal, {}, ["first", "second"]).systems];
}

describe("a summary", () => {
  test("compares each system with the first on the same questions, conversation by conversation", () => {
    const first = ["11", "10", "01", "11", "10", "00"];
    // Asked in another order, and one question fewer: only what both were asked is compared.
    const second = ["01", "10", "00", "01", "10", "1"];
    const lines = (system: string, rights: readonly string[]) =>
      rights.flatMap((marks, c) => [...marks].map((mark, q) => [system, `c${c}`, `q${q}`, mark === "1" ? "(a)" : "(b)"] as const));
    const [own, other] = rowsOf([...lines("first", first), ...lines("second", second).reverse()]);
    expect(own!.accuracy).toMatchObject({ mean: 7 / 12, n: 12 });
    expect(own!.difference).toBeUndefined();
    expect(other!.accuracy).toMatchObject({ mean: 5 / 11, n: 11 });
    // Of the eleven that both were asked the first has seven right, the second five.
    expect(other!.difference!.mean).toBeCloseTo(-2 / 11);
    expect(other!.difference!.n).toBe(11);
    expect(other!.difference!.low).toBeLessThan(-2 / 11);
  });

  test("counts abstaining where it is right and where it is wrong, and costs by answer", () => {
    const [row] = rowsOf([
      ["first", "c", "1", "I don't know.", { kind: "abstain" }],
      ["first", "c", "2", "In Paris.", { kind: "abstain" }],
      ["first", "c", "3", "I don't know."],
      ["first", "c", "4", "(a)"],
    ]);
    expect(row!.abstention).toEqual({ right: 1, unanswerable: 2, wrong: 1, answerable: 2 });
    expect(row!.outcomes).toMatchObject({ right: 2, wrong: 1, unreadable: 1 });
    expect(row!.answer).toMatchObject({ input: 10, output: 2, calls: 1, cost: 0.001, p50: 5 });
  });
});
