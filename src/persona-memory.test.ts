import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HumanMessage } from "@langchain/core/messages";
import { PersonaMemory } from "./persona-memory.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { fixedClock, scriptedPersona } from "./testing/index.js";

const start = Date.parse("2026-05-12T10:00:00Z");

/** A memory whose model takes each sentence of the user as a fact, and a change of home as an update. */
function world(store = new SqliteStore()) {
  const clock = fixedClock(start);
  const model = scriptedPersona({
    extract: (said, known) => {
      const home = known.find(([, , text]) => text.includes("live in"));
      return [said.includes("live in") && home ? { op: "UPDATE", id: home[0], text: said } : { text: said }];
    },
    traits: (said) => (said.includes("new") ? { openness: 5 } : {}),
    consolidate: (messages) => ({
      habits: [{ op: "SET", key: "first", text: `Says: ${messages[0]}`, source: 1 }],
      identity: [{ field: "said", value: messages[0]!, source: 1 }],
    }),
  });
  const memory = new PersonaMemory({ model, store, clock });
  const tell = async (...texts: string[]) => {
    const { keys } = await memory.remember(
      "ada",
      texts.map((text, i) => ({ role: "user" as const, text, at: clock.now() + i * 1000 })),
    );
    await memory.flush("ada");
    clock.advance(24 * 3_600_000);
    return keys;
  };
  const current = async () => (await memory.list("ada", "fact")).filter(({ status }) => status === "current").map(({ text }) => text);
  return { memory, tell, clock, store, current };
}

describe("memory outside a graph", () => {
  it("lists what is of one moment in one order, whichever was derived first", async () => {
    const listed = async (...texts: string[]): Promise<string[]> => {
      const { memory, clock } = world();
      for (const text of texts) {
        await memory.remember("ada", [{ id: text, role: "user", text, at: start }]);
        await memory.flush("ada");
        clock.advance(1000);
      }
      return (await memory.list("ada", "fact")).map(({ id }) => id);
    };
    const [one, other] = [await listed("I row.", "I sing."), await listed("I sing.", "I row.")];
    expect([one.length, other]).toEqual([2, one]);
  });

  it("takes LangChain messages and plain ones, each once", async () => {
    const { memory } = world();
    const messages = [
      new HumanMessage({ id: "a", content: "I have a cat." }),
      { role: "assistant" as const, text: "Nice.", at: "2026-05-01T10:00" },
    ];
    expect(await memory.remember("ada", messages)).toMatchObject({ added: 2, warnings: [] });
    expect(await memory.remember("ada", messages)).toMatchObject({ added: 0 });
    expect((await memory.recall("ada", "cat")).hits.map(({ sources }) => sources[0])).toEqual(["a"]);
  });

  it("tells what replaced what", async () => {
    const { memory, tell } = world();
    await tell("I live in Berlin.");
    await tell("I live in Lisbon.");
    const [berlin] = await memory.list("ada", "fact");
    expect((await memory.history("ada", berlin!.id)).map(({ text, status }) => [text, status])).toEqual([
      ["I live in Berlin.", "closed"],
      ["I live in Lisbon.", "current"],
    ]);
    await expect(memory.history("ada", "fact:none")).rejects.toThrow(/no memory "fact:none"/);
  });

  it("keeps a correction by hand through whatever is derived later", async () => {
    const { memory, tell, current } = world();
    const [key] = await tell("I live in Berlin.");
    const [berlin] = await memory.list("ada", "fact");
    expect(await memory.update("ada", berlin!.id, { text: "I live in Bern." })).toMatchObject({
      text: "I live in Bern.",
      status: "current",
    });
    await tell("I have a new cat.");
    expect(await current()).toEqual(["I live in Bern.", "I have a new cat."]);
    await expect(memory.update("ada", `message:${key!}`, { text: "x" })).rejects.toThrow(/kept as it was said/);
    await expect(memory.update("ada", berlin!.id, { text: " " })).rejects.toThrow(/empty/);
  });

  it("corrects and deletes episodes and habits", async () => {
    const { memory, tell } = world();
    await tell("One.", "Two.");
    const [episode] = await memory.list("ada", "episode");
    const [habit] = await memory.list("ada", "procedure");
    await memory.update("ada", episode!.id, { text: "A talk about numbers." });
    await memory.update("ada", habit!.id, { text: "Counts." });
    expect([(await memory.get("ada", episode!.id))!.text, (await memory.get("ada", habit!.id))!.text]).toEqual([
      "A talk about numbers.",
      "Counts.",
    ]);
    await memory.delete("ada", episode!.id);
    await memory.delete("ada", habit!.id);
    expect([await memory.list("ada", "episode"), await memory.list("ada", "procedure")]).toEqual([[], []]);
  });

  it("gives the same answers elsewhere after export and import", async () => {
    const { memory, tell } = world();
    await tell("I live in Berlin.", "I love new food.");
    await tell("I live in Lisbon.");
    const lines: string[] = [];
    for await (const line of memory.export("ada")) lines.push(line);
    const other = world();
    expect(await other.memory.import("eve", lines)).toBe(lines.length - 1);
    for (const verb of ["profile", "personality"] as const) expect(await other.memory[verb]("eve")).toEqual(await memory[verb]("ada"));
    const ask = async (of: PersonaMemory, user: string) =>
      (await of.recall(user, { query: "Where do I live?", now: start })).hits.map(({ id, text }) => [id, text]);
    expect(await ask(other.memory, "eve")).toEqual(await ask(memory, "ada"));
  });

  it("names the line of an export that does not fit", async () => {
    const { memory } = world();
    const head = '{"schema":"personagraph/1"}';
    await expect(memory.import("ada", ['{"schema":"mem0"}'])).rejects.toThrow(/Line 1 .*"mem0"/);
    await expect(memory.import("ada", [head, "{"])).rejects.toThrow(/Line 2 .*no JSON/);
    await expect(memory.import("ada", [head, '{"collection":"meta","key":"user","value":{}}'])).rejects.toThrow(
      /Line 2 .*unknown collection "meta"/,
    );
  });
});

describe("forgetting", () => {
  it("of a message takes with it what rested on it, and lets what it had replaced hold again", async () => {
    const { memory, tell, current } = world();
    await tell("I live in Berlin.");
    const [key] = await tell("I live in new Lisbon.");
    expect((await memory.personality("ada")).scores.openness).toBeGreaterThan(3);
    expect(await memory.erase("ada", { messages: [key!] })).toMatchObject({ messages: 1, facts: 1, episodes: 1 });
    expect(await current()).toEqual(["I live in Berlin."]);
    expect((await memory.personality("ada")).scores.openness).toBe(3);
    expect((await memory.profile("ada")).identity).toMatchObject([{ value: "I live in Berlin." }]);
    expect(JSON.stringify(await memory.recall("ada", "Lisbon"))).not.toContain("Lisbon");
  });

  it("of one message of a session has the rest of the session filed again", async () => {
    const { memory, tell } = world();
    const [key] = await tell("Secret.", "Open.");
    await memory.erase("ada", { messages: [key!] });
    expect(await memory.list("ada", "episode")).toEqual([]);
    await memory.flush("ada");
    expect((await memory.list("ada", "episode")).map(({ text }) => text)).toEqual(["The user said: Open."]);
  });

  it("of a fact leaves the message, and does not derive the fact again", async () => {
    const { memory, tell, current } = world();
    await tell("I have a cat.");
    await memory.erase("ada", { facts: [(await memory.list("ada", "fact"))[0]!.id] });
    await tell("I have a dog.");
    expect(await current()).toEqual(["I have a dog."]);
    expect(await memory.list("ada", "message")).toHaveLength(2);
  });

  it("of a corrected message takes the correction with it, and of a fact ends what it had replaced", async () => {
    const { memory, tell, current } = world();
    const [key] = await tell("I live in Berlin.");
    await memory.update("ada", (await memory.list("ada", "fact"))[0]!.id, { text: "I live in Bern." });
    await memory.erase("ada", { messages: [key!] });
    expect(await memory.list("ada", "fact")).toEqual([]);
    await tell("I live in Lima.");
    await tell("I live in Oslo.");
    await memory.delete("ada", (await memory.list("ada", "fact"))[1]!.id);
    expect(await current()).toEqual([]);
  });

  it("of everything before a time leaves what came after", async () => {
    const { memory, tell, clock, current } = world();
    await tell("Old.");
    const before = clock.now();
    await tell("Recent.");
    await memory.erase("ada", { before });
    expect(await current()).toEqual(["Recent."]);
  });

  it("of everything leaves nothing of the user, and nothing of the others out", async () => {
    const { memory, tell } = world();
    await tell("I live in Berlin.");
    await memory.remember("eve", [{ role: "user", text: "I am Eve." }]);
    await memory.erase("ada");
    for (const kind of ["message", "fact", "episode", "procedure"] as const) expect(await memory.list("ada", kind)).toEqual([]);
    expect(await memory.personality("ada")).toMatchObject({ turns: 0 });
    expect((await memory.recall("ada", "Berlin")).hits).toEqual([]);
    expect(await memory.list("eve", "message")).toHaveLength(1);
  });

  it.each([
    ["everything", undefined],
    ["a message", "message"],
  ])("leaves no trace of %s in the bytes of the files", async (_what, one) => {
    const folder = mkdtempSync(join(tmpdir(), "personagraph-"));
    try {
      const { memory, tell } = world(new SqliteStore({ path: join(folder, "memory.db") }));
      const [, key] = await tell("I have a cat.", "The marker is Xylophonquartz.");
      const bytes = (): string =>
        readdirSync(folder)
          .map((name) => readFileSync(join(folder, name), "latin1"))
          .join("");
      await memory.recall("ada", "Xylophonquartz");
      expect(bytes()).toContain("Xylophonquartz");
      await memory.erase("ada", one ? { messages: [key!] } : undefined);
      expect(bytes()).not.toContain("Xylophonquartz");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
