import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { RecordingSchema, readRecording, recordedModel } from "../recordings/recording.js";
import { differences, explain } from "./compare.js";

describe("the gate", () => {
  const baseline = JSON.parse(readFileSync(new URL("./baseline.json", import.meta.url), "utf8")) as {
    retrieval: Record<string, Record<string, unknown>>;
  };

  test("says what was and what is, at which place", () => {
    const now = structuredClone(baseline);
    now.retrieval["small-talk"]!["R@10"] = 0.5;
    const [difference, ...others] = differences(baseline, now);
    expect(others).toEqual([]);
    expect(explain(difference!)).toBe(`retrieval › small-talk › R@10\n  - ${String(baseline.retrieval["small-talk"]!["R@10"])}\n  + 0.5`);
    expect(difference!.better).toBe(false);
  });

  test("lets recall rise and first places fall, and nothing else change", () => {
    const better = (path: string[], before: unknown, now: unknown): boolean[] =>
      differences(
        path.reduceRight<unknown>((value, key) => ({ [key]: value }), before),
        path.reduceRight<unknown>((value, key) => ({ [key]: value }), now),
      ).map((difference) => difference.better);
    expect(better(["retrieval", "x", "MRR"], 0.5, 0.6)).toEqual([true]);
    expect(better(["retrieval", "x", "MRR"], 0.6, 0.5)).toEqual([false]);
    expect(better(["retrieval", "x", "first", "q"], 3, 1)).toEqual([true]);
    expect(better(["retrieval", "x", "first", "q"], 3, 0)).toEqual([false]);
    expect(better(["tokens", "extract", "input"], 100, 90)).toEqual([false]);
    expect(better(["prompts", "extract", "text", "0"], "a", undefined)).toEqual([false]);
    expect(differences({ a: [1, 2] }, { a: [1, 2] })).toEqual([]);
  });
});

describe("recordings", () => {
  test.each(["prompts", "four-sessions"] as const)("%s fits its schema and says whether a language model made it", (name) => {
    const { languageModel, model, note } = readRecording(name);
    expect(note).toContain(model);
    if (!languageModel) expect(note).toContain("not a language model");
  });

  test("of rules and scripts cannot pass for a language model's", () => {
    expect(RecordingSchema.safeParse({ ...readRecording("prompts"), languageModel: true, model: "keyless" }).success).toBe(false);
  });

  test("have no answer to a prompt that has changed, and say how to get one", async () => {
    await expect(recordedModel("prompts").invoke("something new")).rejects.toThrow("npm run eval:record -- --model keyless");
  });
});
