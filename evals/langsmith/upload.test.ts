import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "langsmith";
import { plan, run } from "../qa/run.js";
import { SYSTEMS } from "../qa/systems/index.js";
import { scriptedLangSmith, type ScriptedLangSmith } from "./scripted-langsmith.js";
import { upload } from "./upload.js";

const SUITES = fileURLToPath(new URL("../fixtures/suites/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "eval-langsmith-"));
const out = join(root, "out");
let server: ScriptedLangSmith;
beforeAll(async () => {
  server = await scriptedLangSmith();
  const script = `scripted:${join(SUITES, "script.json")}`;
  const options = {
    suite: "locomo",
    data: join(SUITES, "locomo/locomo10.json"),
    systems: [SYSTEMS["full-context"]!, SYSTEMS["no-memory"]!],
    model: script,
    memoryModel: script,
    judge: script,
    votes: 1,
    pairwise: false,
    out,
    cache: join(root, "cache"),
    parallel: 1,
    limit: 8,
    contextTokens: 10_000,
    prices: {},
    partial: false,
  } as const;
  await run(options, (await plan(options)).faults);
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

describe("a run in LangSmith (a scripted stand-in for its API)", () => {
  const client = (): Client => new Client({ apiUrl: server.url, apiKey: "scripted-key", autoBatchTracing: false });

  test("is a data set, an experiment a system, and feedback on every answer", async () => {
    const uploaded = await upload(client(), { run: out });
    expect(uploaded).toEqual({
      dataset: "locomo-locomo10.json",
      examples: 7,
      experiments: ["full-context", "no-memory"].map((system) => ({ name: `locomo-locomo10.json-${system}`, runs: 7 })),
    });
    const [dataset] = [...server.datasets.values()];
    expect(
      [...server.examples.values()].map(({ dataset_id, inputs }) => [dataset_id, typeof (inputs as { question: string }).question]),
    ).toEqual(Array(7).fill([dataset!["id"], "string"]));
    for (const { session_name, reference_example_id, outputs } of server.runs.values()) {
      expect(server.projects.get(String(session_name))).toMatchObject({ reference_dataset_id: dataset!["id"] });
      expect(server.examples.has(String(reference_example_id))).toBe(true);
      expect(outputs).toHaveProperty("answer");
    }
    const correct = [...server.feedback.values()].filter(({ key }) => key === "correct");
    // One answer of no-memory was judged with nonsense: it gets no score.
    expect(correct).toHaveLength(13);
    expect([...server.keys]).toEqual(["scripted-key"]);
  });

  test("that is sent again adds nothing", async () => {
    const before = [server.datasets.size, server.examples.size, server.runs.size, server.feedback.size];
    expect((await upload(client(), { run: out })).examples).toBe(0);
    expect([server.datasets.size, server.examples.size, server.runs.size, server.feedback.size]).toEqual(before);
  });

  test("needs a folder that holds one", async () => {
    await expect(upload(client(), { run: root })).rejects.toThrow("no run.json");
  });
});
