import { randomUUID } from "node:crypto";
import { AIMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { InMemoryStore, MemorySaver, MessagesValue, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { SEARCH_TOOL } from "../prompts/respond.js";
import { contextSchema } from "./state.js";
import { createMemoryGraph, personaPrompt, PersonaValue, recalledImages, recallNode } from "./graph-nodes.js";
import { personaMiddleware } from "./middleware.js";
import type { PersonaOptions } from "./options.js";
import { createPersonaAgent } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import { MemoryMediaStore } from "./testing/memory-media-store.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { cropped, dataUrl, likest, picture } from "./testing/pictures.js";
import { picturesIn, scriptedPersona, type PersonaScript } from "./testing/scripted-persona.js";
import type { ScriptedCall } from "./testing/scripted-model.js";

const photo = (text: string, image: Buffer): HumanMessage =>
  new HumanMessage({
    id: randomUUID(),
    content: [
      { type: "text", text },
      { type: "image_url", image_url: { url: dataUrl(image) } },
    ],
  });

const YESTERDAY = Date.now() - 24 * 3_600_000;

/** A user whose truck is known since yesterday, and a model that sees. */
async function known(script: PersonaScript = {}) {
  const model = scriptedPersona({ see: () => [{ name: "Bessie", category: "truck", description: "a rusty red pickup" }], ...script });
  const options: PersonaOptions = { model, store: new SqliteStore(), media: new MemoryMediaStore() };
  const memory = new PersonaMemory(options);
  const { warnings } = await memory.remember("ada", [
    { id: "truck", role: "user", text: "This is Bessie, my old truck.", at: YESTERDAY, images: [await picture(1)] },
  ]);
  expect(warnings).toEqual([]);
  await memory.flush("ada");
  const shown = async (): Promise<number[]> => {
    const answers = model.calls.filter(({ tools }: ScriptedCall) => !tools.some((name) => name.startsWith("propose")));
    const scenes = [await picture(1), await picture(2)];
    return Promise.all(picturesIn(answers.at(-1)!.messages).map(likest(scenes)));
  };
  return { model, options, memory, shown };
}

const run = (thread_id: string = randomUUID()) => ({ context: { userId: "ada" }, configurable: { thread_id } });

describe("pictures reach the model", () => {
  it("in createAgent, with the middleware", async () => {
    const { model, options, shown } = await known();
    const agent = createAgent({ model, middleware: [personaMiddleware(options)], checkpointer: new MemorySaver() });
    await agent.invoke({ messages: [photo("And this?", await cropped(await picture(1)))] }, run() as never);
    expect(await shown()).toEqual([0, 0]);
    await agent.invoke({ messages: [new HumanMessage("What does Bessie look like?")] }, run() as never);
    expect((await shown())[0]).toBe(0);
  });

  it("in a graph of one's own", async () => {
    const { model, options, memory, shown } = await known();
    const State = new StateSchema({ messages: MessagesValue, persona: PersonaValue });
    const graph = new StateGraph({ state: State, context: contextSchema } as never)
      .addNode("recall", recallNode(options) as never)
      .addNode("agent", (async (state: { messages: BaseMessage[] }, runtime: never) => ({
        messages: [await model.invoke(personaPrompt(state, { images: await recalledImages(options)(state, runtime) }))],
      })) as never)
      .addNode("remember", createMemoryGraph({ ...options, record: true }) as never)
      .addEdge(START, "recall")
      .addEdge("recall", "agent")
      .addEdge("agent", "remember")
      .compile();
    await graph.invoke({ messages: [photo("And this?", await cropped(await picture(1)))] } as never, run() as never);
    expect(await shown()).toEqual([0, 0]);
    expect((await memory.list("ada", "message")).filter(({ images }) => images)).toHaveLength(2);
  });

  it("after a search that the model called for", async () => {
    let searched = false;
    const { options, shown } = await known({
      answer: ({ tools }) => {
        if (searched || !tools.includes(SEARCH_TOOL)) return "There it is.";
        searched = true;
        return new AIMessage({ content: "", tool_calls: [{ id: "c1", name: SEARCH_TOOL, args: { query: "rusty pickup", keywords: [] } }] });
      },
    });
    const agent = createPersonaAgent({ ...options, recall: { limit: 0 } });
    const state = (await agent.invoke({ messages: [new HumanMessage("Show me what I drive.")] }, run())) as unknown as {
      searches: unknown[];
    };
    expect(state.searches).toHaveLength(1);
    expect(await shown()).toEqual([0]);
  });
});

describe("memory outside a graph", () => {
  it("takes images as bytes and as data, and gives them back whole and small", async () => {
    const { memory } = await known();
    const { keys } = await memory.remember("ada", [{ role: "user", text: "", images: [dataUrl(await picture(2)), await picture(1)] }]);
    const message = (await memory.list("ada", "message")).find(({ key }) => key === keys[0])!;
    expect(message.text).toBe("[image]\n[image]");
    const ids = message.images!.map((image) => (image as { media: string }).media);
    const [whole, small] = [await memory.image("ada", ids[0]!), await memory.image("ada", ids[0]!, { pixels: 4000 })];
    expect([whole!.mime, small!.mime, small!.bytes.length < whole!.bytes.length]).toEqual(["image/jpeg", "image/jpeg", true]);
    for (const name of ["../x", "f".repeat(64) + ".jpg"]) expect(await memory.image("ada", name)).toBeUndefined();
  });

  it("finds by words and by an image at once, of the kinds that are wanted", async () => {
    const { memory } = await known();
    await memory.remember("ada", [{ role: "user", text: "The garage costs 80 a month." }]);
    const image = await cropped(await picture(1));
    const both = await memory.recall("ada", { query: "garage", image });
    expect(both.hits.map(({ kind, text }) => [kind, text.split(/[:\n]/)[0]])).toEqual([
      ["fact", "Bessie (truck)"],
      ["message", "This is Bessie, my old truck."],
      ["message", "The garage costs 80 a month."],
    ]);
    expect((await memory.recall("ada", { image, kinds: ["fact"] })).hits).toHaveLength(1);
    await expect(memory.recall("ada", { image: Buffer.from("no image") })).rejects.toMatchObject({ code: "IMAGE_TYPE" });
  });

  it("keeps pictures in memory beside a log that is there, too", async () => {
    const store = new InMemoryStore();
    const [one, other] = [new PersonaMemory({ model: "keyless", store }), new PersonaMemory({ model: "keyless", store })];
    await one.remember("ada", [{ role: "user", text: "My garden.", images: [await picture(2)] }]);
    expect((await other.recall("ada", { image: await picture(2) })).hits).toHaveLength(1);
  });

  it("describes a picture anew when the user corrects it, and keeps it when a fact replaces it", async () => {
    const { memory } = await known();
    const [fact] = await memory.list("ada", "fact");
    const edited = await memory.update("ada", fact!.id, { text: "Bessie (truck): now painted blue" });
    expect(edited).toMatchObject({ media: { label: "Bessie" } });
    const { hits } = await memory.recall("ada", { image: await picture(1), kinds: ["fact"] });
    expect(hits.map(({ text }) => text)).toEqual(["Bessie (truck): now painted blue"]);
  });
});
