import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Client } from "@langchain/langgraph-sdk";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServerProcess, type ServerProcess } from "../scripts/start-process.js";
import { PersonaMemory } from "../src/index.js";
import { openaiServer, type OpenAIServer } from "../src/testing/openai-server.js";

/** The calls that LangGraph Studio makes, on the real server with the real OpenAI client; the model behind it is scripted. */
jest.setTimeout(180_000);

const SECRET_OF_MEMORY = "Bolt is the user's dog";
const neutral = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 4 };
const proposal = {
  changes: [{ op: "ADD", id: null, text: SECRET_OF_MEMORY, keywords: ["dog"], when: null, source: 1, confidence: 1 }],
  traits: neutral,
};
const context = { userId: "studio" };
const say = (content: string) => ({ messages: [{ role: "user", content }] });

let data: string;
let model: OpenAIServer;
let server: ServerProcess;
let client: Client;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "personagraph-studio-"));
  let broken = true;
  model = await openaiServer({
    answer: ({ forced, tools, messages }) => {
      if (forced === "propose_memory") {
        // The first proposal has to be repaired, so that this call is looked at as well.
        const answer = broken ? { malformedArgs: "{no" } : { args: proposal };
        broken = false;
        return answer;
      }
      if (forced)
        return {
          args: {
            topics: [{ topic: "dog", summary: "The user has a dog.", keywords: [], messages: [1] }],
            habits: [],
            identity: [],
            preferences: [],
          },
        };
      const searched = messages.some(({ role }) => role === "tool");
      if (tools.length > 0 && !searched)
        return { tool: "search_memory", args: { query: "dog", keywords: ["dog"], from: null, to: null, kinds: null } };
      return "What a fine dog.";
    },
  });
  server = await startServerProcess({
    data,
    env: { PERSONAGRAPH_MODEL: "openai:gpt-scripted", PERSONAGRAPH_BASE_URL: model.url, OPENAI_API_KEY: "none" },
  });
  client = new Client({ apiUrl: server.url });
});
afterAll(async () => {
  await server?.stop();
  await model?.close();
  await rm(data, { recursive: true, force: true });
});

/** Everything that is stored of the user, down to ids and versions. */
async function stored(): Promise<unknown[]> {
  const memory = new PersonaMemory({ model: "keyless", store: join(data, "memory.db") });
  try {
    const lines: unknown[] = [];
    for await (const line of memory.export(context.userId)) lines.push(JSON.parse(line));
    // The first line tells when it was exported. What calls cost is no memory (a replay that asks the model again costs again), and
    // neither is what waits to be filed.
    return lines.slice(1).filter((line) => !["usage", "pending"].includes((line as { collection: string }).collection));
  } finally {
    await memory.close();
  }
}

const nameOf = (line: unknown) =>
  isAnswer(line)
    ? "answer"
    : Object.values(line as object)
        .slice(0, 2)
        .join(" ");
const isAnswer = (line: unknown): boolean => (line as { value: { role?: string } }).value.role === "assistant";
const unanswered = (line: unknown): boolean => !isAnswer(line);

describe.each(["agent", "memory"])("the graph %s", (graph) => {
  test("has an assistant of its own, forms with descriptions, and all nodes under xray", async () => {
    const [assistant] = await client.assistants.search({ graphId: graph });
    expect(assistant).toMatchObject({ graph_id: graph });
    const { input_schema, state_schema, context_schema } = await client.assistants.getSchemas(assistant!.assistant_id);
    for (const field of Object.values(context_schema!.properties!))
      expect(field).toMatchObject({ description: expect.stringMatching(/\w+ \w+/) });
    expect(Object.keys(context_schema!.properties!)).toEqual(["userId", "timezone", "locale"]);
    expect(Object.keys(input_schema!.properties!).length).toBeGreaterThan(0);
    expect(state_schema!.properties).toBeDefined();
    const shown = await client.assistants.getGraph(assistant!.assistant_id, { xray: true });
    const names = shown.nodes.map(({ id }) => String(id).replace(/^memory:/, ""));
    expect(names).toEqual(
      expect.arrayContaining([
        "extract",
        "update_semantic",
        "update_personality",
        "consolidate",
        "update_episodic",
        "update_procedural",
        "update_core",
      ]),
    );
    for (const { source, target } of shown.edges) expect(shown.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining([source, target]));
  });
});

test("the agent offers Chat mode: a list of messages goes in, and is in the state", async () => {
  const { input_schema, state_schema } = await client.assistants.getSchemas("agent");
  for (const schema of [input_schema, state_schema])
    expect(schema!.properties!["messages"]).toMatchObject({ type: "array", langgraph_type: "messages" });
});

describe("a turn with a search, as Studio runs it", () => {
  let thread: string;
  const events: { event: string; data: unknown }[] = [];

  beforeAll(async () => {
    thread = (await client.threads.create({ graphId: "agent" })).thread_id;
    const stream = client.runs.stream(thread, "agent", {
      input: say("My dog is called Bolt."),
      context,
      streamMode: ["values", "messages-tuple", "updates", "debug", "custom"],
      streamSubgraphs: true,
      streamResumable: true,
    });
    for await (const { event, data } of stream) events.push({ event, data });
  });

  const of = (mode: string) => events.filter(({ event }) => event.split("|")[0] === mode);

  test("every node reports, those of the subgraph too, and nothing fails", () => {
    expect(of("error")).toEqual([]);
    const nodes = of("updates").flatMap(({ data }) => Object.keys(data as object));
    expect(nodes).toEqual(
      expect.arrayContaining([
        "load_persona",
        "respond",
        "retrieve",
        "record",
        "memory",
        "extract",
        "update_semantic",
        "update_personality",
      ]),
    );
    expect(of("debug").length).toBeGreaterThan(0);
    expect(of("custom").map(({ data }) => (data as { type: string }).type)).toEqual(
      expect.arrayContaining(["recall", "search", "remembered"]),
    );
  });

  test("the stream of messages holds the answer and the user's words, and nothing of the memory's own calls", () => {
    const said = of("messages").map(
      ({ data }) => data as [{ type: string; content: unknown; tool_calls?: { name: string }[] }, { langgraph_node?: string }],
    );
    const answer = said.filter(([{ type }]) => /^ai/i.test(type));
    expect(new Set(answer.map(([, { langgraph_node }]) => langgraph_node))).toEqual(new Set(["respond"]));
    expect(answer.map(([{ content }]) => content).join("")).toBe("What a fine dog.");
    expect(JSON.stringify(said)).not.toContain(SECRET_OF_MEMORY);
    expect(JSON.stringify(said)).not.toContain("propose_memory");
    // The extraction did happen, and so did its repair.
    expect(model.requests.filter(({ forced }) => forced === "propose_memory")).toHaveLength(2);
  });

  test("a replay from any checkpoint answers again and writes nothing twice", async () => {
    const before = await stored();
    expect(JSON.stringify(before)).toContain(SECRET_OF_MEMORY);
    const history = await client.threads.getHistory(thread, { limit: 100 });
    const after = history.filter(({ next }) => next.length > 0 && !next.includes("__start__"));
    expect(after.map(({ next }) => next[0])).toEqual(expect.arrayContaining(["load_persona", "respond", "retrieve", "record", "memory"]));
    for (const { checkpoint } of after) {
      const replayed = (await client.runs.wait(thread, "agent", { checkpoint: checkpoint, context })) as {
        __error__?: unknown;
        messages: { content: string }[];
      };
      expect(replayed.__error__).toBeUndefined();
      expect(replayed.messages.at(-1)!.content).toBe("What a fine dog.");
      // A model that is asked again gives a new answer, which takes the place of the old one.
      const now = await stored();
      expect(now.map(nameOf)).toEqual(before.map(nameOf));
      expect(now.filter(unanswered)).toEqual(before.filter(unanswered));
      expect(now.filter(isAnswer)).toHaveLength(1);
    }
  });

  test("a fork with another message is another turn; what was written of the first stays as it was", async () => {
    const before = await stored();
    const history = await client.threads.getHistory(thread, { limit: 100 });
    const start = history.find(({ next }) => next[0] === "load_persona")!;
    const id = (start.values as unknown as { messages: { id: string }[] }).messages[0]!.id;
    const forked = (await client.threads.updateState(thread, {
      values: { messages: [{ role: "user", id, content: "My dog is called Rex." }] },
      checkpoint: start.checkpoint,
      asNode: "__start__",
    })) as unknown as { checkpoint: { checkpoint_id: string } };
    const answered = (await client.runs.wait(thread, "agent", { checkpointId: forked.checkpoint.checkpoint_id, context })) as {
      messages: { content: string }[];
    };
    expect(answered.messages.map(({ content }) => content)).toEqual(["My dog is called Rex.", "What a fine dog."]);
    const now = await stored();
    for (const record of before.filter(unanswered)) expect(now).toContainEqual(record);
  });

  test("when the session has ended it is filed once, replays and forks or not", async () => {
    for (let round = 0; round < 2; round++) await client.runs.wait(null, "memory", { input: { endSession: true, force: true }, context });
    const filed = (await stored()).filter((line) => (line as { collection: string }).collection === "episode");
    expect(filed).toHaveLength(1);
    const memory = new PersonaMemory({ model: "keyless", store: join(data, "memory.db") });
    expect(await memory.flush(context.userId)).toEqual([]);
    await memory.close();
  });

  test("the state can be looked at under xray of the subgraph, and edited", async () => {
    const state = await client.threads.getState(thread, undefined, { subgraphs: true });
    expect(state.next).toEqual([]);
    await client.threads.updateState(thread, { values: say("Edited by hand."), asNode: "record" });
    const edited = await client.threads.getState<{ messages: { content: string }[] }>(thread);
    expect(edited.values.messages.at(-1)!.content).toBe("Edited by hand.");
    expect(edited.next).toEqual(["memory"]);
  });
});
