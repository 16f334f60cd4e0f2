import { HumanMessage } from "@langchain/core/messages";
import { createPersonaAgent } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { fixedClock, scriptedPersona } from "./testing/index.js";

const start = Date.parse("2026-05-12T10:00:00Z");
const DAY = 24 * 3_600_000;

function world() {
  const clock = fixedClock(start);
  const model = scriptedPersona({
    extract: (said) => [{ text: said }],
    traits: (said) => (said.includes("new") ? { openness: 5 } : {}),
    consolidate: (messages) => ({
      identity: [{ field: "name", value: messages[0]!, source: 1 }],
      preferences: [{ op: "SET", key: "food", text: `Likes ${messages[0]}`, source: 1 }],
    }),
  });
  const options = { model, store: new SqliteStore(), clock };
  const memory = new PersonaMemory(options);
  const agent = createPersonaAgent({ ...options, update: "off" });
  const tell = async (text: string) => {
    await memory.remember("ada", [{ role: "user", text, at: clock.now() }]);
    await memory.flush("ada");
    clock.advance(DAY);
  };
  const recalled = async (text: string) =>
    (await agent.invoke({ messages: [new HumanMessage(text)] }, { context: { userId: "ada" } })).recalled;
  const factOf = async (text: string) => (await memory.list("ada", "fact")).find((fact) => fact.text === text)!;
  return { memory, tell, recalled, factOf, clock };
}

describe("a pinned memory", () => {
  it("is before the model in every answer, whatever is asked, until it is unpinned", async () => {
    const { memory, tell, recalled, factOf } = world();
    await tell("I am allergic to nuts.");
    const { id } = await factOf("I am allergic to nuts.");
    const shown = async () => (await recalled("What rhymes with blue?")).filter((hit) => hit.id === id);
    expect(await shown()).toEqual([]);
    await memory.pin("ada", id);
    expect(await shown()).toMatchObject([{ text: "I am allergic to nuts.", why: { pinned: 1 } }]);
    await memory.unpin("ada", id);
    expect(await shown()).toEqual([]);
  });

  it("that is corrected stays pinned as what holds now, and is unpinned as that", async () => {
    const { memory, tell, factOf } = world();
    await tell("I live in Berlin.");
    const berlin = await factOf("I live in Berlin.");
    await memory.pin("ada", berlin.id);
    const bern = await memory.update("ada", berlin.id, { text: "I live in Bern." });
    await memory.pin("ada", bern.id);
    expect((await memory.pins("ada")).map(({ text }) => text)).toEqual(["I live in Bern."]);
    await memory.unpin("ada", bern.id);
    expect(await memory.pins("ada")).toEqual([]);
  });

  it("goes with the memory, and with an export", async () => {
    const { memory, tell, factOf } = world();
    await tell("I have a cat.");
    await tell("I have a dog.");
    for (const text of ["I have a cat.", "I have a dog."]) await memory.pin("ada", (await factOf(text)).id);
    await memory.delete("ada", (await factOf("I have a cat.")).id);
    expect((await memory.pins("ada")).map(({ text }) => text)).toEqual(["I have a dog."]);
    const lines: string[] = [];
    for await (const line of memory.export("ada")) lines.push(line);
    expect(lines.filter((line) => line.includes('"collection":"pin"'))).toHaveLength(1);
    const other = world();
    await other.memory.import("eve", lines);
    expect((await other.memory.pins("eve")).map(({ text }) => text)).toEqual(["I have a dog."]);
    await memory.erase("ada");
    expect(await memory.storage("ada")).toMatchObject({ pin: { records: 0 }, fact: { records: 0, bytes: 0 } });
  });

  it("must be there", async () => {
    const { memory } = world();
    await expect(memory.pin("ada", "fact:none")).rejects.toMatchObject({ code: "MEMORY_UNKNOWN" });
  });
});

describe("what an inspector asks for", () => {
  it("how the personality came about, message by message, from where the user set it", async () => {
    const { memory, tell, clock } = world();
    await tell("Something new.");
    await tell("Something old.");
    const { on, steps } = await memory.evolution("ada");
    expect(on).toBe(true);
    expect(steps.map(({ seen, after }) => [seen.scores.openness, after.scores.openness])).toEqual([
      [5, 4],
      [3, 4],
    ]);
    expect(steps.at(-1)!.after).toEqual(await memory.personality("ada"));
    clock.advance(DAY);
    await memory.setPersonality("ada", { openness: 2 });
    await memory.usePersonality("ada", false);
    expect(await memory.evolution("ada")).toMatchObject({ on: false, start: { scores: { openness: 2 } }, steps: [] });
  });

  it("a profile that is corrected entry by entry, and stays so", async () => {
    const { memory, tell } = world();
    await tell("Ada.");
    expect(await memory.updateProfile("ada", { identity: { name: "Ada Lovelace" }, preferences: { food: null } })).toMatchObject({
      identity: [{ field: "name", value: "Ada Lovelace" }],
      preferences: [],
    });
    expect((await memory.profile("ada")).identity).toMatchObject([{ value: "Ada Lovelace" }]);
    await expect(memory.updateProfile("ada", { identity: { age: "36" } })).rejects.toMatchObject({ code: "PROFILE_UNKNOWN" });
    await expect(memory.updateProfile("ada", { identity: { name: " " } })).rejects.toMatchObject({ code: "EDIT_EMPTY" });
  });

  it("what is stored, and what is still to be done", async () => {
    const { memory } = world();
    await memory.remember("ada", [{ role: "user", text: "Hello there." }]);
    const { message } = (await memory.storage("ada")) as { message: { records: number; bytes: number } };
    expect(message.records).toBe(1);
    expect(message.bytes).toBeGreaterThan(100);
    expect((await memory.pending("ada")).map(({ stage }) => stage)).toContain("extract");
    await memory.flush("ada");
    expect(await memory.pending("ada")).toEqual([]);
  });
});
