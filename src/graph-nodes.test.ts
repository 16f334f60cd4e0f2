import { HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import {
  Annotation,
  Command,
  END,
  InMemoryStore,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  MessagesValue,
  START,
  StateGraph,
  StateSchema,
} from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { z } from "zod";
import { createMemoryGraph, PersonaAnnotation, personaPrompt, PersonaValue, recallNode, recordNode } from "./graph-nodes.js";
import type { PersonaOptions } from "./options.js";
import { PersonaMemory } from "./persona-memory.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { fixedClock, scriptedPersona, type PersonaScript, type ScriptedCall } from "./testing/index.js";

const start = Date.parse("2026-05-12T10:00:00Z");

function base(script: PersonaScript = {}, more: PersonaOptions = {}) {
  const clock = fixedClock(start);
  const model = scriptedPersona(script);
  const options: PersonaOptions = { model, store: new SqliteStore(), clock, ...more };
  return { clock, model, options, memory: new PersonaMemory(options) };
}

/** A graph of somebody else's, with state keys that ours must not touch, and the pair of ours around its model node. */
function world(script: PersonaScript = {}, more: PersonaOptions = {}) {
  const { clock, model, options, memory } = base(script, more);
  const state = new StateSchema({
    messages: MessagesValue,
    persona: PersonaValue,
    session: z.string().default("mine"),
    steps: z.number().default(7),
  });
  const graph = new StateGraph(state)
    .addNode("recall", recallNode(options))
    .addNode("answer", async (values) => ({ messages: [await model.invoke(personaPrompt(values))] }))
    .addNode("remember", createMemoryGraph({ ...options, record: true }))
    .addEdge(START, "recall")
    .addEdge("recall", "answer")
    .addEdge("answer", "remember")
    .addEdge("remember", END)
    .compile({ checkpointer: new MemorySaver() });
  let n = 0;
  const say = (content: string, { thread = "t1", userId = "ada" } = {}) => {
    clock.advance(60_000);
    return graph.invoke(
      { messages: [new HumanMessage({ content, id: `u${++n}` })] },
      { context: { userId }, configurable: { thread_id: thread } },
    );
  };
  return { graph, model, memory, clock, say, options };
}

const answers = (model: { calls: ScriptedCall[] }) => model.calls.filter(({ tools }) => !tools.some((name) => name.startsWith("propose")));
const texts = (records: readonly { text: string }[]): string[] => records.map(({ text }) => text);

describe("recall before a node and update after it", () => {
  it("remember from thread to thread, and touch no state but `persona`", async () => {
    const { say, memory, model } = world({ extract: (said) => [{ text: said }] });
    const first = await say("My dog is called Rex.");
    expect(Object.keys(first).sort()).toEqual(["messages", "persona", "session", "steps"]);
    expect([first.session, first.steps, texts(first.messages)]).toEqual(["mine", 7, ["My dog is called Rex.", "Noted."]]);
    expect(texts(await memory.list("ada", "fact"))).toEqual(["My dog is called Rex."]);
    const second = await say("What is my dog called?", { thread: "t2" });
    expect(second.persona!.recalled.map(({ label }) => label)).toContain("fact");
    const [system, asked] = answers(model)[1]!.messages;
    expect(system!.text).toMatch(/^You are an assistant with a long-term memory/);
    expect(asked!.text).toMatch(/^What is my dog called\?\n\n<memories>\n.*Rex/s);
    expect(texts(await memory.list("ada", "message"))).toEqual(["My dog is called Rex.", "Noted.", "What is my dog called?", "Noted."]);
  });

  it("log a long thread once", async () => {
    const { say, memory } = world();
    for (const text of ["One.", "Two.", "Three."]) await say(text);
    expect(texts(await memory.list("ada", "message"))).toEqual(["One.", "Noted.", "Two.", "Noted.", "Three.", "Noted."]);
  });

  it("keep a system message of the host's first", async () => {
    const { options, model } = base();
    const graph = new StateGraph(Annotation.Root({ ...MessagesAnnotation.spec, ...PersonaAnnotation.spec }))
      .addNode("recall", recallNode(options))
      .addNode("answer", async (state) => ({ messages: [await model.invoke(personaPrompt(state, { search: true }))] }))
      .addEdge(START, "recall")
      .addEdge("recall", "answer")
      .compile();
    await graph.invoke({ messages: [new SystemMessage("You sell tea."), new HumanMessage("Hello.")] }, {
      context: { userId: "ada" },
    } as never);
    const prompt = answers(model)[0]!.messages;
    expect(prompt.map((message) => message.getType())).toEqual(["system", "human"]);
    expect(prompt[0]!.text).toMatch(/^You sell tea\.\n\nYou have a long-term memory.*search_memory/s);
  });

  it("say what is missing when the state does not declare the key", async () => {
    const { options, model } = base();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("recall", recallNode(options))
      .addNode("answer", async (state) => ({ messages: [await model.invoke(personaPrompt(state))] }))
      .addEdge(START, "recall")
      .addEdge("recall", "answer")
      .compile();
    await expect(graph.invoke({ messages: [new HumanMessage("Hello.")] }, { context: { userId: "ada" } } as never)).rejects.toThrow(
      /no `persona`.*PersonaValue/s,
    );
  });

  it("refuse a run without a user id", async () => {
    const { graph } = world();
    await expect(graph.invoke({ messages: [new HumanMessage("Hello.")] }, { configurable: { thread_id: "t" } })).rejects.toThrow(
      /No user id/,
    );
  });

  it("go on without memory when the store is down, and log the turn when it is back", async () => {
    const inner = new InMemoryStore();
    let down = true;
    const batch = (operations: never) => (down ? Promise.reject(new Error("store is down")) : inner.batch(operations));
    const { graph, options } = world({}, { store: { batch } as never });
    const run = { context: { userId: "ada" }, configurable: { thread_id: "t" } };
    const state = await graph.invoke({ messages: [new HumanMessage("Hello.")] }, run);
    expect(state.messages.at(-1)!.text).toBe("Noted.");
    down = false;
    const memory = new PersonaMemory({ ...options, store: inner });
    for (let i = 0; i < 50 && (await memory.list("ada", "message")).length < 2; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(texts(await memory.list("ada", "message"))).toEqual(["Hello.", "Noted."]);
  });

  it("show nothing of one user to another who takes over the thread", async () => {
    const { say, memory } = world({ extract: (said) => [{ text: said }] });
    await say("My secret is alpha.");
    const state = await say("What is my secret?", { thread: "t2", userId: "bob" });
    expect(state.persona!.recalled).toEqual([]);
    expect(texts(await memory.list("bob", "fact"))).toEqual(["What is my secret?"]);
  });

  it("leave the update for later when it is not to be inline", async () => {
    const { say, memory } = world({ extract: (said) => [{ text: said }] }, { update: "off" });
    await say("My dog is called Rex.");
    expect(await memory.list("ada", "fact")).toEqual([]);
    await memory.flush("ada");
    expect(texts(await memory.list("ada", "fact"))).toEqual(["My dog is called Rex."]);
  });
});

it("updates exactly once when a person approves the answer in between", async () => {
  const { options, model, memory } = base({ extract: (said) => [{ text: said }] });
  const graph = new StateGraph(new StateSchema({ messages: MessagesValue, persona: PersonaValue }))
    .addNode("recall", recallNode(options))
    .addNode("answer", async (state) => ({ messages: [await model.invoke(personaPrompt(state))] }))
    .addNode("approve", () => {
      interrupt("Send it?");
      return {};
    })
    .addNode("remember", createMemoryGraph({ ...options, record: true }))
    .addEdge(START, "recall")
    .addEdge("recall", "answer")
    .addEdge("answer", "approve")
    .addEdge("approve", "remember")
    .compile({ checkpointer: new MemorySaver() });
  const run = { context: { userId: "ada" }, configurable: { thread_id: "t" } } as never;
  await graph.invoke({ messages: [new HumanMessage("My dog is called Rex.")] }, run);
  expect(await memory.list("ada", "message")).toEqual([]);
  await graph.invoke(new Command({ resume: true }) as never, run);
  expect(model.calls.filter(({ tools }) => tools[0] === "propose_memory")).toHaveLength(1);
  expect(texts(await memory.list("ada", "fact"))).toEqual(["My dog is called Rex."]);
  expect((await memory.personality("ada")).turns).toBe(1);
});

it("serves two agents of one graph that run side by side", async () => {
  const { options, model, memory } = base({
    answer: ({ messages }) => (messages[0]!.text.includes("Berlin") ? "I know: Berlin." : "Noted."),
    consolidate: () => ({ identity: [{ field: "home", value: "Berlin", source: 1 }] }),
  });
  await memory.remember("ada", [{ role: "user", text: "I live in Berlin." }]);
  await memory.flush("ada");
  const state = Annotation.Root({ ...MessagesAnnotation.spec, ...PersonaAnnotation.spec });
  const agent = (name: string) =>
    createReactAgent({
      llm: model,
      tools: [],
      name,
      stateSchema: state as never,
      prompt: ((values: { messages: BaseMessage[] }) => personaPrompt(values)) as never,
    });
  const graph = new StateGraph(state)
    .addNode("recall", recallNode(options))
    .addNode("travel", agent("travel"))
    .addNode("food", agent("food"))
    .addNode("record", recordNode({ ...options, update: "off" }))
    .addEdge(START, "recall")
    .addEdge("recall", "travel")
    .addEdge("recall", "food")
    .addEdge("travel", "record")
    .addEdge("food", "record")
    .compile();
  const { messages } = await graph.invoke({ messages: [new HumanMessage("Where to go tonight?")] }, {
    context: { userId: "ada" },
  } as never);
  expect(texts(messages)).toEqual(["Where to go tonight?", "I know: Berlin.", "I know: Berlin."]);
  expect((await memory.list("ada", "message")).filter(({ role }) => role === "assistant")).toHaveLength(2);
});

it("has types that refuse wrong options and states", () => {
  const typed = () => {
    recallNode({ model: "keyless", recall: { limit: 3 } });
    createMemoryGraph({ record: true, update: "background" });
    // @ts-expect-error no such option
    recallNode({ modle: "keyless" });
    // @ts-expect-error no such way to update
    createMemoryGraph({ record: true, update: "sometimes" });
    // @ts-expect-error a state has messages
    personaPrompt({ persona: null });
    // @ts-expect-error no such option
    personaPrompt({ messages: [] }, { searching: true });
  };
  expect(typed).toBeInstanceOf(Function);
});
