import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ImportedMessage, ImportItem, ReadOptions, Source } from "./imported.js";
import { FORMATS, recognise } from "./registry.js";
import { streamSource } from "./source.js";

const fixture = (name: string): string => readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), "utf8");

/** A source of a text, in pieces of a few bytes, so that every border falls somewhere. */
function sourceOf(text: string, name = "export"): Source {
  const bytes = Buffer.from(text);
  return {
    name,
    size: bytes.length,
    modifiedAt: Date.UTC(2026, 0, 1),
    async *bytes() {
      for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
    },
  };
}

async function read(text: string, options: Partial<ReadOptions> & { format?: string } = {}) {
  const { format, sources } = await recognise(sourceOf(text), options.format);
  const items: ImportItem[] = [];
  for (const source of sources) for await (const item of format.read(source, { timezone: "UTC", ...options })) items.push(item);
  return {
    format: format.name,
    messages: items.flatMap((item): ImportedMessage[] => ("message" in item ? [item.message] : [])),
    problems: items.flatMap((item) => ("problem" in item ? [item.problem] : [])),
    skipped: items.flatMap((item) => ("skipped" in item ? [item.skipped] : [])).sort(),
  };
}

describe("ChatGPT's export", () => {
  const thread = "6631aaaa-0000-8000-a000-00000000000a";

  it("gives what was said on the branch that was kept, with its times and images", async () => {
    const { format, messages, skipped, problems } = await read(fixture("chatgpt.json"));
    expect(format).toBe("chatgpt");
    expect(problems).toEqual([]);
    expect(messages).toEqual([
      {
        id: "chatgpt/aaa00004",
        role: "user",
        text: "[image]\nWe move to Braga in June. This is the new kitchen.",
        at: 1714557700500,
        thread,
        images: [{ name: "file_00000000abcd" }],
      },
      { id: "chatgpt/aaa00008", role: "assistant", text: "What a bright kitchen.\nBraga in June it is.", at: 1714557709000, thread },
      {
        id: "chatgpt/bbb00002",
        role: "user",
        text: "Remind me that Mia turns thirty in October.",
        at: 1719900000000,
        thread: "6684bbbb-0000-8000-a000-00000000000b",
      },
      { id: "chatgpt/bbb00003", role: "assistant", text: "I will.", at: 1719900050000, thread: "6684bbbb-0000-8000-a000-00000000000b" },
    ]);
    expect(skipped).toEqual([
      "from a tool",
      "hidden",
      "hidden",
      "on a branch that was left",
      "on a branch that was left",
      "thoughts of the model",
      "to a tool",
    ]);
  });

  it("names the place of a broken message, and gives the rest", async () => {
    const conversations = JSON.parse(fixture("chatgpt.json")) as [{ mapping: Record<string, { message: { id?: string } }> }, object];
    delete conversations[0].mapping["aaa00008"]!.message.id;
    const { messages, problems } = await read(JSON.stringify([...conversations, { title: "no tree", mapping: 5 }]), { format: "chatgpt" });
    expect(messages.map(({ id }) => id)).toEqual(["chatgpt/aaa00004", "chatgpt/bbb00002", "chatgpt/bbb00003"]);
    expect(problems.map(({ where }) => where)).toEqual(["export $[0].mapping.aaa00008.message", "export $[2]"]);
    expect(problems[0]!.message).toMatch(/id: /);
  });

  it("of a file that is cut off gives the conversations that are whole, and says where it breaks", async () => {
    const text = fixture("chatgpt.json");
    const { messages, problems } = await read(text.slice(0, -300));
    expect(messages.map(({ id }) => id)).toEqual(["chatgpt/aaa00004", "chatgpt/aaa00008"]);
    expect(problems).toEqual([
      expect.objectContaining({
        where: `export byte ${Buffer.byteLength(text.slice(0, -300))}`,
        message: expect.stringMatching(/ends in the middle/),
      }),
    ]);
  });

  it("says where a file is no JSON any more", async () => {
    const text = fixture("chatgpt.json");
    const at = text.indexOf(', {"title": "Voice"');
    const { messages, problems } = await read(`${text.slice(0, at)}, oops${text.slice(at)}`);
    expect(messages).toHaveLength(2);
    expect(problems).toEqual([
      expect.objectContaining({ where: expect.stringMatching(/^export byte \d+$/), message: expect.stringMatching(/no JSON/) }),
    ]);
    expect(Math.abs(Number(/\d+/.exec(problems[0]!.where)![0]) - at)).toBeLessThan(10);
    const misplaced = await read(`${text.slice(0, at)} 7${text.slice(at)}`);
    expect(Math.abs(Number(/\d+/.exec(misplaced.problems[0]!.where)![0]) - at)).toBeLessThan(10);
  });

  it("survives a tree whose branches run in a circle or into nothing", async () => {
    const conversations = JSON.parse(fixture("chatgpt.json")) as { mapping: Record<string, { parent: string }> }[];
    conversations[0]!.mapping["aaa00004"]!.parent = "aaa00008";
    conversations[1]!.mapping["bbb00002"]!.parent = "gone";
    const { messages, problems } = await read(JSON.stringify(conversations));
    expect(messages.map(({ id }) => id)).toEqual(["chatgpt/aaa00004", "chatgpt/aaa00008", "chatgpt/bbb00002", "chatgpt/bbb00003"]);
    expect(problems.map(({ where }) => where)).toEqual(["export $[1].mapping.gone"]);
  });
});

describe("Claude's export", () => {
  const thread = "c1a0de00-0000-4000-8000-000000000001";

  it("gives words, and placeholders for files; no thoughts, no tools", async () => {
    const { format, messages, problems } = await read(fixture("claude.json"));
    expect(format).toBe("claude");
    expect(problems).toEqual([]);
    expect(messages).toEqual([
      {
        id: "claude/m1000000-0000-4000-8000-000000000001",
        role: "user",
        text: "My garden faces north. What grows there?\n[image]",
        at: "2025-03-02T09:15:01.500000Z",
        thread,
        images: [{ name: "garden.png" }],
      },
      {
        id: "claude/m1000000-0000-4000-8000-000000000002",
        role: "assistant",
        text: "Let me look.\nFerns do well.",
        at: "2025-03-02T09:15:20.000000Z",
        thread,
      },
      {
        id: "claude/m1000000-0000-4000-8000-000000000003",
        role: "user",
        text: "[file: soil.txt]",
        at: "2025-03-02T09:18:00.000000Z",
        thread,
      },
    ]);
  });

  it("names the place of a broken message, and gives the rest", async () => {
    const conversations = JSON.parse(fixture("claude.json")) as [{ chat_messages: unknown[] }];
    conversations[0].chat_messages[1] = { sender: "assistant", text: "no id" };
    const { messages, problems } = await read(JSON.stringify(conversations));
    expect(messages).toHaveLength(2);
    expect(problems.map(({ where, message }) => [where, message])).toEqual([
      ["export $[0].chat_messages[1]", expect.stringMatching(/uuid/)],
    ]);
  });

  it("takes the branch that the export names", async () => {
    const conversations = JSON.parse(fixture("claude.json")) as [{ current_leaf_message_uuid?: string }];
    conversations[0].current_leaf_message_uuid = "m1000000-0000-4000-8000-000000000002";
    const { messages, skipped } = await read(JSON.stringify(conversations));
    expect(messages.map(({ id }) => id.at(-1))).toEqual(["1", "2"]);
    expect(skipped).toEqual(["on a branch that was left"]);
  });
});

describe("OpenAI-style messages", () => {
  it("are read from an object, an array, and an array of conversations", async () => {
    const object = await read(fixture("openai.json"));
    expect(object.format).toBe("openai");
    expect(object.problems).toEqual([]);
    expect(object.messages.map(({ role, text, images }) => [role, text, images])).toEqual([
      ["user", "I play the cello.", undefined],
      ["assistant", "Since when?", undefined],
      ["user", "Since I was six. Here:\n[image]", [{ name: "https://example.com/cello.jpg" }]],
    ]);
    expect(object.skipped).toEqual(["empty", "from a tool", "of the system"]);
    const { messages } = JSON.parse(fixture("openai.json")) as { messages: object[] };
    const ids = ({ messages: read }: { messages: ImportedMessage[] }): string[] => read.map(({ id }) => id);
    expect(ids(await read(JSON.stringify(messages)))).toEqual(ids(object));
    const two = await read(
      JSON.stringify([
        { id: "a", messages },
        { id: "b", messages },
      ]),
    );
    expect(new Set(ids(two)).size).toBe(6);
    expect(two.messages.map(({ thread }) => thread)).toEqual(["a", "a", "a", "b", "b", "b"]);
    expect((await read(`${JSON.stringify({ messages })}\n`.repeat(2))).format).toBe("jsonl");
  });

  it("names the place of a broken message", async () => {
    const { problems } = await read('[{"role":"user","content":"a"},{"role":"wizard","content":"b"},{"role":"user"}]');
    expect(problems.map(({ where, message }) => [where, message])).toEqual([
      ["export $[1]", expect.stringMatching(/"wizard" is none of user, assistant/)],
      ["export $[2]", expect.stringMatching(/neither text nor content/)],
    ]);
  });

  it("have ids that a longer export of the same talk keeps, also where the same is said twice", async () => {
    const said = ["Hi", "Hi", "Bye"].map((content) => ({ role: "user", content }));
    const short = await read(JSON.stringify(said.slice(0, 2)));
    const long = await read(JSON.stringify(said));
    expect(long.messages.slice(0, 2).map(({ id }) => id)).toEqual(short.messages.map(({ id }) => id));
    expect(new Set(long.messages.map(({ id }) => id)).size).toBe(3);
  });
});

describe("JSON lines", () => {
  it("give time, role, text, image and what else is known", async () => {
    const { format, messages, problems } = await read(fixture("plain.jsonl"));
    expect(format).toBe("jsonl");
    expect(problems).toEqual([]);
    expect(messages).toEqual([
      expect.objectContaining({
        role: "user",
        text: "This is Luna, our cat.\n[image]",
        at: "2026-05-12T18:05",
        images: [{ name: "luna.jpg" }],
      }),
      expect.objectContaining({ role: "assistant", at: 1778609160000 }),
      { id: "note-7", role: "record", text: "Dentist at 9.", at: "2026-05-13", speaker: "calendar", thread: "notes" },
    ]);
  });

  it("name every broken line, and tell a line that is cut off", async () => {
    const lines = `${fixture("plain.jsonl")}not json\n{"role":"user"}\n{"role":"user","te`;
    const { messages, problems } = await read(lines);
    expect(messages).toHaveLength(3);
    expect(problems.map(({ where, message }) => [where, message])).toEqual([
      ["export:4", "This line is no JSON."],
      ["export:5", expect.stringMatching(/neither text nor content/)],
      ["export:6", "The file ends in the middle of this line."],
    ]);
  });
});

describe("memqa/1", () => {
  it("gives turns, and leaves questions out", async () => {
    const { format, messages, skipped } = await read(fixture("memqa.jsonl"));
    expect(format).toBe("memqa");
    expect(messages).toEqual([
      {
        id: "park/D1:1",
        role: "peer",
        text: "I adopted a dog, Bolt.\n[image: a brown dog on a lawn]",
        at: "2025-06-01T10:00:00",
        speaker: "Rui",
        thread: "park",
      },
      { id: "park/D1:2", role: "peer", text: "How sweet!", speaker: "Ana", thread: "park" },
    ]);
    expect(skipped).toEqual(["a question"]);
  });

  it("names broken lines", async () => {
    const { problems } = await read(`${fixture("memqa.jsonl")}{"type":"turn","conversation":"park"}\n{"type":\n`);
    expect(problems.map(({ where }) => where)).toEqual(["export:5", "export:6"]);
  });
});

describe("WhatsApp's export", () => {
  it("of Android: several lines, images with their captions, what is left out", async () => {
    const { format, messages, skipped, problems } = await read(fixture("whatsapp-android.txt"), { me: "nora reis" });
    expect(format).toBe("whatsapp");
    expect(problems).toEqual([]);
    expect(messages.map(({ id: _, ...rest }) => rest)).toEqual([
      { at: "2025-04-13T09:05:00", role: "user", speaker: "Nora Reis", text: "Morning! The flat has two rooms\nand a balcony." },
      { at: "2025-04-13T09:07:00", role: "peer", speaker: "Rui", text: "Send a photo" },
      {
        at: "2025-04-13T09:08:00",
        role: "user",
        speaker: "Nora Reis",
        text: "[image]\nThe balcony at noon",
        images: [{ name: "IMG-20250413-WA0001.jpg" }],
      },
      { at: "2025-05-02T21:40:00", role: "user", speaker: "Nora Reis", text: "See https://example.com: it is ours now 🎉" },
    ]);
    expect(skipped).toEqual(["media that the export leaves out", "of WhatsApp itself"]);
  });

  it("of an iPhone: month first, twelve hours, marks and narrow spaces", async () => {
    const { messages } = await read(fixture("whatsapp-ios.txt"), { me: "Nora" });
    expect(messages.slice(1).map(({ at, role, text }) => [at, role, text])).toEqual([
      ["2025-04-13T09:05:40", "user", "Lunch at one?"],
      ["2025-04-13T12:58:02", "peer", "[image]"],
      ["2025-04-14T20:00:00", "user", "Good night"],
    ]);
  });

  it("asks who the user is, and names who speaks", async () => {
    await expect(read(fixture("whatsapp-android.txt"))).rejects.toThrow(
      /Give --me with one of: Nora Reis \(3 messages\), Rui \(2 messages\)/,
    );
    await expect(read(fixture("whatsapp-android.txt"), { me: "Zoe" })).rejects.toThrow(/Nobody in export speaks as "Zoe"/);
  });

  it("finds the order of day and month in the whole file, and asks where nothing tells", async () => {
    const chat = (...dates: string[]): string => dates.map((date) => `${date}, 09:00 - Ana: Hello\n`).join("");
    const first = async (text: string, dateOrder?: "dmy" | "mdy") =>
      (await read(text, { me: "Ana", ...(dateOrder && { dateOrder }) })).messages[0]!.at;
    expect(await first(chat("03/04/2025", "13/04/2025"))).toBe("2025-04-03T09:00:00");
    expect(await first(chat("03/04/2025", "03/14/2025"))).toBe("2025-03-04T09:00:00");
    // In one order only does the time not run backwards.
    expect(await first(chat("05/04/2025", "06/04/2025", "01/05/2025"))).toBe("2025-04-05T09:00:00");
    expect(await first(chat("2025/04/03"))).toBe("2025-04-03T09:00:00");
    await expect(first(chat("03/04/2025"))).rejects.toThrow(/--date-order dmy/);
    expect(await first(chat("03/04/2025"), "mdy")).toBe("2025-03-04T09:00:00");
  });

  it("is the same whatever the lines of one message look like, and gives the same ids again", async () => {
    const text = fixture("whatsapp-android.txt");
    const long = text.repeat(900);
    const { messages } = await read(long, { me: "Rui", dateOrder: "dmy" });
    expect(messages).toHaveLength(4 * 900);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(4 * 900);
    const short = await read(text, { me: "Rui" });
    expect(messages.slice(0, 4)).toEqual(short.messages);
  });

  it("names the line where a chat is none", async () => {
    const { problems } = await read("Dear diary,\nnothing happened.\n", { format: "whatsapp", me: "Ana" });
    expect(problems).toEqual([
      expect.objectContaining({ where: "export:1", message: expect.stringMatching(/No line begins with a date/) }),
    ]);
    const { problems: leading, messages } = await read(`A foreword\n${fixture("whatsapp-android.txt")}`, { format: "whatsapp", me: "Rui" });
    expect(leading.map(({ where }) => where)).toEqual(["export:1"]);
    expect(messages).toHaveLength(4);
  });
});

describe("a broken export of each format", () => {
  it.each([
    [
      "chatgpt.json",
      ["chatgpt/aaa00004"],
      [
        [/\$\[0\]\.mapping\.aaa00008\.message$/, /author/],
        [/byte 7815$/, /ends in the middle/],
      ],
    ],
    [
      "claude.json",
      ["001", "003"],
      [
        [/\$\[0\]\.chat_messages\[1\]$/, /sender/],
        [/byte \d+$/, /no JSON/],
      ],
    ],
    [
      "openai.json",
      ["I play the cello."],
      [
        [/\$\.messages\[4\]$/, /"wizard"/],
        [/\$\.messages\[5\]$/, /neither text nor content/],
      ],
    ],
    [
      "plain.jsonl",
      ["This is Luna", "Dentist"],
      [
        [/:2$/, /no JSON/],
        [/:3$/, /neither text nor content/],
        [/:5$/, /ends in the middle/],
      ],
    ],
    [
      "memqa.jsonl",
      ["park/D1:1"],
      [
        [/:3$/, /text/],
        [/:4$/, /no JSON/],
      ],
    ],
    ["whatsapp.txt", ["Morning!", "Send", "balcony", "ours now"], [[/:1$/, /belong to no message/]]],
  ] as const)("%s: what is whole is read, each break is named with its place and what to do", async (name, whole, breaks) => {
    const { messages, problems } = await read(fixture(`broken/${name}`), { me: "Rui" });
    expect(messages.map(({ id, text }) => `${id} ${text}`)).toEqual(whole.map((words) => expect.stringContaining(words)));
    expect(problems).toEqual(
      breaks.map(([where, message]) => ({
        where: expect.stringMatching(where),
        message: expect.stringMatching(message),
        fix: expect.stringMatching(/\.$/),
      })),
    );
  });
});

describe("telling formats apart", () => {
  it("names the formats that there are where it cannot", async () => {
    await expect(read("Dear diary")).rejects.toThrow(/begins like no format that is known.*--format with one of langgraph, memqa, chatgpt/);
    await expect(read("{}", { format: "chat-gpt" })).rejects.toThrow(/"chat-gpt" is no format/);
  });

  it("works on a stream that can be read once, and says what cannot", async () => {
    const once = (text: string): Source => streamSource("standard input", sourceOf(text).bytes(), 0);
    const { format, sources } = await recognise(once(fixture("plain.jsonl")));
    const items: ImportItem[] = [];
    for await (const item of format.read(sources[0]!, { timezone: "UTC" })) items.push(item);
    expect(items).toHaveLength(3);
    const chat = await recognise(once(fixture("whatsapp-android.txt")));
    await expect(
      chat.format
        .read(chat.sources[0]!, { timezone: "UTC", me: "Rui" })
        .next()
        .then(() => chat.format.read(chat.sources[0]!, { timezone: "UTC" }).next()),
    ).rejects.toThrow(/read once only/);
  });

  it("has a name for each", () => {
    expect(FORMATS.map(({ name }) => name)).toEqual(["langgraph", "memqa", "chatgpt", "claude", "jsonl", "openai", "whatsapp"]);
  });
});
