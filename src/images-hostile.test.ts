import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { jest } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import sharp from "sharp";
import type { PersonaOptions } from "./options.js";
import { createPersonaAgent } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import type { PersonaState } from "./state.js";
import { MemoryMediaStore } from "./testing/memory-media-store.js";
import { userKey } from "./store/namespace.js";
import { SqliteStore } from "./store/sqlite-store.js";
import { dataUrl, picture } from "./testing/pictures.js";
import { scriptedPersona } from "./testing/scripted-persona.js";

let server: Server;
let host: string;
beforeAll(async () => {
  const photo = await picture(1);
  server = createServer((request, response) => {
    if (request.url?.startsWith("/photo")) response.end(photo);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function set(images: PersonaOptions["images"] = {}, further: PersonaOptions = {}) {
  const media = new MemoryMediaStore();
  const options: PersonaOptions = { model: scriptedPersona(), store: new SqliteStore(), media, images, ...further };
  const agent = createPersonaAgent({ ...options, checkpointer: new MemorySaver() });
  const memory = new PersonaMemory(options);
  const say = async (...blocks: readonly object[]) => {
    const message = new HumanMessage({ id: randomUUID(), content: [{ type: "text", text: "Remember this." }, ...blocks] as never });
    const run: unknown = await agent.invoke(
      { messages: [message] },
      {
        context: { userId: "ada" },
        configurable: { thread_id: randomUUID() },
      },
    );
    const { warnings, messages } = run as PersonaState;
    const logged = (await memory.list("ada", "message")).find(({ key }) => key === message.id);
    return { codes: Object.keys(warnings), answer: messages.at(-1)!.text, logged };
  };
  return { say, memory, media };
}

const at = (url: string) => ({ type: "image_url", image_url: { url } });

describe("a message whose image cannot be kept", () => {
  it.each([
    ["broken", async () => at(dataUrl((await picture(1)).subarray(0, 3000))), "IMAGE_BROKEN"],
    ["no image", async () => at(dataUrl(Buffer.from("I am a text"), "image/png")), "IMAGE_TYPE"],
    [
      "a drawing with a script",
      async () => at(dataUrl(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), "image/png")),
      "IMAGE_TYPE",
    ],
    [
      "too many pixels",
      async () =>
        at(
          dataUrl(
            await sharp({ create: { width: 600, height: 600, channels: 3, background: "#fff" } })
              .png()
              .toBuffer(),
          ),
        ),
      "IMAGE_PIXELS",
    ],
    ["too many bytes", async () => at(dataUrl(Buffer.alloc(200_001))), "IMAGE_BYTES"],
    ["empty", async () => at("data:image/png;base64,"), "IMAGE_EMPTY"],
    ["at a private address", async () => at("http://169.254.169.254/latest/meta-data?token=s3cret"), "IMAGE_ADDRESS"],
    ["a file of this machine", async () => at("file:///etc/passwd"), "IMAGE_URL"],
    ["by an id alone", async () => ({ type: "image", fileId: "file-1" }), "IMAGE_BY_ID"],
  ])("(%s) is answered and logged all the same, and says so", async (_, block, code) => {
    const { say, media } = set({ maxBytes: 200_000, maxPixels: 300_000 });
    const { codes, answer, logged } = await say(await block());
    expect([codes, answer]).toEqual([[code], "Noted."]);
    expect(logged).toMatchObject({ text: "Remember this.\n[image]", images: [{ problem: code }] });
    expect(JSON.stringify(logged)).not.toContain("s3cret");
    expect(await media.list(userKey("ada"))).toEqual([]);
  });

  it("keeps the others, up to a number", async () => {
    const { say, media } = set({ perMessage: 2 });
    const blocks = [await picture(1), Buffer.from("no image"), await picture(2)].map((image) => at(dataUrl(image)));
    const { codes, logged } = await say(...blocks);
    expect(codes.sort()).toEqual(["IMAGE_COUNT", "IMAGE_TYPE"]);
    expect(logged!.images!.map((image) => ("problem" in image ? image.problem : "kept"))).toEqual(["kept", "IMAGE_TYPE", "IMAGE_COUNT"]);
    expect(await media.list(userKey("ada"))).toHaveLength(1);
  });

  it("and nothing is kept where images are off", async () => {
    const { say, media, memory } = set({ keep: false });
    const { codes, logged } = await say(at(dataUrl(await picture(1))));
    expect([codes, logged!.images]).toEqual([[], [{ problem: "IMAGE_OFF" }]]);
    expect(await media.list(userKey("ada"))).toEqual([]);
    expect((await memory.recall("ada", { image: await picture(1) })).hits).toEqual([]);
  });
});

describe("an image at an address", () => {
  it("is fetched from a host that is allowed, once for the answer and the log", async () => {
    const { say, memory } = set({ privateHosts: [host] });
    let fetched = 0;
    server.prependListener("request", () => fetched++);
    const { codes, logged } = await say(at(`http://${host}/photo.jpg`));
    expect([codes, fetched]).toEqual([[], 1]);
    expect(logged!.images).toEqual([{ media: expect.stringMatching(/^[0-9a-f]{64}\.jpg$/), width: 320, height: 240 }]);
    expect((await memory.recall("ada", { image: await picture(1) })).hits[0]!.text).toContain("Remember this.");
  });

  it("that does not answer holds up neither the answer nor the log for long", async () => {
    const { say } = set({ privateHosts: [host], patience: 0.05, fetchTimeout: 0.2 });
    const { codes, answer, logged } = await say(at(`http://${host}/silent`));
    expect([codes.sort(), answer]).toEqual([["IMAGE_FETCH", "IMAGE_SLOW"], "Noted."]);
    expect(logged!.images).toEqual([{ problem: "IMAGE_FETCH", source: `http://${host}/silent` }]);
  });
});

test("a model of images that fails or dawdles takes nothing away but the likeness", async () => {
  const told = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const failing = { model: "failing", embedImages: () => Promise.reject(new Error("out of memory")) };
  const dawdling = { model: "dawdling", embedImages: () => new Promise<never>(() => undefined) };
  for (const imageEmbeddings of [failing, dawdling]) {
    const { say, memory } = set({ patience: 2 }, { imageEmbeddings });
    expect((await say(at(dataUrl(await picture(1))))).codes).toEqual([]);
    expect((await memory.recall("ada", { image: await picture(1) })).hits).not.toEqual([]);
  }
  // Once for the agent and once for the memory beside it, and not for each image.
  expect(told.mock.calls).toEqual([[expect.stringContaining("out of memory")], [expect.stringContaining("out of memory")]]);
  told.mockRestore();
});
