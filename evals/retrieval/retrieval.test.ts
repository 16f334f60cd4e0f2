import { afterAll, describe, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readMemqa } from "../loaders/memqa.js";
import { recallOnly } from "../qa/systems/recall-only.js";
import { rankings, type Ranking } from "./rankings.js";
import { retrievalCommand } from "./main.js";
import type { RetrievalReport } from "./report.js";
import { rowOf } from "./summary.js";

const folder = mkdtempSync(join(tmpdir(), "memqa-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TOOLS = { limit: 20, contextTokens: 0 };
async function ranking(file: string): Promise<Ranking[]> {
  const all: Ranking[] = [];
  for await (const one of rankings((await readMemqa(file)).conversations, recallOnly.finder!, TOOLS)) all.push(one);
  return all;
}

/** Share of the evidence in the first ten, in percent. */
const score = async (file: string): Promise<number> => 100 * rowOf("recall-only", await ranking(file)).measures["R@10"].mean;

describe("the retrieval evaluation", () => {
  const fixture = fileURLToPath(new URL("../fixtures/small-talk.jsonl", import.meta.url));

  test("ranks the turns of our own conversations, in three languages", async () => {
    const lines = await ranking(fixture);
    expect(lines).toHaveLength(12);
    for (const { ranked, ms } of lines) {
      expect(new Set(ranked).size).toBe(ranked.length);
      expect(ranked.length).toBeLessThanOrEqual(20);
      expect(ms).toBeGreaterThan(0);
    }
    for (const [id, first] of [
      ["q-dog", "A2"],
      ["q-diet", "A5"],
      ["q-zh", "C1"],
      ["q-de", "D1"],
    ])
      expect(lines.find((line) => line.id === id)!.ranked[0]).toBe(first);
    expect(await score(fixture)).toBeGreaterThanOrEqual(90);
  });

  test("puts several finders side by side on the same questions, and writes what was found", async () => {
    const report = join(folder, "report");
    const said: string[] = [];
    const call = (...args: string[]): Promise<unknown> =>
      retrievalCommand((text) => said.push(text)).parseAsync(["--data", fixture, "--report", report, ...args], { from: "user" });
    await call("--system", "recall-only,rag-bm25", "--json");
    const { sets } = JSON.parse(said.join("")) as RetrievalReport;
    const [ours, bm25] = sets[0]!.rows;
    expect(sets[0]).toMatchObject({ data: "small-talk.jsonl", conversations: 4, questions: 12, scored: 12, faults: [] });
    expect(ours!.measures["R@10"].mean).toBeGreaterThan(bm25!.measures["R@10"].mean);
    expect(readFileSync(join(report, "retrieval.md"), "utf8")).toContain("| recall-only |");
    expect(readFileSync(join(report, "retrieval.html"), "utf8")).toContain("<svg");
    await call("--out", join(folder, "ranking.jsonl"));
    const lines = readFileSync(join(folder, "ranking.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual(Array(12).fill(["id", "ranked", "ms"]));
  });

  test("says what cannot be measured so", async () => {
    const call = (...args: string[]): Promise<unknown> => retrievalCommand().parseAsync(args, { from: "user" });
    await expect(call("--data", fixture, "--system", "personagraph")).rejects.toThrow("finds nothing by itself");
    await expect(call("--data", join(folder, "nowhere"))).rejects.toThrow("There is no");
    await expect(call("--data", fixture, "--system", "rag-bm25,recall-only", "--out", "x")).rejects.toThrow("--out takes one");
    const cut = join(folder, "cut.jsonl");
    writeFileSync(cut, readFileSync(fixture, "utf8").slice(0, -40));
    await expect(call("--data", cut)).rejects.toThrow("not whole");
  });

  test("names every bad line by its number", async () => {
    const bad = join(folder, "bad.jsonl");
    writeFileSync(bad, '{"type":"dataset","schema":"memqa/1","name":"bad"}\n\n{"type":"turn"\n{"type":"question","id":3}\n');
    await expect(readMemqa(bad)).rejects.toThrow(/bad\.jsonl: line 3: is no JSON\n.*bad\.jsonl: line 4: /s);
    writeFileSync(bad, "");
    await expect(readMemqa(bad)).rejects.toThrow("does not begin with");
  });

  // ISSUE 3's floors; the data are not ours to ship (see ../shared/data/README.md).
  const SHARED = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
  const floors: [string, number][] = [
    ["madial-en", 67],
    ["madial-zh", 68],
    ["personabench-noise05", 31],
  ];
  for (const [name, floor] of floors) {
    const file = join(SHARED, `${name}.jsonl`);
    (existsSync(file) ? test : test.skip)(
      `finds at least ${floor}% in ${name}${existsSync(file) ? "" : " (skipped: the data are not here)"}`,
      async () => {
        expect(await score(file)).toBeGreaterThanOrEqual(floor);
      },
      120_000,
    );
  }
  test("the shared data stay outside the repository", () => {
    expect(readFileSync(fixture, "utf8")).toContain("written for personagraph");
  });
});
