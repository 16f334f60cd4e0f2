import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Client } from "@langchain/langgraph-sdk";
import { SignJWT } from "jose";
import { buildPage } from "../scripts/build-page.js";
import { startServerProcess, type ServerProcess } from "../scripts/start-process.js";
import { openaiServer } from "../src/testing/openai-server.js";

/** The inspector on the real server, behind its auth. What it does without is in page/page.test.ts. */
jest.setTimeout(180_000);

const SECRET = "a shared secret of more than 32 characters";
const tokenFor = (sub: string): Promise<string> =>
  new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject(sub).setExpirationTime("10m").sign(new TextEncoder().encode(SECRET));

describe.each(["a file", "platform"])("the inspector behind auth, over memory in %s", (place) => {
  let server: ServerProcess;
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "personagraph-inspector-"));
    await buildPage();
    server = await startServerProcess({
      data,
      env: { PERSONAGRAPH_AUTH_SECRET: SECRET, ...(place === "platform" && { PERSONAGRAPH_STORE: place }) },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  });

  const ask = async (method: string, path: string, { user, body }: { user?: string; body?: unknown } = {}) =>
    fetch(`${server.url}/persona/api${path}`, {
      method,
      headers: {
        ...(user !== undefined && { authorization: `Bearer ${await tokenFor(user)}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const chat = async (user: string, text: string, query = "") => (await ask("POST", `/chat${query}`, { user, body: { text } })).text();

  test("shows its page to everybody, and nothing of anybody", async () => {
    const page = await fetch(`${server.url}/persona/`);
    expect([page.status, page.headers.get("content-security-policy")]).toEqual([200, expect.stringContaining("default-src 'none'")]);
    for (const [method, path] of [
      ["GET", "/me"],
      ["GET", "/memories?kind=fact&user=ada"],
      ["GET", "/export?user=ada"],
      ["GET", "/openapi.json"],
      ["POST", "/chat?user=ada"],
    ] as const)
      expect([path, (await ask(method, path, method === "POST" ? { body: { text: "hi" } } : {})).status]).toEqual([path, 401]);
  });

  test("opens no other path to those without a token, however it is written", async () => {
    const { hostname, port } = new URL(server.url);
    const raw = (path: string) =>
      new Promise<number>((resolve, reject) =>
        request({ hostname, port, path, method: "GET" }, (response) => (response.resume(), resolve(response.statusCode!)))
          .on("error", reject)
          .end(),
      );
    for (const path of [
      "/persona/assets/../../threads",
      "/persona/assets/..%2f..%2fassistants",
      "/persona/../assistants/x",
      "/persona//api/me",
      "/persona/api/../api/me",
    ])
      expect([path, await raw(path)]).not.toEqual([path, 200]);
  });

  test("takes the user from the token, in the chat as in the lists", async () => {
    expect(await chat("ada", "My sister Mia is a nurse.")).toMatch(/event: remembered[^]*Mia is a nurse[^]*event: done/);
    expect(await chat("eve", "What does my sister Mia do?", "?user=ada")).not.toMatch(/event: recall\ndata: [^\n]*nurse/);
    const factsOf = async (user: string, query = "") =>
      ((await (await ask("GET", `/memories?kind=fact${query}`, { user })).json()) as { items: { text: string }[] }).items.map(
        ({ text }) => text,
      );
    expect(await factsOf("ada")).toEqual([expect.stringContaining("nurse")]);
    expect(await factsOf("eve", "&user=ada")).toEqual([]);
    expect(await (await ask("GET", "/me?user=ada", { user: "eve" })).json()).toMatchObject({ user: "eve", authenticated: true });
  });

  test("corrects, pins and finds", async () => {
    const read = async (path: string) =>
      (await (await ask("GET", path, { user: "ada" })).json()) as { items: { id: string; text: string; pinned: boolean }[] };
    const [fact] = (await read("/memories?kind=fact")).items;
    const corrected = await ask("PATCH", `/memories/${encodeURIComponent(fact!.id)}`, {
      user: "ada",
      body: { text: "The user's sister Mia is a surgeon." },
    });
    const { id } = (await corrected.json()) as { id: string };
    expect((await ask("PUT", `/memories/${encodeURIComponent(id)}/pin`, { user: "ada" })).status).toBe(204);
    expect((await read(`/memories/${encodeURIComponent(id)}/history`)).items.map(({ text, pinned }) => [text, pinned])).toEqual([
      [fact!.text, false],
      ["The user's sister Mia is a surgeon.", true],
    ]);
    const found = await ask("POST", "/search", { user: "ada", body: { query: "sister Mia", kinds: ["fact"] } });
    expect(((await found.json()) as { hits: { memory: { id: string } }[] }).hits[0]!.memory.id).toBe(id);
    expect(await chat("ada", "Hello there.")).toMatch(/"why":\{"pinned":1\}/);
  });

  test("erases the memory and the conversations of its user, and no other", async () => {
    const threadsOf = async (user: string) =>
      new Client({
        apiUrl: server.url,
        apiKey: null as never,
        defaultHeaders: { authorization: `Bearer ${await tokenFor(user)}` },
      }).threads.search();
    expect([(await threadsOf("ada")).length, (await threadsOf("eve")).length]).toEqual([2, 1]);
    expect((await ask("POST", "/erase", { user: "eve", body: { confirm: "ada" } })).status).toBe(400);
    const erased = (await (await ask("POST", "/erase", { user: "ada", body: { confirm: "ada" } })).json()) as { threads: number };
    expect(erased).toMatchObject({ messages: 4, facts: 2, threads: 2 });
    expect([(await threadsOf("ada")).length, (await threadsOf("eve")).length]).toEqual([0, 1]);
  });
});

describe("a turn that is left before it is answered", () => {
  test("is cancelled, and the thread can go on; where it cannot, a new one does", async () => {
    const data = await mkdtemp(join(tmpdir(), "personagraph-inspector-"));
    let hanging = true;
    const model = await openaiServer({ answer: () => (hanging ? { hang: true } : "Hello.") });
    const server = await startServerProcess({
      data,
      env: {
        PERSONAGRAPH_MODEL: "openai:gpt-scripted",
        PERSONAGRAPH_MEMORY_MODEL: "keyless",
        PERSONAGRAPH_BASE_URL: model.url,
        OPENAI_API_KEY: "none",
      },
    });
    try {
      const leave = new AbortController();
      const chat = (body: object, signal?: AbortSignal) =>
        fetch(`${server.url}/persona/api/chat?user=ada`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
          ...(signal && { signal }),
        });
      const started = (text: string) => JSON.parse(/data: (\{"type":"start".*\})/.exec(text)![1]!) as { thread: string; run: string };
      const recalled = async (response: Response): Promise<string> => {
        const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
        let read = "";
        while (!read.includes("event: recall")) read += (await reader.read()).value ?? "";
        return read;
      };
      const { thread, run } = started(await recalled(await chat({ text: "Are you there?" }, leave.signal)));
      leave.abort();
      const client = new Client({ apiUrl: server.url });
      const statusOf = async () => (await client.runs.get(thread, run).catch(() => undefined))?.status;
      for (let i = 0; i < 100 && (await statusOf()) === "running"; i++) await sleep(50);
      expect(["pending", "running"]).not.toContain(await statusOf());
      hanging = false;
      expect(await (await chat({ text: "And now?", thread })).text()).toMatch(/"answer":"Hello\."/);

      // A killed server leaves its run behind, and the thread is held for ever; an erase takes the thread away.
      hanging = true;
      const holding = new AbortController();
      await recalled(await chat({ text: "Are you still there?", thread }, holding.signal));
      hanging = false;
      for (const lost of [thread, randomUUID()]) {
        const answer = await (await chat({ text: "And now?", thread: lost })).text();
        expect(answer).toMatch(/"answer":"Hello\."/);
        expect(started(answer).thread).not.toBe(lost);
      }
      holding.abort();
    } finally {
      await Promise.all([server.stop(), model.close()]);
      await rm(data, { recursive: true, force: true });
    }
  });
});
