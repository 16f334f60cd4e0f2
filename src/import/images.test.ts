import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { logItems } from "../cli/import/log.js";
import { PersonaMemory } from "../persona-memory.js";
import { SqliteStore } from "../store/sqlite-store.js";
import { cropped, picture } from "../testing/pictures.js";
import { exportedImages } from "./images.js";
import { readImport } from "./read.js";
import { recognise } from "./registry.js";
import { fileSource, streamSource } from "./source.js";
import { Surveyor } from "./survey.js";

const folder = mkdtempSync(join(tmpdir(), "personagraph-import-images-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Imports a file as the command does, and answers the memory. */
async function imported(path: string, me?: string) {
  const memory = new PersonaMemory({ model: "keyless", store: new SqliteStore() });
  const source = await fileSource(path);
  const images = await exportedImages(source);
  const items = readImport(await recognise(source), { timezone: "UTC", ...(me !== undefined && { me }) });
  const logged = await logItems(items, { memory, userId: "ada", survey: new Surveyor(1), signal: new AbortController().signal, images });
  images.close();
  return { memory, logged };
}

const CHAT = `22/05/2026, 18:05 - Ada: IMG-0001.jpg (file attached)
This is Bessie, my old truck.
22/05/2026, 18:06 - Ada: gone.jpg (file attached)
22/05/2026, 18:07 - Mia: Nice!
`;

describe("images of an export", () => {
  it("come with a WhatsApp chat, from its zip and from beside its file", async () => {
    const truck = await picture(1);
    const zip = file("WhatsApp.zip", zipSync({ "_chat.txt": strToU8(CHAT), "IMG-0001.jpg": truck }));
    const text = file("_chat.txt", CHAT);
    file("IMG-0001.jpg", truck);
    for (const path of [zip, text]) {
      const { memory, logged } = await imported(path, "Ada");
      expect(logged.warnings).toEqual([]);
      const { hits } = await memory.recall("ada", { image: await cropped(truck) });
      expect(hits.map((hit) => hit.text)).toEqual(["[image]\nThis is Bessie, my old truck."]);
      const messages = await memory.list("ada", "message");
      expect(messages.map(({ images }) => images?.length)).toEqual([1, undefined, undefined]);
    }
  });

  it("come with ChatGPT's, whose files begin with the name of the asset", async () => {
    const message = {
      id: "m1",
      author: { role: "user" },
      create_time: 1_750_000_000,
      content: {
        content_type: "multimodal_text",
        parts: [{ content_type: "image_asset_pointer", asset_pointer: "file-service://file-abc123" }, "This is Bessie."],
      },
    };
    const conversations = [{ conversation_id: "c1", create_time: 1, current_node: "m1", mapping: { m1: { message, parent: null } } }];
    const zip = zipSync({ "conversations.json": strToU8(JSON.stringify(conversations)), "file-abc123-truck.jpg": await picture(1) });
    const { memory } = await imported(file("chatgpt.zip", zip));
    expect((await memory.recall("ada", { image: await picture(1) })).hits[0]!.text).toBe("[image]\nThis is Bessie.");
  });

  it("are looked for by their name alone, wherever an export points", async () => {
    const held = await exportedImages(await fileSource(file("chat.txt", CHAT)));
    expect(held.find("../../../etc/passwd")).toBeUndefined();
    expect(held.find("https://example.com/a.png")).toBe("https://example.com/a.png");
    expect(held.find("")).toBeUndefined();
    const none = await exportedImages(streamSource("standard input", (async function* () {})(), 0));
    expect(none.find("IMG-0001.jpg")).toBeUndefined();
  });

  it("that are broken are said, and their messages stay", async () => {
    const zip = zipSync({ "_chat.txt": strToU8(CHAT), "IMG-0001.jpg": strToU8("no image") });
    const { memory, logged } = await imported(file("broken.zip", zip), "Ada");
    expect(logged.warnings).toEqual([expect.stringContaining("no image that is known")]);
    expect((await memory.list("ada", "message"))[0]).toMatchObject({ images: [{ problem: "IMAGE_TYPE" }] });
  });
});
