import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver, type Operation, type OperationResults } from "@langchain/langgraph";
import { foldPersonality, NEUTRAL_SCORES } from "./domain/personality.js";
import { foldFacts } from "./domain/rebuild.js";
import { createPersonaAgent } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import { MemoryLog } from "./store/memory-log.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { locksOf } from "./store/user-lock.js";
import { fixedClock, scriptedPersona, type PersonaScript, type ScriptedCall } from "./testing/index.js";

const MINUTE = 60_000;
const start = Date.parse("2026-05-12T10:00:00Z");

/** The newest statement about a thing holds; "no more" ends it. What comes of it depends on the order, as with a real model. */
const script: PersonaScript = {
  answer: ({ messages }) => `Noted: ${messages.findLast((message) => message.getType() === "human")!.text.split("\n")[0]!}`,
  extract: (said, known) => {
    const [, thing, value] = /^My (\w+) is (.+)\.$/.exec(said) ?? [];
    if (!thing) return [];
    const before = known.find(([, , fact]) => fact.startsWith(`The user's ${thing} is `));
    if (value === "no more") return before ? [{ op: "DELETE", id: before[0], text: "" }] : [];
    const text = `The user's ${thing} is ${value!}.`;
    if (before?.[2] === text) return [];
    return [{ op: before ? "UPDATE" : "ADD", id: before?.[0] ?? null, text }];
  },
  traits: (said) => ({ openness: said.includes("home") ? 5 : 2 }),
  consolidate: ([first, ...rest]) => ({ habits: [{ op: "SET", key: "last", text: [first, ...rest].join(" "), source: 1 }] }),
};

const extractions = (calls: readonly ScriptedCall[]): number => calls.filter(({ tools }) => tools[0] === "propose_memory").length;

function world(options: { store?: SqliteStore; script?: PersonaScript } = {}) {
  const clock = fixedClock(start);
  const store = options.store ?? new SqliteStore();
  const model = scriptedPersona({ ...script, ...options.script });
  const settings = { store, model, clock };
  const agent = createPersonaAgent({ ...settings, checkpointer: new MemorySaver() });
  const memory = new PersonaMemory(settings);
  const say = (content: string, minute: number, more: { thread?: string; id?: string; signal?: AbortSignal } = {}) =>
    agent.invoke(
      { messages: [new HumanMessage({ content, id: more.id ?? `u${minute}`, additional_kwargs: { at: start + minute * MINUTE } })] },
      { context: { userId: "ada" }, configurable: { thread_id: more.thread ?? "t" }, ...(more.signal && { signal: more.signal }) },
    );
  const facts = async () =>
    (await memory.list("ada", "fact")).map(({ text, status, validFrom, validTo }) => [
      text,
      status,
      (validFrom - start) / MINUTE,
      validTo === undefined ? undefined : (validTo - start) / MINUTE,
    ]);
  return { agent, memory, model, clock, store, say, facts };
}

describe("two processes and one file", () => {
  // What comes late and states something puts what was said after it in doubt, which then is asked for again. In the second case the
  // earlier half of the messages only greets.
  it.each([
    ["update one user at once: nothing lost, nothing twice", "both"],
    ["extract every exchange once, whoever does it", "one"],
  ])("%s", async (_, stating) => {
    const folder = mkdtempSync(join(tmpdir(), "personagraph-concurrency-"));
    const path = join(folder, "memory.db");
    const each = 12;
    try {
      const counts = await Promise.all(
        [0, 1].map((device) => talker({ path, device, each, states: stating === "both" || device === 1, woven: stating === "both" })),
      );
      const extracted = counts.reduce((sum, count) => sum + count, 0);
      if (stating === "one") expect(extracted).toBe(2 * each);
      else expect(extracted).toBeGreaterThanOrEqual(2 * each);
      const store = new SqliteStore({ path });
      const memory = new PersonaMemory({ store, model: scriptedPersona() });
      const messages = await memory.list("ada", "message");
      expect(messages.filter(({ role }) => role === "user").map(({ key }) => key)).toEqual(
        Array.from({ length: 2 * each }, (_, i) => `u${i}`),
      );
      expect(messages.filter(({ role }) => role === "assistant").map(({ exchange }) => exchange)).toEqual(
        Array.from({ length: 2 * each }, (_, i) => `u${i}`),
      );
      const facts = await memory.list("ada", "fact");
      expect(facts.map(({ text }) => text)).toEqual(
        Array.from({ length: 2 * each }, (_, i) => i)
          .filter((i) => stating === "both" || i >= each)
          .map((i) => `The user's thing${i} is here.`),
      );
      expect(facts.every(({ status }) => status === "current")).toBe(true);
      const seen = messages
        .filter(({ role }) => role === "user")
        .map(({ key, at }) => ({ message: key, at, scores: { ...NEUTRAL_SCORES, openness: (Number(key.slice(1)) % 5) + 1 } }));
      expect(await memory.personality("ada")).toEqual(foldPersonality(seen));
      expect(await memory.flush("ada")).toEqual([]);
      await memory.close();
      store.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Runs an agent in a process of its own until it has said its part; answers how many exchanges it extracted. */
function talker(args: { path: string; device: number; each: number; states: boolean; woven: boolean }): Promise<number> {
  const child = fork(fileURLToPath(new URL("../scripts/soak/talker.ts", import.meta.url)), [JSON.stringify(args)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_OPTIONS: "", LANGSMITH_TRACING: "false" },
  });
  return new Promise((resolve, reject) => {
    child.once("message", (count: number) => resolve(count));
    child.once("exit", (code) => code !== 0 && reject(new Error(`The child process ended with ${code}.`)));
  });
}

describe("two devices in one process", () => {
  it("are served one update at a time, each exchange once", async () => {
    const { say, memory, model, facts } = world();
    await Promise.all(Array.from({ length: 10 }, (_, i) => say(`My thing${i} is here.`, i, { thread: `device${i % 2} ${i}` })));
    expect(await memory.flush("ada")).toEqual([]);
    expect(extractions(model.calls)).toBe(10);
    expect(await facts()).toHaveLength(10);
    expect((await memory.personality("ada")).turns).toBe(10);
  });

  it("that deliver the same message at once make one exchange of it, with one answer", async () => {
    const { say, memory, model } = world();
    await Promise.all(["t1", "t2", "t3"].map((thread) => say("My home is Porto.", 0, { thread, id: "same" })));
    expect((await memory.list("ada", "message")).map(({ role, exchange }) => [role, exchange])).toEqual([
      ["user", "same"],
      ["assistant", "same"],
    ]);
    expect(await memory.flush("ada")).toEqual([]);
    expect(extractions(model.calls)).toBe(1);
    expect(await memory.list("ada", "fact")).toHaveLength(1);
  });
});

describe("a message that comes late", () => {
  const said: [minute: number, text: string][] = [
    [0, "My home is Berlin."],
    [1, "My dog is Rex."],
    [2, "My home is Lisbon."],
    [3, "My dog is no more."],
    [4, "My home is Porto."],
    [5, "My home is Lisbon."],
    [200, "My car is red."],
    [201, "My home is Lisbon."],
    [400, "My car is blue."],
  ];
  const outcome = async (order: readonly number[]) => {
    const { say, memory, facts } = world();
    for (const i of order) await say(said[i]![1], said[i]![0], { thread: `t${i}` });
    expect(await memory.flush("ada")).toEqual([]);
    const stored = await memory.list("ada", "fact");
    const bare = (fact: object) => JSON.stringify({ ...fact, recordedAt: 0, version: 0 });
    return {
      facts: await facts(),
      procedures: (await memory.list("ada", "procedure")).map(bare),
      episodes: (await memory.list("ada", "episode")).map(({ text, from, to }) => [text, from, to]),
      profile: await memory.profile("ada"),
      personality: await memory.personality("ada"),
      stored: stored.map(bare),
      memory,
    };
  };

  it.each([[[1, 0, 2, 3, 4, 5, 6, 7, 8]], [[0, 2, 3, 1, 4, 6, 5, 7, 8]], [[8, 7, 6, 5, 4, 3, 2, 1, 0]], [[3, 1, 8, 0, 5, 2, 7, 4, 6]]])(
    "leaves the same behind as in its order (%j)",
    async (order) => {
      const { memory: _, ...expected } = await outcome(said.map((_, i) => i));
      const { memory: __, ...late } = await outcome(order);
      expect(late).toEqual(expected);
      expect(expected.facts.filter(([, status]) => status === "current").map(([text]) => text)).toEqual([
        "The user's home is Lisbon.",
        "The user's car is blue.",
      ]);
    },
  );

  it("asks again for what was said after it, once, and only when it says something", async () => {
    const { say, model } = world();
    await say("My home is Porto.", 5, { thread: "t1" });
    await say("My dog is Rex.", 6, { thread: "t1" });
    await say("Good morning.", 1, { thread: "t2" });
    expect(extractions(model.calls)).toBe(3);
    await say("My home is Berlin.", 2, { thread: "t2" });
    expect(extractions(model.calls)).toBe(6);
  });

  it("by very much goes into the history without asking for everything again, and a rebuild agrees", async () => {
    const { say, model, facts, store, memory } = world();
    await say("My home is Porto.", 100);
    for (let i = 0; i < 25; i++) await say(`My thing${i} is here.`, 101 + i);
    const before = extractions(model.calls);
    await say("My home is Berlin.", 1, { thread: "t2" });
    expect(extractions(model.calls)).toBe(before + 1);
    const all = await facts();
    expect(all.filter(([text]) => String(text).includes("home"))).toEqual([
      ["The user's home is Berlin.", "closed", 1, 100],
      ["The user's home is Porto.", "current", 100, undefined],
    ]);
    const rebuilt = foldFacts(await new MemoryLog(store).of("ada").list("extraction"), 0);
    expect(rebuilt.map(({ id, status, validTo }) => [id, status, validTo]).sort()).toEqual(
      (await memory.list("ada", "fact")).map(({ id, status, validTo }) => [id, status, validTo]).sort(),
    );
  });

  it("does not bring back what the user has erased", async () => {
    const { say, memory } = world();
    await say("My home is Porto.", 5, { thread: "t1" });
    const [home] = await memory.list("ada", "fact");
    await memory.erase("ada", { facts: [home!.id] });
    await say("My dog is Rex.", 1, { thread: "t2" });
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["The user's dog is Rex."]);
  });
});

describe("a run that breaks off", () => {
  it("lets go of the user's updates wherever it is given up", async () => {
    const { store, say } = world();
    await say("Hello.", 0);
    const locks = locksOf(store);
    for (let ms = 0; ms < 40; ms += 2) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), ms);
      await say(`My thing${ms} is here.`, ms + 1, { thread: `t${ms}`, signal: abort.signal }).catch(() => undefined);
      clearTimeout(timer);
      locks.release("ada", await locks.hold("ada", "", { waitMs: 12_000 }));
    }
  });

  it("between the answer and the log goes on there when it is sent again", async () => {
    class Breaking extends SqliteStore {
      broken = false;
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        if (this.broken && operations.some((op) => "value" in op && op.namespace[2] === "message")) throw new Error("The store is down.");
        return super.batch(operations);
      }
    }
    const store = new Breaking();
    const { say, memory, model, clock } = world({ store });
    store.broken = true;
    const first = await say("My home is Porto.", 0, { id: "same" });
    expect(Object.keys(first.warnings)).toContain("LOG_FAILED");
    store.broken = false;
    clock.advance(5 * MINUTE);
    const again = await say("My home is Porto.", 0, { id: "same" });
    expect(again.messages).toHaveLength(2);
    expect(model.calls.filter(({ tools }) => tools[0] === "search_memory")).toHaveLength(1);
    expect((await memory.list("ada", "message")).map(({ role, at }) => [role, at - start])).toEqual([
      ["user", 0],
      ["assistant", 1],
    ]);
    expect(await memory.list("ada", "fact")).toHaveLength(1);
  });

  it("and is never sent again is logged all the same, once the store is back", async () => {
    class Down extends SqliteStore {
      down = false;
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        if (this.down) throw new Error("The store is down.");
        return super.batch(operations);
      }
    }
    const store = new Down();
    const { say, memory } = world({ store });
    store.down = true;
    await say("My home is Porto.", 0);
    store.down = false;
    for (let tries = 0; tries < 200 && (await memory.list("ada", "message")).length < 2; tries++)
      await new Promise((done) => setTimeout(done, 50));
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toEqual(["My home is Porto.", "Noted: My home is Porto."]);
  });

  it("and whose question alone was logged is made up for by the thread's next turn, under its question and its time", async () => {
    class Breaking extends SqliteStore {
      broken = false;
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        if (this.broken && operations.some((op) => "value" in op && op.namespace[2] === "message")) throw new Error("The store is down.");
        return super.batch(operations);
      }
    }
    const store = new Breaking();
    let credit = false;
    const { say, memory } = world({
      store,
      script: { answer: () => (credit ? "Noted." : Object.assign(new Error("no credit"), { status: 402 })) },
    });
    await expect(say("My home is Porto.", 0)).rejects.toThrow("no credit");
    [credit, store.broken] = [true, true];
    expect(Object.keys((await say("My home is Porto.", 0)).warnings)).toContain("LOG_FAILED");
    store.broken = false;
    await say("Good morning.", 90);
    expect((await memory.list("ada", "message")).map(({ role, exchange, at }) => [role, exchange, at - start])).toEqual([
      ["user", "u0", 0],
      ["assistant", "u0", 1],
      ["user", "u90", 90 * MINUTE],
      ["assistant", "u90", 90 * MINUTE + 1],
    ]);
  });

  it("is made up for in its place also when what comes next in the thread was said before it", async () => {
    class Breaking extends SqliteStore {
      broken = false;
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        if (this.broken && operations.some((op) => "value" in op && op.namespace[2] === "message")) throw new Error("The store is down.");
        return super.batch(operations);
      }
    }
    const store = new Breaking();
    const { say, memory } = world({ store });
    store.broken = true;
    await say("My home is Porto.", 10);
    store.broken = false;
    await say("Good morning.", 5);
    expect((await memory.list("ada", "message")).map(({ exchange, at }) => [exchange, at - start])).toEqual([
      ["u5", 5 * MINUTE],
      ["u5", 5 * MINUTE + 1],
      ["u10", 10 * MINUTE],
      ["u10", 10 * MINUTE + 1],
    ]);
  });

  it("in one of two steps side by side leaves the other its work, and the user's updates to whoever comes next", async () => {
    class Half extends SqliteStore {
      failing = true;
      override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
        const writes = (collection: string) =>
          operations.some((op) => "value" in op && op.value !== null && op.namespace[2] === collection);
        if (this.failing && writes("observation")) throw new Error("The store is down.");
        // The other one is still at work when this one has failed.
        if (this.failing && writes("fact")) await new Promise((done) => setTimeout(done, 100));
        return super.batch(operations);
      }
    }
    const store = new Half();
    const { say, memory, facts } = world({ store });
    const state = await say("My home is Porto.", 0);
    expect(Object.keys(state.warnings)).toEqual(["UPDATE_FAILED"]);
    expect(await facts()).toHaveLength(1);
    store.failing = false;
    const locks = locksOf(store);
    locks.release("ada", await locks.hold("ada", "", { waitMs: 0 }));
    expect(await memory.flush("ada")).toEqual([]);
    expect((await memory.personality("ada")).turns).toBe(1);
  });
});

describe("sessions", () => {
  it("are filed in their order: one that waits for the model holds up the next", async () => {
    let broken = true;
    const { say, memory } = world({
      script: { consolidate: ([first]) => (broken ? "no" : { habits: [{ op: "SET", key: "last", text: first!, source: 1 }] }) },
    });
    await say("One.", 0);
    await say("Two.", 200);
    broken = false;
    await say("Three.", 400);
    expect(await memory.list("ada", "episode")).toEqual([]);
    expect(await memory.flush("ada")).toEqual([]);
    expect((await memory.list("ada", "procedure")).map(({ text }) => text)).toEqual(["Three."]);
  });
});

describe("giving up", () => {
  it("is bounded and told: five unusable proposals, with one repair each, and the rest goes on", async () => {
    const { say, memory, model, clock } = world({
      script: {
        extract: (said) => (said.includes("poison") ? "I can't help with that." : said.startsWith("Good") ? [] : [{ text: said }]),
      },
    });
    const told = [Object.keys((await say("poison", 0)).warnings)];
    await say("My home is Porto.", 1);
    for (let minute = 2; minute < 6; minute++) {
      clock.advance(10 * MINUTE);
      told.push(Object.keys((await say(`Good morning ${minute}.`, minute)).warnings));
    }
    expect(told).toEqual([
      ["EXTRACT_POSTPONED"],
      ["EXTRACT_POSTPONED"],
      ["EXTRACT_POSTPONED"],
      ["EXTRACT_POSTPONED"],
      ["EXTRACT_GIVEN_UP"],
    ]);
    expect(extractions(model.calls)).toBe(5 * 2 + 5);
    expect(await memory.flush("ada")).toEqual([]);
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual(["My home is Porto."]);
    expect((await memory.list("ada", "message")).map(({ text }) => text)).toContain("poison");
  });
});
