import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { AsyncBatchedStore, InMemoryStore, MessagesAnnotation, START, StateGraph, type BaseStore } from "@langchain/langgraph";
import fc from "fast-check";
import type { MemoryKind } from "./domain/record.js";
import { createMemoryGraph } from "./graph-nodes.js";
import { createPersonaAgent } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import { userKey } from "./store/namespace.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { fixedClock, scriptedPersona } from "./testing/index.js";

const KINDS: readonly MemoryKind[] = ["message", "fact", "episode", "procedure"];

/** Ids that some layer may take for one another, for a pattern, for a path or for something of JavaScript's own. */
const HOSTILE = [
  "user1",
  "user10",
  "user1.0",
  "user1:0",
  "user1:",
  "user1 ",
  " user1",
  "User1",
  "user%",
  "user_",
  "*",
  "us\u00e9r",
  "use\u0301r",
  "\u0443ser1",
  "user\u200b1",
  "user1\u0000",
  "\u0000",
  "user1\n",
  "\ud800",
  "\udbff",
  "\ufffd",
  "a\udc00",
  "a\udc01",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "../user1",
  "..",
  "/",
  "personagraph",
  "message",
  '{"userId":"user1"}',
  "'; DROP TABLE store_items; --",
  "null",
  "undefined",
  "0",
  "x".repeat(10_000),
  `${"x".repeat(9_999)}y`,
];

const anyId = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
/** Different as strings, which is all that counts. */
const twoIds = fc.uniqueArray<string, string>(
  anyId.filter((id) => id.trim() !== ""),
  { minLength: 2, maxLength: 2 },
);

const folder = mkdtempSync(join(tmpdir(), "personagraph-isolation-"));
const file = new SqliteStore({ path: join(folder, "memory.db") });
const batched = new AsyncBatchedStore(new InMemoryStore());
afterAll(() => {
  void batched.stop();
  file.close();
  rmSync(folder, { recursive: true, force: true });
});

const stores: [name: string, store: () => BaseStore][] = [
  ["SqliteStore in memory", () => new SqliteStore()],
  // One for all cases: what they leave behind must not matter either.
  ["SqliteStore in a file", () => file],
  ["InMemoryStore", () => new InMemoryStore()],
  ["the store as a node is given it", () => batched],
];

/** Says the word back in every kind of memory, so that a leak shows wherever it is. */
const model = () =>
  scriptedPersona({
    answer: ({ messages }) => `You said ${messages.findLast((message) => message.getType() === "human")!.text.split("\n")[0]!}`,
    extract: (said) => [{ text: said.split("\n")[0]! }],
    traits: () => ({ openness: 5 }),
    consolidate: ([first]) => ({
      habits: [{ op: "SET", key: "habit", text: first!, source: 1 }],
      identity: [{ field: "name", value: first!, source: 1 }],
      preferences: [{ op: "SET", key: "taste", text: first!, source: 1 }],
    }),
  });

/** Node 20 has no Array.fromAsync. */
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

let words = 0;
const word = (): string => `secret${++words}word`;

describe.each(stores)("two users on %s", (_, open) => {
  it("never meet, whatever their ids, by any verb", async () => {
    await fc.assert(
      fc.asyncProperty(twoIds, async ([mine, theirs]) => {
        const store = open();
        const memory = new PersonaMemory({ store, model: model(), clock: fixedClock(Date.parse("2026-05-12T10:00:00Z")) });
        const [own, other] = [word(), word()];
        // The file keeps what an earlier case gave these ids.
        for (const id of [mine!, theirs!]) await memory.erase(id);
        await memory.remember(mine!, [{ id: "m1", role: "user", text: `My word is ${own}.` }]);
        await memory.remember(theirs!, [{ id: "m1", role: "user", text: `My word is ${other}.` }]);
        await memory.flush(mine!);
        expect(await memory.flush(theirs!)).toEqual([]);
        await memory.setPersonality(theirs!, { neuroticism: 1.5 });

        const seen = async (): Promise<string> =>
          JSON.stringify([
            await Promise.all(KINDS.map((kind) => memory.list(mine!, kind))),
            await memory.recall(mine!, { query: `${other} ${own} my word`, limit: 50, kinds: KINDS }),
            await memory.get(mine!, "message:m1"),
            await memory.history(mine!, (await memory.list(mine!, "fact"))[0]!.id),
            await memory.profile(mine!),
            await memory.personality(mine!),
            await memory.usage(mine!),
            await all(memory.export(mine!)),
          ]);
        const before = await seen();
        expect(before).toContain(own);
        expect(before).not.toContain(other);
        expect((await memory.personality(mine!)).scores.neuroticism).toBe(3);

        // What is done to the one is not done to the other.
        const [fact] = await memory.list(theirs!, "fact");
        await memory.update(theirs!, fact!.id, { text: `Changed ${other}.` });
        await memory.delete(theirs!, "message:m1");
        await memory.usePersonality(theirs!, false);
        await memory.erase(theirs!);
        expect((await seen()) === before).toBe(true);
        expect(await memory.list(theirs!, "message")).toEqual([]);
        // What one has exported, another may take in; what is erased then is theirs alone.
        await memory.import(theirs!, await all(memory.export(mine!)));
        expect(await memory.list(theirs!, "message")).toHaveLength(1);
        await memory.erase(theirs!);
        expect((await seen()) === before).toBe(true);
        await memory.close();
      }),
      { numRuns: 12 },
    );
  });

  it("never meet in a graph, on the same thread or on others", async () => {
    await fc.assert(
      fc.asyncProperty(twoIds, async ([mine, theirs]) => {
        const store = open();
        const agent = createPersonaAgent({ store, model: model() });
        const memory = new PersonaMemory({ store, model: model() });
        for (const id of [mine!, theirs!]) await memory.erase(id);
        const [own, other] = [word(), word()];
        const say = (userId: string, text: string) => agent.invoke({ messages: [new HumanMessage(text)] }, { context: { userId } });
        await say(theirs!, `My word is ${other}.`);
        await say(mine!, `My word is ${own}.`);
        await Promise.all(
          [mine!, theirs!].map((userId) =>
            createMemoryGraph({ store, model: model() }).invoke({ endSession: true }, { context: { userId } }),
          ),
        );
        const state = JSON.stringify(await say(mine!, `What is my word, ${own}?`));
        expect(state).toContain(own);
        expect(state).not.toContain(other);
        expect(JSON.stringify(await memory.list(mine!, "episode"))).toContain(own);
      }),
      { numRuns: 6 },
    );
  });
});

describe("the store of the run", () => {
  it("is told apart by user inside a node too, also where it mixes up prefixes", async () => {
    const store = new InMemoryStore();
    const seen: string[] = [];
    const agent = createPersonaAgent({ store: "platform", model: model() });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("agent", async (state, config) => {
        const result = await agent.invoke(
          { messages: state.messages },
          { ...config, context: config.configurable?.["who"] as { userId: string } },
        );
        seen.push(JSON.stringify(result));
        return { messages: [new AIMessage("done")] };
      })
      .addEdge(START, "agent")
      .compile({ store });
    const run = (userId: string, text: string) =>
      graph.invoke({ messages: [new HumanMessage(text)] }, { configurable: { who: { userId } } });
    await run("user1", "My word is alpha.");
    await run("user10", "My word is beta.");
    await run("user1", "What is my word?");
    expect(seen[2]).toContain("alpha");
    expect(seen[2]).not.toContain("beta");
  });
});

describe("a missing user id", () => {
  const missing = [
    undefined,
    null,
    "",
    " ",
    "\t\n\u00a0",
    0,
    1,
    Number.NaN,
    true,
    {},
    [],
    ["user1"],
    { toString: () => "user1" },
  ] as never[];
  const memory = new PersonaMemory({ store: new SqliteStore(), model: model() });
  const verbs: [name: string, call: (userId: never) => Promise<unknown>][] = [
    ["remember", (userId) => memory.remember(userId, [{ role: "user", text: "Hello." }])],
    ["remember nothing", (userId) => memory.remember(userId, [])],
    ["recall", (userId) => memory.recall(userId, "hello")],
    ["profile", (userId) => memory.profile(userId)],
    ["personality", (userId) => memory.personality(userId)],
    ["setPersonality", (userId) => memory.setPersonality(userId, { openness: 2 })],
    ["resetPersonality", (userId) => memory.resetPersonality(userId)],
    ["usePersonality", (userId) => memory.usePersonality(userId, true)],
    ["list", (userId) => memory.list(userId, "message")],
    ["get", (userId) => memory.get(userId, "message:m1")],
    ["history", (userId) => memory.history(userId, "fact:f1")],
    ["update", (userId) => memory.update(userId, "fact:f1", { text: "x" })],
    ["delete", (userId) => memory.delete(userId, "fact:f1")],
    ["export", (userId) => all(memory.export(userId))],
    ["import", (userId) => memory.import(userId, [])],
    ["erase", (userId) => memory.erase(userId)],
    ["erase some", (userId) => memory.erase(userId, { before: 1 })],
    ["usage", (userId) => memory.usage(userId)],
    ["pin", (userId) => memory.pin(userId, "fact:f1")],
    ["unpin", (userId) => memory.unpin(userId, "fact:f1")],
    ["pins", (userId) => memory.pins(userId)],
    ["evolution", (userId) => memory.evolution(userId)],
    ["updateProfile", (userId) => memory.updateProfile(userId, {})],
    ["storage", (userId) => memory.storage(userId)],
    ["pending", (userId) => memory.pending(userId)],
    ["flush", (userId) => memory.flush(userId)],
  ];

  it.each(verbs)("is an error in %s", async (_, call) => {
    for (const userId of missing) await expect(call(userId)).rejects.toMatchObject({ code: "USER_ID_MISSING" });
  });

  it("is an error in every graph, and nothing is written", async () => {
    const store = new SqliteStore();
    const agent = createPersonaAgent({ store, model: model() });
    const graph = createMemoryGraph({ store, model: model() });
    for (const userId of missing) {
      await expect(agent.invoke({ messages: [new HumanMessage("hi")] }, { context: { userId } })).rejects.toThrow();
      await expect(graph.invoke({}, { context: { userId } })).rejects.toThrow();
    }
    await expect(agent.invoke({ messages: [new HumanMessage("hi")] }, {})).rejects.toMatchObject({ code: "USER_ID_MISSING" });
    expect(await store.listNamespaces({})).toEqual([]);
  });
});

describe("the key of a user", () => {
  it("differs wherever the id does", () => {
    fc.assert(
      fc.property(twoIds, ([a, b]) => userKey(a!) !== userKey(b!)),
      { numRuns: 2000 },
    );
    const keys = HOSTILE.filter((id) => id.trim() !== "").map(userKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });
});
