import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { MemorySaver } from "@langchain/langgraph";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONSOLIDATE_TOOL } from "../../prompts/consolidate.js";
import { EXTRACT_TOOL } from "../../prompts/extract.js";
import { readFence } from "../../prompts/prompt.js";
import { MEMORIES_TAG } from "../../prompts/respond.js";
import { HOUR, MINUTE } from "../domain/time.js";
import { createPersonaAgent, PersonaMemory, SqliteStore } from "../index.js";
import { fixedClock } from "../testing/fixed-clock.js";
import { openaiServer, type OpenAIAnswer, type OpenAIRequest, type OpenAIServer } from "../testing/openai-server.js";

/** The whole way through the real ChatOpenAI client and HTTP on loopback, with a server that misbehaves. */
jest.setTimeout(60_000);

const USER = "ada";
const START = Date.parse("2026-05-12T18:00:00Z");
const NO_TRAITS = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const lastText = ({ messages }: OpenAIRequest): string => String(messages.at(-1)!.content);

/** The data of a prompt; the request to mend an answer comes after it. */
const fenced = ({ messages }: OpenAIRequest, tag: string): unknown[] =>
  messages.flatMap(({ content }) => readFence(tag, String(content)) ?? []);

/** A model that behaves: extracts a sentence of the user's as it stands, files a session as one topic, answers with the first memory. */
function wellBehaved(request: OpenAIRequest): OpenAIAnswer {
  const text = lastText(request);
  if (request.forced === EXTRACT_TOOL) {
    const rows = fenced(request, "exchange") as [number, string, string, string][];
    const changes = rows
      .filter(([, role, , said]) => role === "user" && !said.endsWith("?"))
      .map(([source, , , said]) => ({
        op: "ADD",
        id: null,
        text: `The user said: ${said}`,
        keywords: [],
        when: null,
        source,
        confidence: 1,
      }));
    return { args: { changes, traits: NO_TRAITS } };
  }
  if (request.forced === CONSOLIDATE_TOOL) {
    const messages = (fenced(request, "session") as [number][]).map(([n]) => n);
    return {
      args: {
        topics: [{ topic: "talk", summary: "The user talked about themselves.", keywords: [], messages }],
        habits: [],
        identity: [],
        preferences: [],
      },
    };
  }
  const [memory] = fenced(request, MEMORIES_TAG) as [string, string, string, string][];
  return memory && text.includes("?") ? `You told me: ${memory[3]} [${memory[0]}]` : "I see, thank you for telling me.";
}

type Misbehave = (request: OpenAIRequest, n: number) => OpenAIAnswer | undefined;

/** An agent over the real client, on a store of its own, with a server that does as `misbehave` says and else as it should. */
async function world(misbehave: Misbehave, options: { memoryTimeout?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "personagraph-openai-"));
  const server: OpenAIServer = await openaiServer({ answer: (request, n) => misbehave(request, n) ?? wellBehaved(request) });
  const store = new SqliteStore({ path: join(folder, "memory.db") });
  const fixed = fixedClock(START);
  let running: number | undefined;
  const clock = {
    ...fixed,
    now: () => fixed.now() + (running === undefined ? 0 : Date.now() - running),
    /** From here on it runs. */
    goOn: () => void (running = Date.now()),
  };
  const settings = { model: "openai:gpt-test", baseUrl: server.url, apiKey: "test", store, clock, ...options };
  const agent = createPersonaAgent({ ...settings, checkpointer: new MemorySaver() });
  const memory = new PersonaMemory(settings);
  cleanup.push(
    () => rm(folder, { recursive: true, force: true }),
    () => store.close(),
    () => server.close(),
    () => memory.close(),
  );
  /** One turn, streamed as a user interface does it. */
  const say = async (text: string, thread = "t1") => {
    const config = { context: { userId: USER }, configurable: { thread_id: thread } };
    const tokens: string[] = [];
    for await (const [token] of (await agent.stream(
      { messages: [{ role: "user", content: text }] as never },
      { ...config, streamMode: "messages" },
    )) as AsyncIterable<[{ text: string; getType(): string }]>) {
      if (token.getType() === "ai") tokens.push(token.text);
    }
    const { values } = (await agent.getState(config)) as {
      values: { messages: { text: string }[]; warnings: Record<string, string>; cited: string[] };
    };
    clock.advance(MINUTE / 2);
    return { answer: values.messages.at(-1)!.text, streamed: tokens.join(""), warnings: values.warnings, cited: values.cited };
  };
  const logged = async (): Promise<string[]> => (await memory.list(USER, "message")).map(({ role, text }) => `${role}: ${text}`);
  const facts = async (): Promise<string[]> => (await memory.list(USER, "fact")).map(({ text }) => text.replace("The user said: ", ""));
  return { server, clock, memory, say, logged, facts };
}

describe("the whole flow over HTTP", () => {
  test("one 500, one malformed extraction and one stream cut short: nothing is lost, answers come, the update is made up for", async () => {
    let broken = 0;
    let failed = 0;
    let cut = 0;
    const { say, logged, facts, memory, clock, server } = await world((request) => {
      const extracts = request.forced === EXTRACT_TOOL;
      const text = lastText(request);
      if (extracts && text.includes("Lisbon") && failed++ === 0) return { status: 500 };
      // Cut off in the middle, and again when it is asked to mend it.
      if (extracts && JSON.stringify(request.messages).includes("Mia") && broken++ < 2)
        return { malformedArgs: '{"changes":[{"op":"ADD","text":"The user\'s sis' };
      if (!extracts && text.startsWith("I play the cello") && cut++ === 0)
        return { text: "How lovely, the cello is a fine instrument.", cutAfter: 3 };
      return undefined;
    });

    expect(await say("I moved to Lisbon last May.")).toMatchObject({ answer: "I see, thank you for telling me.", warnings: {} });
    expect(failed).toBe(2);
    expect(await facts()).toEqual(["I moved to Lisbon last May."]);

    const second = await say("My sister Mia is a nurse.");
    expect(second.answer).toBe("I see, thank you for telling me.");
    expect(second.warnings).toHaveProperty("EXTRACT_POSTPONED");
    expect(broken).toBe(2);

    const third = await say("I play the cello.");
    expect(third.answer).toBe("I see, thank you for telling me.");
    expect(third.streamed).toContain("How lovely, the");
    expect(cut).toBe(2);

    clock.advance(5 * MINUTE);
    expect((await say("It rains.")).warnings).toEqual({});
    expect(await facts()).toEqual(["I moved to Lisbon last May.", "My sister Mia is a nurse.", "I play the cello.", "It rains."]);
    const answer = "assistant: I see, thank you for telling me.";
    expect(await logged()).toEqual([
      "user: I moved to Lisbon last May.",
      answer,
      "user: My sister Mia is a nurse.",
      answer,
      "user: I play the cello.",
      answer,
      "user: It rains.",
      answer,
    ]);

    clock.advance(24 * HOUR);
    const asked = await say("What is my sister?", "another thread");
    expect(asked.answer).toContain("My sister Mia is a nurse.");
    expect(asked.answer).toMatch(/\[m[0-9a-f]{4,}\]$/);
    expect(asked.cited).toHaveLength(1);
    expect((await memory.list(USER, "episode")).map(({ sources }) => sources.length)).toEqual([8]);
    expect(server.requests.every(({ body }) => body["model"] === "gpt-test")).toBe(true);
  });

  test.each<[string, OpenAIAnswer]>([
    ["answers in words and calls no tool", "I would rather not."],
    ["answers with a body that is no JSON", { raw: "<html>Bad gateway</html>" }],
    ["turns the request down", { status: 400 }],
    ["gives arguments that do not fit", { args: { changes: "none" } }],
    ["never answers", { hang: true }],
  ])("a memory model that %s: the answer comes, and a later flush makes up for it", async (_, bad) => {
    let down = true;
    const { say, facts, logged, memory } = await world(({ forced }) => (down && forced !== undefined ? bad : undefined), {
      memoryTimeout: 0.4,
    });
    const began = Date.now();
    const { answer, warnings } = await say("My sister Mia is a nurse.");
    expect(answer).toBe("I see, thank you for telling me.");
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(warnings).toHaveProperty("EXTRACT_POSTPONED");
    expect(await facts()).toEqual([]);
    expect(await logged()).toHaveLength(2);
    down = false;
    expect(await memory.flush(USER)).toEqual([]);
    expect(await facts()).toEqual(["My sister Mia is a nurse."]);
    expect(await memory.list(USER, "episode")).toHaveLength(1);
    expect(await logged()).toHaveLength(2);
  });

  test.each<[string, OpenAIAnswer]>([
    ["turns requests down", { status: 400 }],
    ["gives no usable proposal", "I would rather not."],
  ])("flush ends, and leaves the work pending, while the memory model %s", async (_, bad) => {
    let down = true;
    const { say, memory, facts, clock } = await world(({ forced }) => (down && forced !== undefined ? bad : undefined));
    clock.goOn();
    await say("My sister Mia is a nurse.");
    const left = await memory.flush(USER, { signal: AbortSignal.timeout(10_000) });
    expect(left.map(({ stage }) => stage)).toContain("extract");
    down = false;
    await memory.flush(USER);
    expect(await facts()).toEqual(["My sister Mia is a nurse."]);
  });

  test("when the answering model turns the request down, the message is in the log and is made up for", async () => {
    let down = true;
    const { say, logged, facts, memory, clock } = await world(({ forced }) => (down && forced === undefined ? { status: 400 } : undefined));
    await expect(say("My sister Mia is a nurse.")).rejects.toThrow(/400/);
    clock.advance(MINUTE);
    expect(await logged()).toEqual(["user: My sister Mia is a nurse."]);
    down = false;
    await say("And I play the cello.");
    expect(await logged()).toEqual([
      "user: My sister Mia is a nurse.",
      "user: And I play the cello.",
      "assistant: I see, thank you for telling me.",
    ]);
    await memory.flush(USER);
    expect(await facts()).toEqual(["My sister Mia is a nurse.", "And I play the cello."]);
  });

  test("arguments that break off inside a sentence leave no half fact behind", async () => {
    const cut = `{"traits":${JSON.stringify(NO_TRAITS)},"changes":[{"op":"ADD","id":null,"keywords":[],"when":null,"source":1,"confidence":1,"text":"The user's sister Mia is`;
    let cuts = 0;
    const { say, facts } = await world(({ forced }) => (forced === EXTRACT_TOOL && cuts++ === 0 ? { malformedArgs: cut } : undefined));
    expect((await say("My sister Mia is a nurse.")).warnings).toEqual({});
    expect(await facts()).toEqual(["My sister Mia is a nurse."]);
  });

  test("only the answer's tokens are in the stream of messages", async () => {
    const { say } = await world(() => undefined);
    const { answer, streamed } = await say("I live in Lisbon.");
    expect(streamed).toBe(answer);
  });
});
