import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Client } from "@langchain/langgraph-sdk";
import { EXTRACT_TOOL } from "../prompts/extract.js";
import { readFence } from "../prompts/prompt.js";
import { startServerProcess, type ServerProcess } from "../scripts/start-process.js";
import type { Recalled } from "../src/index.js";
import { openaiServer, type OpenAIRequest, type OpenAIServer } from "../src/testing/openai-server.js";
import { cropped, dataUrl, likest, picture } from "../src/testing/pictures.js";

/** The real server, and a scripted vision model behind HTTP that looks at the pixels it is sent. It is no language model. */
jest.setTimeout(180_000);

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

const THINGS = { Bessie: 1, Rex: 2, Fifi: 3 };
const NEUTRAL = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };

const blocksIn = ({ messages }: OpenAIRequest): Block[] =>
  messages.flatMap(({ content }) => (Array.isArray(content) ? (content as Block[]) : [{ type: "text", text: String(content) }]));

/** What a request shows, in its order: texts as they are, and in place of each image the name of the thing in it. */
async function shownIn(request: OpenAIRequest): Promise<string[]> {
  const things = await Promise.all(Object.values(THINGS).map((seed) => picture(seed)));
  return Promise.all(
    blocksIn(request).map(async ({ text = "", image_url }) =>
      image_url
        ? `<${Object.keys(THINGS)[await likest(things)(Buffer.from(image_url.url.slice(image_url.url.indexOf(",") + 1), "base64"))]}>`
        : text,
    ),
  );
}

const images = (shown: readonly string[]): string[] => shown.filter((part) => /^<\w+>$/.test(part));

let data: string;
let model: OpenAIServer;
let server: ServerProcess;
let client: Client;
const extracts: string[][] = [];
const answers: string[][] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "personagraph-images-"));
  model = await openaiServer({
    answer: async (request) => {
      const shown = await shownIn(request);
      if (request.forced !== EXTRACT_TOOL) {
        if (request.forced === undefined) answers.push(shown);
        return request.forced === undefined ? "I see." : { args: { topics: [], habits: [], identity: [], preferences: [] } };
      }
      extracts.push(shown);
      const seen = images(shown).map((name, i) => ({
        image: i + 1,
        name: name.slice(1, -1),
        category: "thing",
        description: `what is called ${name.slice(1, -1)}`,
        box: { x: 0.05, y: 0.05, width: 0.9, height: 0.9 },
      }));
      return { args: { changes: [], traits: NEUTRAL, ...(seen.length > 0 && { images: seen }) } };
    },
  });
  server = await startServerProcess({
    data,
    env: { PERSONAGRAPH_MODEL: "openai:gpt-4o-mini", PERSONAGRAPH_BASE_URL: model.url, OPENAI_API_KEY: "none" },
  });
  client = new Client({ apiUrl: server.url, apiKey: null as never });
});
afterAll(async () => {
  await server?.stop();
  await model?.close();
  await rm(data, { recursive: true, force: true });
});

async function say(
  userId: string,
  at: string,
  text: string,
  ...pictures: readonly Buffer[]
): Promise<{ recalled: readonly Recalled[]; warnings: object }> {
  const content = [{ type: "text", text }, ...pictures.map((image) => ({ type: "image_url", image_url: { url: dataUrl(image) } }))];
  return (await client.runs.wait(null, "agent", {
    input: { messages: [{ type: "human", content, additional_kwargs: { at } }] },
    context: { userId },
  })) as never;
}

describe("pictures on the server", () => {
  test("are remembered, recalled by copies weeks later, and reach the model in their order with their names", async () => {
    const [truck, dog] = [await picture(THINGS.Bessie), await picture(THINGS.Rex)];
    expect((await say("ada", "2026-03-02T09:00", "This is Bessie, my old truck.", truck)).warnings).toEqual({});
    await say("ada", "2026-03-03T09:00", "And this is Rex, my dog.", dog);
    await say("eve", "2026-03-03T09:00", "This is Fifi, my cat.", await picture(THINGS.Fifi));
    expect(extracts.map(images)).toEqual([["<Bessie>"], ["<Rex>"], ["<Fifi>"]]);
    expect(answers.map(images)).toEqual([["<Bessie>"], ["<Rex>"], ["<Fifi>"]]);

    const { recalled } = await say("ada", "2026-03-21T18:00", "Look what I saw again today!", await cropped(dog), await cropped(truck));
    const shown = answers.at(-1)!;
    // What was sent comes first, as it was sent; then each recalled picture behind its row.
    expect(images(shown).slice(0, 2)).toEqual(["<Rex>", "<Bessie>"]);
    const rows = shown.flatMap((text, i) => {
      const [row] = (readFence("picture", text) ?? []) as [mark: string, label: string, day: string, message: string][];
      return row ? [{ row, picture: shown[i + 1] }] : [];
    });
    expect(rows.map(({ row, picture: after }) => [row[1], row[2], after]).sort()).toEqual([
      ["Bessie", "Mon 2026-03-02", "<Bessie>"],
      ["Rex", "Tue 2026-03-03", "<Rex>"],
    ]);
    const text = new Map(recalled.map(({ mark, text: said }) => [mark, said]));
    for (const { row } of rows) {
      expect(text.get(row[0])).toContain(`what is called ${row[1]}`);
      expect(text.get(row[3])).toMatch(new RegExp(`This is ${row[1]}|this is ${row[1]}`));
    }
    expect(JSON.stringify(recalled)).not.toContain("Fifi");

    await say("ada", "2026-04-21T18:00", "What does Bessie look like?");
    expect(images(answers.at(-1)!)[0]).toBe("<Bessie>");
    await say("eve", "2026-04-21T18:00", "What does Bessie look like?");
    expect(images(answers.at(-1)!)).not.toContain("<Bessie>");
  });

  test("lie beside the memory, apart for each user", async () => {
    const [folder] = (await readdir(data)).filter((name) => name.endsWith(".media"));
    const users = await readdir(join(data, folder!));
    const counts = await Promise.all(users.map(async (user) => (await readdir(join(data, folder!, user))).length));
    // Each with its crop; the two copies were cropped again.
    expect(counts.sort()).toEqual([2, 8]);
  });
});
