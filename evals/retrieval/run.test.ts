import { afterAll, describe, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { readMemqa } from "../loaders/memqa.js";
import { recallAt } from "./replay.js";
import { rank } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "memqa-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ranked {
  readonly id: string;
  readonly ranked: readonly string[];
  readonly ms: number;
}

async function ranking(file: string): Promise<Ranked[]> {
  const lines: string[] = [];
  const out = new Writable({ write: (chunk: Buffer, _, done) => (lines.push(chunk.toString()), done()) });
  await rank(await readMemqa(file), out, { limit: 20 });
  return lines.map((line) => JSON.parse(line) as Ranked);
}

/** Share of the evidence in the first ten. */
async function score(file: string): Promise<number> {
  const { conversations } = await readMemqa(file);
  const found = new Map((await ranking(file)).map((line) => [line.id, line]));
  const shares = conversations.flatMap(({ turns, questions }) => {
    const sessions = new Map(turns.map(({ id, session }) => [id, session]));
    return questions.filter(({ scored }) => scored).map((question) => recallAt(10, found.get(question.id)!.ranked, question, sessions));
  });
  return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
}

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
