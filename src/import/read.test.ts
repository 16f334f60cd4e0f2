import { afterAll, describe, expect, it } from "@jest/globals";
import { strToU8, zipSync } from "fflate";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { estimate, priceOf } from "./estimate.js";
import type { Source } from "./imported.js";
import { readImport, type ImportOptions, type TimedItem } from "./read.js";
import { recognise } from "./registry.js";
import { fileSource } from "./source.js";
import { countSessions, Surveyor } from "./survey.js";

const folder = mkdtempSync(join(tmpdir(), "personagraph-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function itemsOf(source: Source | string, options: Partial<ImportOptions> & { format?: string } = {}): Promise<TimedItem[]> {
  const recognised = await recognise(typeof source === "string" ? await fileSource(source) : source, options.format);
  const items: TimedItem[] = [];
  for await (const item of readImport(recognised, { timezone: "UTC", ...options })) items.push(item);
  return items;
}

const messagesOf = async (...args: Parameters<typeof itemsOf>) =>
  (await itemsOf(...args)).flatMap((item) => ("message" in item ? [item.message] : []));

describe("an export as it is distributed, zipped", () => {
  it("of ChatGPT and of Claude is known by its conversations; nothing else in it is read", async () => {
    const image = new Uint8Array(200_000).fill(7);
    for (const name of ["chatgpt", "claude"]) {
      const zip = zipSync({
        "user.json": strToU8("{}"),
        "conversations.json": fixture(`${name}.json`),
        "image.png": image,
        "chat.html": strToU8("<p>"),
      });
      expect((await messagesOf(file(`${name}.zip`, zip))).map(({ id }) => id)).toEqual(
        (await messagesOf(file(`${name}.json`, fixture(`${name}.json`)))).map(({ id }) => id),
      );
    }
  });

  it("in several files of conversations is read in their order", async () => {
    const half = (i: number): Uint8Array => strToU8(JSON.stringify([(JSON.parse(fixture("chatgpt.json").toString()) as object[])[i]]));
    const zip = zipSync({ "conversations-001.json": half(1), "conversations-000.json": half(0) });
    expect((await messagesOf(file("parts.zip", zip))).map(({ id }) => id)).toEqual([
      "chatgpt/aaa00004",
      "chatgpt/aaa00008",
      "chatgpt/bbb00002",
      "chatgpt/bbb00003",
    ]);
  });

  it("of WhatsApp too", async () => {
    const zip = zipSync({ "_chat.txt": fixture("whatsapp-ios.txt"), "00000012-PHOTO.jpg": new Uint8Array(9) });
    expect(await messagesOf(file("WhatsApp Chat - Mia.zip", zip), { me: "Mia" })).toHaveLength(4);
  });

  it("that is cut off, or holds nothing known, says so", async () => {
    const zip = zipSync({ "conversations.json": fixture("chatgpt.json") });
    await expect(itemsOf(file("cut.zip", zip.subarray(0, zip.length - 30)))).rejects.toThrow(
      /cut\.zip cannot be unpacked.*download it again/,
    );
    await expect(itemsOf(file("other.zip", zipSync({ "a.txt": strToU8("Dear diary") })))).rejects.toThrow(/zip without conversations/);
    await expect(itemsOf(join(folder, "absent.zip"))).rejects.toThrow(/absent\.zip cannot be read.*Give the path/);
  });
});

describe("reading an import", () => {
  it("puts times without an offset into the zone, and names those that are none", async () => {
    const path = file(
      "times.jsonl",
      '{"at":"2026-07-01T09:00","role":"user","text":"a"}\n{"at":"soon","role":"user","text":"b"}\n{"id":"c","role":"user","text":"c"}\n',
    );
    const items = await itemsOf(path, { timezone: "Europe/Lisbon", since: "2026-01-01" });
    expect(items).toEqual([
      { message: expect.objectContaining({ at: Date.UTC(2026, 6, 1, 8) }) },
      {
        problem: expect.objectContaining({
          where: expect.stringMatching(/times\.jsonl jsonl\//),
          message: expect.stringMatching(/"soon"/),
        }),
      },
      { message: expect.objectContaining({ id: "c", at: Date.UTC(2026, 0, 1) }) },
    ]);
    await expect(itemsOf(path, { since: "soon" })).rejects.toThrow(/"soon" is no time/);
  });

  it("keeps the order of messages without times, by a millisecond each", async () => {
    const messages = await messagesOf(file("openai.json", fixture("openai.json")), { since: "2026-01-01T00:00Z" });
    expect(messages.map(({ at }) => at - Date.UTC(2026, 0, 1))).toEqual([0, 1, 2]);
  });

  it("knows the user by name, and takes single conversations", async () => {
    const path = file("memqa.jsonl", fixture("memqa.jsonl"));
    expect((await messagesOf(path, { me: "ana" })).map(({ role }) => role)).toEqual(["peer", "user"]);
    expect(await itemsOf(path, { threads: ["garden"] })).toEqual([
      { skipped: "of another thread" },
      { skipped: "of another thread" },
      { skipped: "a question" },
    ]);
  });

  it("comes to a survey: sessions by their gaps, what is left out, what is broken and where", async () => {
    const survey = new Surveyor(3_600_000);
    for (const item of await itemsOf(file("chat.json", fixture("chatgpt.json")))) survey.add(item);
    expect(survey.result()).toMatchObject({
      messages: 4,
      exchanges: 2,
      threads: 2,
      sessions: 2,
      problems: 0,
      skipped: { hidden: 2, "from a tool": 1 },
    });
    expect(countSessions([0, 1, 2, 100, 101], 50)).toBe(2);
    expect(
      countSessions(
        Float64Array.from({ length: 250 }, (_, i) => i),
        50,
      ),
    ).toBe(3);
    expect(countSessions([], 50)).toBe(0);
  });
});

describe("an estimate", () => {
  const work = { exchanges: 1000, sessions: 50, characters: 400_000 };

  it("counts a call an exchange and one a session, and what they read", () => {
    const { calls, inputTokens, cost } = estimate(work, "openai:gpt-5-mini");
    expect(calls).toBe(1050);
    expect(inputTokens).toBeGreaterThan(1_000_000);
    expect(cost).toBeGreaterThan(0.3);
    expect(cost).toBeLessThan(2);
  });

  it("is free where the model runs here, unknown where nobody knows, and takes a price that is given, zero too", () => {
    for (const model of ["keyless", "ollama:llama3.1", "vllm:x"]) expect(estimate(work, model).cost).toBe(0);
    expect(estimate(work, "openai:something-new").cost).toBeUndefined();
    expect(priceOf("openai:something-new", { priceIn: 0, priceOut: 2 })).toEqual({ input: 0, output: 2 });
    expect(priceOf("openai:gpt-5-mini", { priceIn: 0 })).toEqual({ input: 0, output: 2 });
  });
});
