import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { BaseStore, InMemoryStore, MemorySaver, type Operation, type OperationResults } from "@langchain/langgraph";
import { readFence } from "../prompts/prompt.js";
import { createPersonaAgent, type PersonaAgentOptions } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { fixedClock, scriptedPersona, type PersonaScript, type ScriptedCall } from "./testing/index.js";

const start = Date.parse("2026-05-12T10:00:00Z");

/** An agent over a fresh store, a clock that the test moves, and a way to talk to it. */
function world(script: PersonaScript = {}, options: PersonaAgentOptions = {}) {
  const clock = fixedClock(start);
  const store = options.store instanceof BaseStore ? options.store : new SqliteStore();
  const model = scriptedPersona(script);
  const all = { model, store, clock, checkpointer: new MemorySaver(), ...options };
  const agent = createPersonaAgent(all);
  const { checkpointer: _unused, ...rest } = all;
  const memory = new PersonaMemory(rest);
  let n = 0;
  const say = async (
    content: string,
    { thread = "t1", userId = "ada", id = `u${++n}`, at }: { thread?: string; userId?: string; id?: string; at?: string } = {},
  ) => {
    clock.advance(60_000);
    return agent.invoke(
      { messages: [new HumanMessage({ content, id, ...(at !== undefined && { additional_kwargs: { at } }) })] },
      { context: { userId }, configurable: { thread_id: thread } },
    );
  };
  return { agent, memory, model, clock, store, say };
}

const answers = (model: { calls: ScriptedCall[] }) => model.calls.filter(({ tools }) => !tools.some((tool) => tool.startsWith("propose")));
const lastHuman = (call: ScriptedCall): string => call.messages.findLast((message) => message.getType() === "human")!.text;

describe("an agent that remembers", () => {
  it("knows in a new thread, days later, what was said, what changed and when", async () => {
    const { say, memory, clock } = world({
      extract: (said, known) =>
        said.includes("Berlin")
          ? [{ text: "The user lives in Berlin." }]
          : said.includes("Lisbon")
            ? [
                {
                  op: "UPDATE",
                  id: known.find(([, , text]) => text.includes("lives in"))![0],
                  text: "The user lives in Lisbon.",
                  when: "2026-06-01",
                },
              ]
            : [],
      consolidate: () => ({ identity: [{ field: "home", value: "Lisbon", source: 1 }] }),
    });
    await say("I live in Berlin.");
    clock.advance(20 * 24 * 3_600_000);
    await say("I moved, I live in Lisbon since 1 June.", { thread: "t2" });
    clock.advance(20 * 24 * 3_600_000);
    const state = await say("Where do I live?", { thread: "t3" });
    const facts = await memory.list("ada", "fact");
    expect(facts.map(({ text, status }) => [text, status])).toEqual([
      ["The user lives in Berlin.", "closed"],
      ["The user lives in Lisbon.", "current"],
    ]);
    expect(state.recalled.flatMap(({ sources }) => sources)).toEqual(expect.arrayContaining(["u1", "u2"]));
    expect(state.recalled.find(({ text }) => text === "The user lives in Lisbon.")).toMatchObject({
      label: "fact",
      at: Date.parse("2026-06-01"),
    });
    expect(state.persona?.profile.identity).toMatchObject([{ field: "home", value: "Lisbon" }]);
    expect((await memory.list("ada", "episode")).map(({ sources }) => sources[0])).toEqual(["u1", "u2"]);
  });

  it("asks one model call before the answer, one after it, and one a session", async () => {
    const { say, model, clock } = world();
    const first = await say("Hello there.");
    expect(model.calls.map(({ tools }) => tools[0])).toEqual(["search_memory", "propose_memory"]);
    expect(Object.values(first.calls).map(({ stage }) => stage)).toEqual(["respond", "extract"]);
    clock.advance(2 * 3_600_000);
    await say("Hello again.");
    expect(model.calls.slice(2).map(({ tools }) => tools[0])).toEqual(["search_memory", "propose_memory", "propose_summary"]);
  });

  it("keeps what never changes first in the prompt, and what was recalled last", async () => {
    const { say, model, clock } = world({ extract: (said) => [{ text: said }], traits: () => ({ neuroticism: 5 }) });
    await say("My dog is called Rex.");
    clock.advance(86_400_000);
    await say("What is my dog called?", { thread: "t2" });
    const [first, second] = answers(model);
    const system = second!.messages[0]!.text;
    expect(system.startsWith(first!.messages[0]!.text)).toBe(true);
    expect(system).toContain("reassuring");
    expect(system).not.toContain("Rex");
    expect(lastHuman(second!)).toMatch(/^What is my dog called\?\n\n<memories>\n/);
    expect(JSON.stringify(readFence("memories", lastHuman(second!)))).toContain("Rex");
  });

  it("keeps the memories that an answer cites, and neither mark nor tag in the log", async () => {
    const { say, memory, clock } = world({
      answer: (call) => {
        const rows = readFence("memories", lastHuman(call)) as [string, string, string, string][];
        return rows.length > 0 ? `Rex. [${rows[0]![0]}]` : "Nice.";
      },
    });
    await say("My dog is called Rex.");
    clock.advance(86_400_000);
    const state = await say("What is my dog called?", { thread: "t2" });
    expect(state.cited).toEqual([state.recalled[0]!.id]);
    const said = (await memory.list("ada", "message")).map(({ text }) => text);
    expect(said).toEqual(["My dog is called Rex.", "Nice.", "What is my dog called?", "Rex."]);
  });

  it("shows what was said in another thread of the same session", async () => {
    const { say } = world();
    await say("I am at the station.", { thread: "phone" });
    const state = await say("What now?", { thread: "laptop" });
    expect(state.recalled.find(({ id }) => id === "message:u1")?.why).toEqual({ "same session": 1 });
  });

  it("does not recall what stands in the conversation, and leaves earlier sessions of the thread to recall", async () => {
    const { say, model, clock } = world();
    await say("My cat is called Miso.");
    const second = await say("Miso, my cat, is grey.");
    expect(second.recalled).toEqual([]);
    clock.advance(86_400_000);
    const third = await say("What is my cat called, Miso?");
    expect(
      answers(model)
        .at(-1)!
        .messages.filter((message) => message.getType() === "human"),
    ).toHaveLength(1);
    expect(third.recalled.map(({ id }) => id)).toEqual(expect.arrayContaining(["message:u1", "message:u2"]));
  });
});

describe("searching", () => {
  const searching = (
    times: number,
    more: PersonaAgentOptions = {},
    args: (n: number) => object = (n) => ({ query: `dog number ${n}`, keywords: [] }),
  ) =>
    world(
      {
        answer: ({ messages, tools, toolChoice }) => {
          const done = messages.filter((message) => message.getType() === "tool").length;
          return done < times && tools.length > 0 && toolChoice !== "none" ? { args: args(done) } : `done after ${done}`;
        },
      },
      more,
    );
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

  it("stops after five searches, whatever the model wants, and never shows a memory twice", async () => {
    const { say, memory, model } = searching(99);
    await remember(memory, 60);
    const state = await say("Tell me about my dog.");
    expect(state.messages.at(-1)!.text).toBe("done after 5");
    expect(state.searches).toHaveLength(5);
    expect(answers(model).map(({ toolChoice }) => toolChoice)).toEqual(["auto", "auto", "auto", "auto", "auto", "none"]);
    const ids = state.recalled.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(state.searches[0]!.beyond).toBeGreaterThan(0);
  });

  it("applies the time window", async () => {
    const { say, memory } = searching(1, { recall: { limit: 0 } }, () => ({
      query: "my dog",
      keywords: [],
      from: "2026-04-10",
      to: "2026-04-12",
    }));
    await remember(memory, 28);
    const state = await say("Tell me about my dog.");
    expect(state.recalled.map(({ sources }) => sources[0]).sort()).toEqual(["dog10", "dog11", "dog9"]);
  });

  it("answers a search with unreadable arguments with the reason, and goes on", async () => {
    const { say } = searching(1, {}, () => ({ query: "dog", from: "next blue moon" }));
    const state = await say("Tell me about my dog.");
    expect(state.messages.at(-1)!.text).toBe("done after 1");
    expect(state.searches[0]!.note).toContain("next blue moon");
  });

  it("can be forced and switched off", async () => {
    const forced = world({}, { search: { mode: "always" } });
    await forced.say("Hello.");
    expect(answers(forced.model)[0]!.toolChoice).toBe("search_memory");
    const never = world({}, { search: { mode: "never" } });
    await never.say("Hello.");
    expect(answers(never.model)[0]!.tools).toEqual([]);
  });
});

describe("when things go wrong", () => {
  it("logs the user's message also when the model fails, and lets the failure be seen", async () => {
    const { say, memory } = world({ answer: () => Object.assign(new Error("no credit"), { status: 402 }) });
    await expect(say("Please remember Rex.")).rejects.toThrow("no credit");
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual(["Please remember Rex."]);
  });

  it("asks once more when a call breaks off", async () => {
    let broken = 0;
    const { say, model } = world({ answer: () => (broken++ === 0 ? new TypeError("terminated") : "Here I am.") });
    expect((await say("Hello?")).messages.at(-1)!.text).toBe("Here I am.");
    expect(answers(model)).toHaveLength(2);
  });

  it("answers when extraction fails, keeps it pending, and makes up for it in order", async () => {
    let broken = true;
    const { say, memory, clock } = world({ extract: (said) => (broken ? "I would rather chat." : [{ text: said }]) });
    const first = await say("I have a cat.");
    expect(first.messages.at(-1)!.text).toBe("Noted.");
    expect(Object.keys(first.warnings)).toEqual(["EXTRACT_POSTPONED"]);
    await say("I have a dog.");
    expect(await memory.list("ada", "fact")).toEqual([]);
    broken = false;
    clock.advance(60_000);
    await say("I have a fish.");
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["I have a cat.", "I have a dog.", "I have a fish."]);
    expect((await memory.personality("ada")).turns).toBe(3);
  });

  it("gives up what no attempt can use, counts it as neutral, and lets the next exchange through", async () => {
    const { say, memory } = world({
      extract: (said) => (said.includes("poison") ? "never" : [{ text: said }]),
      traits: () => ({ openness: 5 }),
    });
    await say("poison");
    for (let i = 0; i < 5; i++) await memory.flush("ada");
    await say("I have a dog.");
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["I have a dog."]);
    expect(await memory.personality("ada")).toMatchObject({ turns: 2 });
    expect(await memory.flush("ada")).toEqual([]);
  });

  it("repairs a proposal once, by telling the model what was wrong", async () => {
    let n = 0;
    const { say, memory, model } = world({ extract: (said) => (n++ === 0 ? { args: { changes: "none" } } : [{ text: said }]) });
    await say("I have a cat.");
    expect(model.calls.at(-1)!.messages.at(-1)!.text).toContain("could not be used");
    expect(await memory.list("ada", "fact")).toHaveLength(1);
  });

  it("answers without memory when the store is down, says so, and logs the turn later", async () => {
    class Flaky extends BaseStore {
      down = false;
      readonly inner = new InMemoryStore();
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        if (this.down) throw new Error("store is down");
        return this.inner.batch(operations);
      }
    }
    const store = new Flaky();
    const { say, memory } = world({}, { store });
    store.down = true;
    const state = await say("I have a cat.");
    expect(state.messages.at(-1)!.text).toBe("Noted.");
    expect(Object.keys(state.warnings)).toEqual(["RECALL_FAILED", "LOG_FAILED", "UPDATE_FAILED"]);
    store.down = false;
    await say("I have a dog.");
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual(["I have a cat.", "Noted.", "I have a dog.", "Noted."]);
  });

  it("writes nothing twice when a run is delivered twice or replayed from a checkpoint", async () => {
    const { say, memory, agent, model } = world({ extract: (said) => [{ text: said }], traits: () => ({ openness: 5 }) });
    await say("I have a cat.", { id: "same" });
    const again = await say("I have a cat.", { id: "same" });
    expect([again.messages.length, answers(model).length]).toEqual([2, 1]);
    const history = [];
    for await (const snapshot of agent.getStateHistory({ configurable: { thread_id: "t1" } })) history.push(snapshot);
    const beforeAnswer = history.find(({ next }) => next[0] === "respond")!;
    await agent.invoke(null, { ...beforeAnswer.config, context: { userId: "ada" } } as never);
    expect(answers(model)).toHaveLength(2);
    expect((await memory.list("ada", "message")).map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(await memory.list("ada", "fact")).toHaveLength(1);
    expect((await memory.personality("ada")).turns).toBe(1);
  });

  it("does not store a conversation again that a client without threads sends whole each time", async () => {
    const { agent, memory, clock } = world();
    const turn = (...contents: string[]) => {
      clock.advance(60_000);
      return agent.invoke(
        { messages: contents.map((content, i) => (i % 2 === 0 ? new HumanMessage(content) : new AIMessage(content))) },
        { context: { userId: "ada" }, configurable: { thread_id: String(contents.length) } },
      );
    };
    await turn("One.");
    await turn("One.", "Noted.", "Two.");
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual(["One.", "Noted.", "Two.", "Noted."]);
  });
});

describe("input of every kind", () => {
  const run = (messages: BaseMessage[], context: object = { userId: "ada" }) => {
    const { agent, memory } = world();
    return { memory, result: agent.invoke({ messages }, { context: context as never, configurable: { thread_id: "t" } }) };
  };

  it.each([[{}], [{ userId: "" }], [{ userId: "  " }]])(
    "refuses a run without a user id (%j), and says how to give one",
    async (context) => {
      await expect(run([new HumanMessage("hi")], context).result).rejects.toThrow(/No user id.*context: \{ userId/s);
    },
  );

  it("refuses an unknown time zone by name", async () => {
    await expect(run([new HumanMessage("hi")], { userId: "ada", timezone: "Mars/Base" }).result).rejects.toThrow(
      /"Mars\/Base" is no time zone/,
    );
  });

  it("refuses what there is nothing to answer in", async () => {
    await expect(run([new HumanMessage("  ")]).result).rejects.toThrow(/message is empty/);
    await expect(run([]).result).rejects.toThrow(/holds no message/);
    await expect(run([new HumanMessage("hi"), new AIMessage("ho")]).result).rejects.toThrow(/of type "ai"/);
  });

  it("takes a message of a megabyte, and clips it in prompts only", async () => {
    const text = `start ${"word ".repeat(200_000)}end`;
    const { memory, result } = run([new HumanMessage(text)]);
    await result;
    expect((await memory.list("ada", "message"))[0]!.text).toBe(text);
  });

  it("leaves a placeholder for content that is no text", async () => {
    const { memory, result } = run([
      new HumanMessage({
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: "data:," } },
          { type: "hologram", x: 1 },
        ] as never,
      }),
    ]);
    await result;
    expect((await memory.list("ada", "message"))[0]!.text).toBe("Look\n[image]\n[hologram]");
  });

  it("logs tool messages as such, with the exchange they belong to", async () => {
    const { memory, result } = run([
      new HumanMessage({ id: "u1", content: "What is the weather?" }),
      new AIMessage({ id: "a1", content: "", tool_calls: [{ id: "c", name: "weather", args: {} }] }),
      new ToolMessage({ id: "w1", content: "sunny", tool_call_id: "c" }),
      new AIMessage({ id: "a2", content: "Sunny." }),
      new HumanMessage({ id: "u2", content: "Thanks!" }),
    ]);
    await result;
    expect((await memory.list("ada", "message")).map(({ role, text, exchange }) => [role, text, exchange])).toEqual([
      ["user", "What is the weather?", "u1"],
      ["assistant", "[calls weather]", "u1"],
      ["tool", "sunny", "u1"],
      ["assistant", "Sunny.", "u1"],
      ["user", "Thanks!", "u2"],
      ["assistant", "Noted.", "u2"],
    ]);
  });

  it("files messages by their own time, in whatever order they come", async () => {
    const { say, memory } = world();
    await say("The second.", { at: "2026-03-02T10:00" });
    await say("The first.", { at: "2026-03-01T10:00", thread: "t2" });
    await say("The last.", { at: "not a time", thread: "t3" });
    expect((await memory.list("ada", "message")).filter(({ role }) => role === "user").map(({ text }) => text)).toEqual([
      "The first.",
      "The second.",
      "The last.",
    ]);
  });
});

describe("one user and another", () => {
  it("never meet, also on a store that mixes up their prefixes", async () => {
    const { say, memory } = world({ extract: (said) => [{ text: said }] }, { store: new InMemoryStore() });
    await say("My secret is alpha.", { userId: "user1" });
    await say("My secret is beta.", { userId: "user10", thread: "t2" });
    const state = await say("What is my secret?", { userId: "user1", thread: "t3" });
    expect(JSON.stringify(state)).not.toContain("beta");
    expect((await memory.list("user1", "fact")).map(({ text }) => text)).toEqual(["My secret is alpha.", "What is my secret?"]);
  });

  it("keeps updates of one user from two devices in step", async () => {
    const { say, memory } = world({ extract: (said) => [{ text: said }], traits: () => ({ openness: 5 }) });
    await Promise.all(Array.from({ length: 8 }, (_, i) => say(`Fact number ${i}.`, { thread: `device${i % 2} ${i}` })));
    await memory.flush("ada");
    expect(await memory.list("ada", "fact")).toHaveLength(8);
    expect((await memory.personality("ada")).turns).toBe(8);
  });
});

describe("personality", () => {
  it("is left alone when it is switched off", async () => {
    const { say, memory } = world({ traits: () => ({ openness: 5 }) }, { personality: false });
    await say("I love new things.");
    expect(await memory.personality("ada")).toMatchObject({ turns: 0, scores: { openness: 3 } });
  });

  it("can be set, reset and switched off by the user", async () => {
    const { say, memory } = world({ traits: () => ({ openness: 5 }) });
    await say("I love new things.");
    expect((await memory.personality("ada")).scores.openness).toBe(4);
    expect((await memory.setPersonality("ada", { openness: 1, neuroticism: 4.5 })).scores).toMatchObject({ openness: 1, neuroticism: 4.5 });
    const state = await say("And more.");
    expect(state.persona?.style).toEqual([expect.stringContaining("practical"), expect.stringContaining("reassuring")]);
    expect((await memory.personality("ada")).scores.openness).toBeCloseTo(1.4, 10);
    expect((await memory.resetPersonality("ada")).scores.openness).toBe(3);
    await memory.usePersonality("ada", false);
    expect((await say("Still more.")).persona?.style).toEqual([]);
    await expect(memory.setPersonality("ada", { openness: 9 })).rejects.toThrow(/openness: 9 is no score/);
  });
});

describe("sessions", () => {
  it("are filed when nothing more is ever said, by flush", async () => {
    const { say, memory } = world({
      consolidate: () => ({ habits: [{ op: "SET", key: "run", text: "Runs every Thursday.", source: 1 }] }),
    });
    await say("I run every Thursday.");
    expect(await memory.list("ada", "episode")).toEqual([]);
    expect(await memory.flush("ada", { endSession: false })).toHaveLength(2);
    expect(await memory.flush("ada")).toEqual([]);
    expect(await memory.list("ada", "episode")).toHaveLength(1);
    expect((await memory.list("ada", "procedure")).map(({ text }) => text)).toEqual(["Runs every Thursday."]);
  });

  it("are filed again, not twice, when the conversation goes on after a flush", async () => {
    const { say, memory } = world();
    await say("One.");
    await memory.flush("ada");
    await say("Two.");
    await memory.flush("ada");
    const episodes = await memory.list("ada", "episode");
    expect(episodes.map(({ sources }) => sources.length)).toEqual([4]);
  });

  it("are replaced when an earlier message joins them", async () => {
    const { say, memory } = world();
    await say("Later.", { at: "2026-03-01T10:30" });
    await memory.flush("ada");
    await say("Earlier.", { at: "2026-03-01T10:00", thread: "t2" });
    await memory.flush("ada");
    expect((await memory.list("ada", "episode")).map(({ session }) => session)).toEqual(["u2"]);
  });
});

describe("limits and retention", () => {
  const usage = { input_tokens: 100, output_tokens: 10, total_tokens: 110 };
  const costly = (args: Record<string, unknown>): AIMessage => {
    const call = { id: "c", name: "propose_memory", args };
    return Object.assign(new AIMessage({ content: "", tool_calls: [call] }), { usage_metadata: usage });
  };
  const traits = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };

  it("keep a message that is too long clipped, and say so", async () => {
    const { say, memory } = world({}, { limits: { messageBytes: 2000 } });
    const state = await say("word ".repeat(1000));
    expect(state.warnings["LIMIT_MESSAGE_BYTES"]).toContain("2000 bytes");
    const [kept] = await memory.list("ada", "message");
    expect(Buffer.byteLength(kept!.text)).toBeLessThan(2100);
    expect(kept!.text).toContain("left out");
  });

  it("log nothing beyond the messages of one user, and say so", async () => {
    const { say, memory } = world({}, { limits: { messages: 2 } });
    await say("One.");
    expect((await say("Two.")).warnings["LIMIT_MESSAGES"]).toContain("2 messages");
    expect(await memory.list("ada", "message")).toHaveLength(2);
    expect((await memory.remember("eve", [{ role: "user", text: "Hello." }])).added).toBe(1);
  });

  it("put updates off to the next day when the tokens of this one are used up, and lose nothing", async () => {
    const { say, memory, clock } = world(
      {
        extract: (said) =>
          costly({ changes: [{ op: "ADD", id: null, text: said, keywords: [], when: null, source: 1, confidence: 1 }], traits }),
      },
      { limits: { tokensPerDay: 150 } },
    );
    await say("I have a cat.");
    await say("I have a dog.");
    const third = await say("I have a fish.");
    expect(third.warnings["LIMIT_TOKENS"]).toContain("220 of 150 tokens");
    expect(await memory.list("ada", "fact")).toHaveLength(2);
    expect((await memory.usage("ada")).extract).toEqual({ calls: 2, input: 200, output: 20 });
    clock.advance(86_400_000);
    await memory.flush("ada");
    expect(await memory.list("ada", "fact")).toHaveLength(3);
  });

  it("erase what has outlived its time", async () => {
    const { say, memory, clock } = world({ extract: (said) => [{ text: said }] }, { retention: { messages: 30 } });
    await say("I have a cat.");
    clock.advance(31 * 86_400_000);
    await say("I have a dog.", { thread: "t2" });
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual(["I have a dog.", "Noted."]);
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["I have a dog."]);
  });
});
