import { AIMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { BaseStore, Command, InMemoryStore, MemorySaver, type Operation, type OperationResults } from "@langchain/langgraph";
import { createAgent, createMiddleware, humanInTheLoopMiddleware, summarizationMiddleware, toolStrategy } from "langchain";
import { z } from "zod";
import { readFence } from "../prompts/prompt.js";
import { personaMiddleware, type PersonaMiddlewareOptions } from "./middleware.js";
import { PersonaMemory } from "./persona-memory.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { fixedClock, scriptedPersona, type PersonaScript, type ScriptedCall } from "./testing/index.js";

const start = Date.parse("2026-05-12T10:00:00Z");

/** createAgent's own types know each agent's tools and state; these tests make agents of all kinds. */
interface Agent {
  invoke(input: object | null, config?: object): Promise<{ messages: BaseMessage[]; structuredResponse?: unknown }>;
  stream(input: object, config?: object): Promise<AsyncIterable<unknown>>;
}

/** An agent of somebody else's, with our middleware as its first addition. */
function world(
  script: PersonaScript = {},
  options: PersonaMiddlewareOptions = {},
  { middleware = [], ...others }: { middleware?: unknown[]; tools?: unknown[]; responseFormat?: unknown } = {},
) {
  const clock = fixedClock(start);
  const store = options.store instanceof BaseStore ? options.store : new SqliteStore();
  const model = scriptedPersona(script);
  const { tools: chosen, ...rest } = { store, clock, ...options };
  const persona = personaMiddleware({ ...rest, ...(chosen && { tools: chosen }) });
  const agent = createAgent({
    model,
    systemPrompt: "You sell tea.",
    checkpointer: new MemorySaver(),
    ...others,
    middleware: [persona, ...middleware],
  } as never) as unknown as Agent;
  const memory = new PersonaMemory({ ...rest, memoryModel: model });
  let n = 0;
  const config = ({ thread = "t1", userId = "ada" } = {}) => ({ context: { userId }, configurable: { thread_id: thread } });
  const say = async (content: string, who: { thread?: string; userId?: string; id?: string } = {}) => {
    clock.advance(60_000);
    return agent.invoke({ messages: [new HumanMessage({ content, id: who.id ?? `u${++n}` })] }, config(who));
  };
  return { agent, memory, model, clock, store, say, config };
}

const isAnswer = ({ tools }: ScriptedCall): boolean => !tools.some((name) => name.startsWith("propose"));
const answers = (model: { calls: ScriptedCall[] }) => model.calls.filter(isAnswer);
const lastHuman = (call: ScriptedCall): string => call.messages.findLast((message) => message.getType() === "human")!.text;
const callsFor = (...calls: { name: string; args: object }[]): AIMessage =>
  new AIMessage({
    content: "",
    tool_calls: calls.map(({ name, args }, i) => ({ id: `c${i}${JSON.stringify(args).length}`, name, args: { ...args } })),
  });
const toolsDone = ({ messages }: ScriptedCall): number =>
  messages.slice(messages.findLastIndex((message) => message.getType() === "human")).filter((message) => message.getType() === "tool")
    .length;

describe("an agent with the middleware", () => {
  it("knows in a new thread what was said in another, with the agent's own model for the update", async () => {
    const { say, memory, model } = world({ extract: (said) => [{ text: said }], traits: () => ({ neuroticism: 5 }) });
    await say("My dog is called Rex.");
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["My dog is called Rex."]);
    const { messages } = await say("What is my dog called?", { thread: "t2" });
    const [first, second] = answers(model);
    const system = second!.messages[0]!.text;
    expect(system.startsWith("You sell tea.\n\nYou have a long-term memory")).toBe(true);
    expect(system.startsWith(first!.messages[0]!.text)).toBe(true);
    expect(system).toContain("reassuring");
    expect(system).not.toContain("Rex");
    expect(lastHuman(second!)).toMatch(/^What is my dog called\?\n\n<memories>\n/);
    expect(JSON.stringify(readFence("memories", lastHuman(second!)))).toContain("Rex");
    expect(messages.map(({ text }) => text)).toEqual(["What is my dog called?", "Noted."]);
    expect(model.calls.map(({ tools }) => tools.join())).toEqual([
      "search_memory,save_memory",
      "propose_memory",
      "search_memory,save_memory",
      "propose_memory",
    ]);
  });

  it("shows nothing of its own in the agent's state", async () => {
    const { say } = world();
    expect(Object.keys(await say("Hello."))).toEqual(["messages"]);
  });

  it("recalls once a run, whatever the number of model calls, and logs the host's tool messages as such", async () => {
    const weather = tool(() => "sunny", { name: "weather", description: "the weather", schema: z.object({ city: z.string() }) });
    const events: string[] = [];
    const { agent, memory, config } = world(
      { answer: (call) => (toolsDone(call) === 0 ? callsFor({ name: "weather", args: { city: "Porto" } }) : "Sunny.") },
      {},
      { tools: [weather] },
    );
    const stream = await agent.stream(
      { messages: [new HumanMessage({ content: "How is the weather in Porto?", id: "u1" })] },
      { ...config(), streamMode: "custom" },
    );
    for await (const event of stream) events.push((event as { type: string }).type);
    expect(events.filter((type) => type === "recall")).toHaveLength(1);
    expect((await memory.list("ada", "message")).map(({ role, text, exchange }) => [role, text, exchange])).toEqual([
      ["user", "How is the weather in Porto?", "u1"],
      ["assistant", "[calls weather]", "u1"],
      ["tool", "sunny", "u1"],
      ["assistant", "Sunny.", "u1"],
    ]);
  });

  it("streams the answer's tokens once, and none of memory's own calls", async () => {
    const { agent, config } = world({ answer: () => "One two three.", extract: (said) => [{ text: said }] });
    const tokens: string[] = [];
    for await (const chunk of await agent.stream(
      { messages: [new HumanMessage({ content: "Count.", id: "u1" })] },
      { ...config(), streamMode: "messages" },
    )) {
      tokens.push((chunk as [BaseMessage])[0].text);
    }
    expect(tokens.join("|")).toBe("One| two| three.");
  });

  it("gives structured responses, and remembers", async () => {
    const { say, memory } = world(
      {
        answer: ({ tools }) => callsFor({ name: tools.find((name) => name.startsWith("extract"))!, args: { city: "Porto" } }),
        extract: (said) => [{ text: said }],
      },
      {},
      { responseFormat: toolStrategy(z.object({ city: z.string() })) },
    );
    const state = await say("I live in Porto.");
    expect(state.structuredResponse).toEqual({ city: "Porto" });
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["I live in Porto."]);
  });

  it("stands beside a summary of the conversation, which nobody said", async () => {
    const { say, memory, model } = world(
      { answer: ({ messages }) => (messages.length === 1 && messages[0]!.text.includes("summary") ? "They talked about tea." : "Noted.") },
      { memoryModel: scriptedPersona() },
      {
        middleware: [
          summarizationMiddleware({
            model: scriptedPersona({ answer: () => "They talked about tea." }) as never,
            trigger: { messages: 5 },
            keep: { messages: 2 },
          } as never),
        ],
      },
    );
    for (const text of ["One.", "Two.", "Three.", "Four.", "Five."]) await say(text);
    expect(
      answers(model)
        .at(-1)!
        .messages.map(({ text }) => text)
        .join("\n"),
    ).toContain("They talked about tea.");
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual([
      "One.",
      "Noted.",
      "Two.",
      "Noted.",
      "Three.",
      "Noted.",
      "Four.",
      "Noted.",
      "Five.",
      "Noted.",
    ]);
  });

  it("updates once, when a person has let a tool call pass", async () => {
    const pay = tool(() => "paid", { name: "pay", description: "pays", schema: z.object({ sum: z.number() }) });
    const { agent, say, memory, model, config } = world(
      {
        answer: (call) => (toolsDone(call) === 0 ? callsFor({ name: "pay", args: { sum: 5 } }) : "Paid."),
        extract: (said) => [{ text: said }],
      },
      {},
      { tools: [pay], middleware: [humanInTheLoopMiddleware({ interruptOn: { pay: true } } as never)] },
    );
    await say("I owe Mia five euros, pay her.");
    expect((await memory.list("ada", "message")).map(({ role }) => role)).toEqual(["user"]);
    expect(model.calls.filter((call) => !isAnswer(call))).toHaveLength(0);
    const resumed = await agent.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), config());
    expect(resumed.messages.at(-1)!.text).toBe("Paid.");
    expect(model.calls.filter((call) => !isAnswer(call))).toHaveLength(1);
    expect((await memory.list("ada", "message")).map(({ role, text }) => [role, text])).toEqual([
      ["user", "I owe Mia five euros, pay her."],
      ["assistant", "[calls pay]"],
      ["tool", "paid"],
      ["assistant", "Paid."],
    ]);
  });
});

describe("its tools", () => {
  const remember = (memory: PersonaMemory, count: number) =>
    memory.remember(
      "ada",
      Array.from({ length: count }, (_, i) => ({
        id: `dog${i}`,
        role: "user" as const,
        text: `My dog number ${i} is Rex${i}.`,
        at: `2026-04-${String((i % 28) + 1).padStart(2, "0")}`,
      })),
    );
  const shownIn = (messages: readonly BaseMessage[]): string[] =>
    messages
      .filter((message) => message.getType() === "tool" || message.getType() === "human")
      .flatMap(({ text }) => (readFence("memories", text) ?? []) as string[][])
      .map(([, , , text]) => text!);

  it("search at most five times a turn and never show a memory twice, also when called for at once", async () => {
    const { say, memory, model } = world({
      answer: (call) => {
        const done = toolsDone(call);
        if (!call.tools.includes("search_memory")) return `done after ${done}`;
        return done === 0
          ? callsFor({ name: "search_memory", args: { query: "dog" } }, { name: "search_memory", args: { query: "my dog" } })
          : callsFor({ name: "search_memory", args: { query: `dog ${done}` } });
      },
    });
    await remember(memory, 60);
    const { messages } = await say("Tell me about my dog.");
    expect(messages.at(-1)!.text).toBe("done after 5");
    const shown = shownIn(answers(model).at(-1)!.messages);
    expect(shown.length).toBeGreaterThan(20);
    expect(new Set(shown).size).toBe(shown.length);
    expect((await memory.list("ada", "message")).map(({ text }) => text).slice(-2)).toEqual(["Tell me about my dog.", "done after 5"]);
  });

  it("can be forced, chosen and switched off", async () => {
    const forced = world({}, { search: { mode: "always" } });
    await forced.say("Hello.");
    expect(answers(forced.model)[0]!.toolChoice).toEqual({ type: "function", function: { name: "search_memory" } });
    const never = world({}, { search: { mode: "never" }, tools: ["search", "forget"] });
    await never.say("Hello.");
    expect(answers(never.model)[0]!.tools).toEqual(["forget_memory"]);
  });

  it("save what the user asks to remember, once, and correct it", async () => {
    const { say, memory } = world({
      answer: (call) => {
        if (toolsDone(call) > 0) return "Done.";
        const [mark] = ((readFence("memories", lastHuman(call)) ?? []) as string[][]).find(([, kind]) => kind === "fact") ?? [];
        return callsFor({
          name: "save_memory",
          args: lastHuman(call).includes("oat")
            ? { text: "The user drinks oat milk.", replaces: mark }
            : { text: "The user drinks cow milk." },
        });
      },
    });
    await say("Remember that I drink cow milk.");
    await say("Remember that I drink cow milk!");
    expect(await memory.list("ada", "fact")).toMatchObject([{ text: "The user drinks cow milk.", sources: ["u1"] }]);
    await say("No longer cow: I drink oat milk now.", { thread: "t2" });
    expect((await memory.list("ada", "fact")).map(({ text, status }) => [text, status])).toEqual([
      ["The user drinks cow milk.", "closed"],
      ["The user drinks oat milk.", "current"],
    ]);
  });
});

describe("when things go wrong", () => {
  it("refuses a run without a user id, and says how to give one", async () => {
    const { agent } = world();
    await expect(agent.invoke({ messages: [new HumanMessage("hi")] }, { configurable: { thread_id: "t" } })).rejects.toThrow(
      /No user id.*context: \{ userId/s,
    );
  });

  it("answers without memory when the store is down, and says so", async () => {
    class Flaky extends BaseStore {
      down = true;
      readonly inner = new InMemoryStore();
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        if (this.down) throw new Error("store is down");
        return this.inner.batch(operations);
      }
    }
    const store = new Flaky();
    const { agent, config, memory } = world({}, { store });
    const warnings: unknown[] = [];
    let answer = "";
    for await (const part of await agent.stream(
      { messages: [new HumanMessage("I have a cat.")] },
      { ...config(), streamMode: ["custom", "values"] },
    )) {
      const [mode, chunk] = part as ["custom", { code: string }] | ["values", { messages: BaseMessage[] }];
      if (mode === "custom") warnings.push(chunk.code);
      else answer = chunk.messages.at(-1)!.text;
    }
    expect(answer).toBe("Noted.");
    expect(new Set(warnings)).toEqual(new Set(["RECALL_FAILED", "LOG_FAILED", "UPDATE_FAILED"]));
    store.down = false;
    let logged: readonly unknown[] = [];
    for (let i = 0; i < 50 && logged.length === 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      logged = await memory.list("ada", "message");
    }
    expect(logged).toHaveLength(2);
  });

  it("has the user's message in the log when the model fails", async () => {
    const { say, memory } = world({ answer: () => Object.assign(new Error("no credit"), { status: 402 }) });
    await expect(say("Please remember Rex.")).rejects.toThrow("no credit");
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual(["Please remember Rex."]);
  });

  it("shows nothing of one user to another who takes over the thread", async () => {
    const stop = createMiddleware({ name: "Stop", afterModel: { hook: () => undefined } });
    const { say, model, memory } = world({ extract: (said) => [{ text: said }] }, {}, { middleware: [stop] });
    await say("My secret is alpha.");
    await say("What is my secret?", { userId: "bob", thread: "t2" });
    expect(lastHuman(answers(model).at(-1)!)).not.toContain("alpha");
    expect((await memory.list("bob", "message")).map(({ text }) => text)).toEqual(["What is my secret?", "Noted."]);
  });

  it("keeps what is pending when the update fails, and with the update off leaves it to flush", async () => {
    let broken = true;
    const { say, memory, clock } = world({ extract: (said) => (broken ? "I would rather chat." : [{ text: said }]) });
    await say("I have a cat.");
    broken = false;
    clock.advance(600_000);
    await say("I have a dog.");
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["I have a cat.", "I have a dog."]);
    const off = world({ extract: (said) => [{ text: said }] }, { update: "off" });
    await off.say("I have a fish.");
    expect(await off.memory.list("ada", "fact")).toEqual([]);
    await off.memory.flush("ada");
    expect(await off.memory.list("ada", "fact")).toHaveLength(1);
  });
});

it("has types that refuse wrong options and contexts", () => {
  const typed = () => {
    const agent = createAgent({ model: scriptedPersona(), middleware: [personaMiddleware({ model: "keyless", tools: ["search"] })] });
    void agent.invoke({ messages: [new HumanMessage("hi")] }, { context: { userId: "ada", timezone: "Europe/Lisbon" } });
    // @ts-expect-error a run names its user
    void agent.invoke({ messages: [new HumanMessage("hi")] }, { context: { timezone: "Europe/Lisbon" } });
    // @ts-expect-error a user id is a string
    void agent.invoke({ messages: [new HumanMessage("hi")] }, { context: { userId: 7 } });
    // @ts-expect-error no such option
    personaMiddleware({ modle: "keyless" });
    // @ts-expect-error no such tool
    personaMiddleware({ tools: ["remember"] });
  };
  expect(typed).toBeInstanceOf(Function);
  expect(() => personaMiddleware({ modle: "keyless" } as never)).toThrow(/modle/);
});
