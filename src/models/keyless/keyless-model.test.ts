import { describe, expect, test } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage, type AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { CONSOLIDATE_TOOL, consolidatePrompt, ConsolidateSchema } from "../../../prompts/consolidate.js";
import { EXTRACT_TOOL, extractPrompt, ExtractSchema } from "../../../prompts/extract.js";
import { memoriesBlock, nowBlock, SEARCH_TOOL } from "../../../prompts/respond.js";
import { KeylessModel } from "./index.js";
import { SELF } from "./respond.js";

const model = new KeylessModel();
const search = tool(() => "", {
  name: SEARCH_TOOL,
  description: "Searches.",
  schema: z.object({ query: z.string(), keywords: z.array(z.string()) }),
});
const prompt = extractPrompt({ known: [], context: [], messages: [[1, "user", "Tue 2026-05-12 18:05", "I moved to Lisbon last May"]] });
const question = new HumanMessage(
  `Where do I live?\n\n${memoriesBlock([["m1a2b", "user said", "Tue 2026-05-12 18:05", "I moved to Lisbon last May."]])}\n${nowBlock("Mon 2026-06-01 09:00", "UTC")}`,
);

test("says what it is", async () => {
  expect(model._llmType()).toBe("keyless");
  expect(KeylessModel.lc_name()).toBe("KeylessModel");
  expect((await model.invoke("What are you?")).text).toBe(SELF);
  expect(JSON.parse(JSON.stringify(model))).toMatchObject({
    type: "constructor",
    id: ["personagraph", "models", "keyless", "KeylessModel"],
    kwargs: {},
  });
  expect(model.getLsParams({})).toMatchObject({ ls_model_name: "keyless", ls_model_type: "chat" });
});

describe("tools in every form", () => {
  const forms: [string, unknown][] = [
    ["zod", { name: EXTRACT_TOOL, schema: ExtractSchema }],
    ["openai", { type: "function", function: { name: EXTRACT_TOOL, parameters: z.toJSONSchema(ExtractSchema) } }],
    ["langchain", tool(() => "", { name: EXTRACT_TOOL, description: "x", schema: ExtractSchema })],
  ];
  test.each(forms)("%s", async (_, form) => {
    const bound = model.bindTools([form as never], { tool_choice: EXTRACT_TOOL });
    const answer = await bound.invoke([new HumanMessage(prompt.user)]);
    expect(answer.tool_calls).toHaveLength(1);
    expect(answer.tool_calls?.[0]?.name).toBe(EXTRACT_TOOL);
    expect(ExtractSchema.parse(answer.tool_calls?.[0]?.args).changes[0]?.text).toBe("The user moved to Lisbon in May 2025.");
  });
  test("consolidation, and a repair that does not repeat the data", async () => {
    const { user } = consolidatePrompt({
      identity: [],
      preferences: [],
      habits: [],
      messages: [[1, "user", "Tue 2026-05-12 18:05", "I love hiking."]],
    });
    const answer = await model
      .bindTools([{ name: CONSOLIDATE_TOOL, schema: ConsolidateSchema }])
      .invoke([new HumanMessage(user), new AIMessage("oops"), new HumanMessage("Call it again.")]);
    expect(ConsolidateSchema.parse(answer.tool_calls?.[0]?.args).preferences).toHaveLength(1);
  });
});

describe("searching", () => {
  const ask = new HumanMessage("What is my brother's name?");
  test("calls once, then not again", async () => {
    const bound = model.bindTools([search]);
    const call = await bound.invoke([ask]);
    expect(call.tool_calls?.[0]).toMatchObject({ name: SEARCH_TOOL, args: { keywords: ["brother", "name"], from: null, to: null } });
    const after = await bound.invoke([
      ask,
      call,
      new ToolMessage({ tool_call_id: call.tool_calls![0]!.id!, content: memoriesBlock([], "nothing found") }),
    ]);
    expect(after.tool_calls).toEqual([]);
    expect(after.text).toContain("I don't know");
  });
  test("is forced by name, by any, and by an OpenAI choice; none and no tools forbid it", async () => {
    for (const tool_choice of [SEARCH_TOOL, "any", "required", { type: "function", function: { name: SEARCH_TOOL } }])
      expect((await model.bindTools([search], { tool_choice }).invoke([question])).tool_calls?.[0]?.name).toBe(SEARCH_TOOL);
    expect((await model.bindTools([search], { tool_choice: "none" }).invoke([ask])).tool_calls).toEqual([]);
    expect((await model.invoke([ask])).tool_calls).toEqual([]);
  });
});

describe("streaming", () => {
  test("gives word by word what invoke gives at once", async () => {
    const chunks: string[] = [];
    for await (const chunk of await model.stream([question])) chunks.push(chunk.text);
    expect(chunks.length).toBeGreaterThan(8);
    expect(chunks.join("")).toBe((await model.invoke([question])).text);
    expect(chunks.join("")).toBe('You told me on 12 May 2026: "I moved to Lisbon last May." [m1a2b]');
  });
  test("of a tool call adds up to the same call", async () => {
    const bound = model.bindTools([{ name: EXTRACT_TOOL, schema: ExtractSchema }]);
    let sum: AIMessageChunk | undefined;
    for await (const chunk of await bound.stream([new HumanMessage(prompt.user)])) sum = sum ? sum.concat(chunk) : chunk;
    const whole = await bound.invoke([new HumanMessage(prompt.user)]);
    expect(sum?.tool_calls?.map(({ name, args }) => ({ name, args }))).toEqual(whole.tool_calls?.map(({ name, args }) => ({ name, args })));
  });
  test("can be followed with events", async () => {
    const events: string[] = [];
    for await (const event of model.streamEvents([question], { version: "v2" })) events.push(event.event);
    expect(events.filter((event) => event === "on_chat_model_stream").length).toBeGreaterThan(8);
  });
  test("ends when it is aborted", async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    await expect(
      (async () => {
        for await (const chunk of await model.stream([question], { signal: controller.signal })) {
          seen.push(chunk.text);
          if (seen.length === 2) controller.abort();
        }
      })(),
    ).rejects.toThrow(/abort/i);
    expect(seen.length).toBeLessThan(5);
    await expect(model.invoke([question], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

test("is deterministic", async () => {
  const bound = model.bindTools([search]);
  expect(JSON.stringify((await bound.invoke([question])).content)).toBe(JSON.stringify((await bound.invoke([question])).content));
  const calls = await Promise.all([1, 2].map(() => bound.invoke([new HumanMessage("What is my brother's name?")])));
  expect(calls[0]?.tool_calls).toEqual(calls[1]?.tool_calls);
});

test("a megabyte is answered in no time", async () => {
  for (const text of ["where is my dog? ".repeat(60_000), "a".repeat(1_000_000), "I love hiking. ".repeat(70_000)]) {
    const begin = performance.now();
    expect(
      (await model.invoke([new HumanMessage(`${text}\n\n${memoriesBlock([["m0001", "user said", "Tue 2026-05-12 18:05", text]])}`)])).text
        .length,
    ).toBeLessThan(2_000);
    expect(performance.now() - begin).toBeLessThan(2_000);
  }
});
