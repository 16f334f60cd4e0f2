import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ImportItem } from "./imported.js";
import { recognise } from "./registry.js";
import { streamSource } from "./source.js";

/** What a LangGraph server answers; the real one is imported from in src/cli/cli.test.ts. */
const human = { id: "u1", type: "human", content: "I moved to Lisbon." };
const answer = { id: "a1", type: "ai", content: [{ type: "text", text: "How is it?" }] };
const checkpoint = (n: number, messages: object[]) => ({
  checkpoint: { thread_id: "t1", checkpoint_id: `c${n}` },
  created_at: `2026-05-0${n}T10:00:00Z`,
  values: { messages },
});
const HISTORY: Record<string, unknown> = {
  t1: [
    checkpoint(3, [human, answer, { id: "x", type: "tool", content: "{}" }, { type: "human" }]),
    checkpoint(2, [human, answer]),
    checkpoint(1, [human]),
  ],
  t3: [],
};

const searches: object[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const send = (status: number, body: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== "Bearer good") return send(401, { error: "A bearer token is required." });
    if (request.url === "/threads/search") void text(request).then((body) => void searches.push(JSON.parse(body) as object));
    if (request.url === "/threads/search") return send(200, [{ thread_id: "t1" }, { thread_id: "t2" }, { thread_id: "t3" }]);
    const history = HISTORY[/^\/threads\/(\w+)\/history/.exec(request.url!)?.[1] ?? ""];
    return history ? send(200, history) : send(404, { error: "No such thread." });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

async function itemsOf(headers: Record<string, string>, metadata?: Record<string, string>): Promise<ImportItem[]> {
  const { format, sources } = await recognise(
    streamSource(
      url,
      (async function* () {
        /* an address has no bytes */
      })(),
      0,
    ),
  );
  const items: ImportItem[] = [];
  for await (const item of format.read(sources[0]!, { timezone: "UTC", headers, ...(metadata && { metadata }) })) items.push(item);
  return items;
}

describe("threads of a LangGraph server", () => {
  it("give messages with the time of the checkpoint that first held them; what is broken is named, the rest is taken", async () => {
    expect(await itemsOf({ authorization: "Bearer good" })).toEqual([
      { message: { id: "u1", role: "user", text: "I moved to Lisbon.", thread: "t1", at: "2026-05-01T10:00:00Z" } },
      { message: { id: "a1", role: "assistant", text: "How is it?", thread: "t1", at: "2026-05-02T10:00:00Z" } },
      { skipped: "from a tool" },
      { problem: expect.objectContaining({ where: `${url}/threads/t1 messages[3]` }) },
      { problem: expect.objectContaining({ where: `${url}/threads/t2`, message: expect.stringMatching(/could not be read.*404/) }) },
    ]);
  });

  it("may be those of one owner", async () => {
    await itemsOf({ authorization: "Bearer good" }, { owner: "ada" });
    expect(searches.at(-1)).toMatchObject({ metadata: { owner: "ada" } });
  });

  it("need the token that the server asks for", async () => {
    await expect(itemsOf({})).rejects.toThrow(/did not give its threads: .*401.*--header "authorization/s);
  });
});
