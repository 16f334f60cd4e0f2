import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openaiServer, type OpenAIServer } from "../../src/testing/openai-server.js";
import { CallSchema } from "../models/call-store.js";
import { Misuse } from "../command.js";
import { readPrices } from "../models/prices.js";
import { OverBudget } from "../models/meter.js";
import { BadData } from "../loaders/read-suite.js";
import { plan, run, type RunOptions } from "./run.js";
import { OtherRun } from "./journal.js";
import { SYSTEMS } from "./systems/index.js";
import type { Summary } from "./summary.js";

const SUITES = fileURLToPath(new URL("../fixtures/suites/", import.meta.url));
const SCRIPT = `scripted:${join(SUITES, "script.json")}`;
process.env["OPENAI_API_KEY"] ??= "none";
const root = mkdtempSync(join(tmpdir(), "eval-run-"));
let folder = "";
let n = 0;
beforeEach(() => {
  folder = join(root, `${n++}`);
});
const servers: OpenAIServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(root, { recursive: true, force: true });
});

const optionsOf = (given: Partial<RunOptions> = {}): RunOptions => ({
  suite: "locomo",
  data: join(SUITES, "locomo/locomo10.json"),
  systems: [SYSTEMS["full-context"]!],
  model: SCRIPT,
  memoryModel: given.model ?? SCRIPT,
  votes: 1,
  pairwise: false,
  out: join(folder, "out"),
  cache: join(folder, "cache"),
  parallel: 2,
  limit: 8,
  contextTokens: 10_000,
  prices: {},
  partial: false,
  ...given,
});

async function evaluate(options: RunOptions): Promise<Summary> {
  const { faults } = await plan(options);
  return run(options, faults);
}

describe("a run", () => {
  test("asks every system the same questions and puts them side by side, with what they took", async () => {
    const systems = ["personagraph", "full-context", "no-memory", "recall-only", "rag-bm25"].map((name) => SYSTEMS[name]!);
    const summary = await evaluate(optionsOf({ systems, judge: SCRIPT, votes: 3, pairwise: true }));
    expect(summary.systems.map(({ system, asked }) => [system, asked])).toEqual(systems.map(({ name }) => [name, 7]));
    const [ours, full, none] = summary.systems;
    // The script knows the cat's name only where the conversation stands before it.
    expect(ours!.outcomes).toMatchObject({ right: 2, wrong: 5 });
    expect(full!.outcomes).toMatchObject({ right: 2, wrong: 5 });
    expect(none!.outcomes.right).toBe(1);
    expect(ours!.ingest.calls).toBeGreaterThan(3);
    expect(full!.ingest.calls).toBe(0);
    expect(none!.found.mean).toBe(0);
    expect(full!.found.mean).toBe(1);
    expect(full!.answer.input).toBeGreaterThan(none!.answer.input);
    expect(full!.abstention).toMatchObject({ right: 1, unanswerable: 1 });
    // A judge that always prefers what stands first has no preference.
    expect(summary.pairs).toHaveLength(8);
    expect(summary.pairs.every(({ wins, losses, ties }) => wins === 0 && losses === 0 && ties === 6)).toBe(true);
    const html = readFileSync(join(folder, "out/report.html"), "utf8");
    expect(html).toContain("<svg");
    expect(html).toContain("No language model");
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|@import|url\(/);
    expect(readFileSync(join(folder, "out/report.md"), "utf8")).toContain("| personagraph | 7 |");
  });

  test("that is repeated asks the model nothing, and says the same", async () => {
    const server = await openaiServer({ answer: () => "I don't know." });
    servers.push(server);
    const options = optionsOf({ model: "openai:scripted", memoryModel: "openai:scripted", baseUrl: server.url });
    const first = await evaluate(options);
    expect(server.requests).toHaveLength(7);
    expect(first.systems[0]!.counted).toBe(false);
    expect(await evaluate(options)).toEqual(first);
    rmSync(options.out, { recursive: true });
    const again = await evaluate(options);
    expect(again.systems[0]!.outcomes).toEqual(first.systems[0]!.outcomes);
    expect(server.requests).toHaveLength(7);
  });

  test("that was killed in the middle of a line goes on where it was", async () => {
    const options = optionsOf();
    const whole = await evaluate(options);
    const file = join(options.out, "results.jsonl");
    const lines = readFileSync(file, "utf8").trim().split("\n");
    writeFileSync(file, lines.slice(0, 4).join("\n") + "\n");
    appendFileSync(file, lines[4]!.slice(0, 40));
    const again = await evaluate(options);
    expect(again.systems[0]!.outcomes).toEqual(whole.systems[0]!.outcomes);
    expect(
      readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { type: string }).type)
        .filter((type) => type === "answer"),
    ).toHaveLength(7);
  });

  test("does not mix with the results of other settings", async () => {
    await evaluate(optionsOf());
    await expect(evaluate(optionsOf({ limit: 3 }))).rejects.toThrow(OtherRun);
  });

  test("takes answers that failed for neither right nor done", async () => {
    const script = join(root, "failing.json");
    const rules = [
      { when: "driving|lemon", text: "her driving test" },
      { when: "adversarial|Jonas's cat", error: "503 busy" },
      { text: "Pixel" },
    ];
    writeFileSync(script, JSON.stringify({ note: "no language model", rules }));
    const summary = await evaluate(optionsOf({ model: `scripted:${script}`, judge: SCRIPT, systems: [SYSTEMS["no-memory"]!] }));
    expect(summary.systems[0]!.outcomes).toMatchObject({ failed: 1, right: 1 });
    expect(summary.systems[0]!.accuracy.n).toBe(7);
    expect(summary.systems[0]!.remarks[0]).toContain("503 busy");
  });

  test("stops when nothing at all succeeds", async () => {
    const script = join(root, "down.json");
    writeFileSync(script, JSON.stringify({ note: "no language model", rules: [{ error: "401 wrong key" }] }));
    await expect(evaluate(optionsOf({ model: `scripted:${script}` }))).rejects.toThrow(/The first 5 answers failed.*401 wrong key/);
  });
});

describe("a judge", () => {
  test("that answers nonsense leaves answers unjudged, and none of them right", async () => {
    const script = join(root, "nonsense.json");
    writeFileSync(
      script,
      JSON.stringify({
        note: "no language model",
        rules: [{ when: "abstains", text: '{"verdict": "maybe"}' }, { text: "correct! 10/10" }],
      }),
    );
    const judge = `scripted:${script}`;
    const { systems } = await evaluate(optionsOf({ judge, votes: 3 }));
    expect(systems[0]!.outcomes).toMatchObject({ right: 0, unjudged: 7 });
    expect(systems[0]!.accuracy.n).toBe(0);
    const beam = optionsOf({ suite: "beam", data: join(SUITES, "beam/100K"), judge, out: join(folder, "beam") });
    expect((await evaluate(beam)).systems[0]!.outcomes).toMatchObject({ right: 0, unjudged: 4 });
  });

  test("that cannot be asked is asked again by the next run, and stops what is hopeless", async () => {
    const script = join(root, "away.json");
    writeFileSync(script, JSON.stringify({ note: "", rules: [{ error: "401 no such key" }] }));
    const options = optionsOf({ judge: `scripted:${script}`, systems: [SYSTEMS["no-memory"]!] });
    await expect(evaluate(options)).rejects.toThrow("The first 5 verdicts failed, so no more were asked for: 401 no such key");
    writeFileSync(script, readFileSync(join(SUITES, "script.json")));
    const again = await evaluate(options);
    // About one of the seven the script talks nonsense.
    expect(again.systems[0]!.outcomes).toMatchObject({ right: 1, wrong: 5, unjudged: 1, failed: 0 });
    expect(again.systems[0]!.remarks).toEqual([]);
  });

  test("that is missing leaves open answers unscored, and then there is no accuracy", async () => {
    const { systems } = await evaluate(optionsOf({ suite: "prefeval", data: join(SUITES, "prefeval/benchmark_dataset") }));
    expect(systems[0]!.outcomes).toMatchObject({ right: 0, unscored: 2 });
    // Of four questions the one that cannot be answered is scored by a rule.
    const beam = optionsOf({ suite: "beam", data: join(SUITES, "beam/100K"), out: join(folder, "beam") });
    const [row] = (await evaluate(beam)).systems;
    expect(row!.outcomes).toMatchObject({ right: 1, unscored: 3 });
    expect(row!.accuracy.n).toBe(0);
  });
});

/** Dollars, at a thousandth a token, of all answers that were paid for. */
const paidIn = (cache: string): number =>
  readdirSync(cache, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => CallSchema.parse(JSON.parse(readFileSync(join(cache, name), "utf8"))))
    .reduce((sum, { input, output }) => sum + (input + output) / 1000, 0);

describe("money", () => {
  test.each([
    ["{", /prices.json is no JSON/],
    ['{"a": 1}', /prices.json is no price list, \{"openai/],
    [undefined, /^There is no .*prices.json\.$/],
  ])("has its prices from a file; %s is none", async (text, message) => {
    const file = join(root, "prices.json");
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    await expect(readPrices(file)).rejects.toThrow(Misuse);
    await expect(readPrices(file)).rejects.toThrow(message);
  });

  const prices = { "openai:scripted": { input: 1000, output: 1000 } };
  test("is estimated before anything is asked, and unknown without a price", async () => {
    const options = optionsOf({ model: "openai:scripted", memoryModel: "openai:scripted", prices });
    const { estimate } = await plan(options);
    expect(estimate).toMatchObject({ conversations: 2, turns: 12, questions: 7 });
    expect(estimate.cost).toBeGreaterThan(0);
    expect((await plan({ ...options, prices: {} })).estimate.cost).toBeNaN();
    expect((await plan(optionsOf())).estimate.cost).toBe(0);
  });

  test("is not spent beyond the limit; what was answered is kept, and a higher limit goes on", async () => {
    const server = await openaiServer({ answer: () => "I don't know." });
    servers.push(server);
    const options = optionsOf({
      model: "openai:scripted",
      memoryModel: "openai:scripted",
      baseUrl: server.url,
      prices,
      parallel: 8,
      systems: ["full-context", "rag-bm25"].map((name) => SYSTEMS[name]!),
      maxCost: 1.2,
    });
    await expect(evaluate(options)).rejects.toThrow(OverBudget);
    const asked = server.requests.length;
    expect(paidIn(options.cache)).toBeLessThanOrEqual(1.2);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(14);
    const { systems } = await evaluate({ ...options, maxCost: 100 });
    expect(systems.map((row) => row.asked)).toEqual([7, 7]);
    expect(systems[0]!.answer.cost).toBeGreaterThan(0);
  });
});

describe("data", () => {
  test("that are half-written stop a run, unless what is whole will do", async () => {
    const options = optionsOf({ data: join(SUITES, "locomo/half-written.json") });
    await expect(evaluate(options)).rejects.toThrow(BadData);
    const { systems, faults } = await evaluate({ ...options, partial: true });
    expect(systems[0]!.asked).toBe(5);
    expect(faults).toMatchObject([{ kind: "half-written", times: 1 }]);
  });

  test("with mixed-up categories are used without them, and the report counts what was left out", async () => {
    const { systems, faults } = await evaluate(optionsOf({ data: join(SUITES, "locomo/mixed-up.json") }));
    expect(systems[0]!.asked).toBe(4);
    expect(faults.reduce((sum, { questions }) => sum + questions, 0)).toBe(3);
  });
});
