import { mkdtemp, rm, writeFile, mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PersonaMemory, SqliteStore } from "../index.js";
import { fixedClock, scriptedPersona } from "../testing/index.js";
import { createInspector, documentOf } from "./inspector.js";
import { isPagePath } from "./paths.js";

const start = Date.parse("2026-05-12T10:00:00Z");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "personagraph-page-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  await writeFile(join(folder, "assets/app.js"), "1");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Shown {
  readonly id: string;
  readonly text: string;
}

/** A user of whom two things are known, one of which changed. */
async function world() {
  const clock = fixedClock(start);
  const model = scriptedPersona({
    extract: (said, known) => {
      const home = known.find(([, , text]) => text.includes("live in"));
      return [said.includes("live in") && home ? { op: "UPDATE", id: home[0], text: said } : { text: said }];
    },
    traits: (said) => (said.includes("new") ? { openness: 5 } : {}),
    consolidate: (messages) => ({
      habits: [{ op: "SET", key: "first", text: "Runs.", source: 1 }],
      identity: [{ field: "name", value: messages[0]!, source: 1 }],
    }),
  });
  const memory = new PersonaMemory({ model, store: new SqliteStore(), clock });
  const app = createInspector({ memory, model: "scripted", version: "1.2.3", page: folder });
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [base = "", query = ""] = path.split("?");
    const response = await app.request(`/persona/api${base}?user=ada${query && `&${query}`}`, {
      method,
      headers: { host: "127.0.0.1:2024", ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith("{") && !text.includes("\n{") ? JSON.parse(text) : text,
    };
  };
  const tell = async (text: string, user = "ada") => {
    await memory.remember(user, [{ role: "user", text, at: clock.now() }]);
    await memory.flush(user);
    clock.advance(24 * 3_600_000);
  };
  await tell("I live in Berlin.");
  await tell("I love new food.");
  await tell("I live in Lisbon.");
  const facts = async (query = "") => (await ask("GET", `/memories?kind=fact${query}`)).body.items as Shown[];
  const idOf = async (text: string) => encodeURIComponent((await facts()).find((fact) => fact.text === text)!.id);
  return { app, memory, ask, tell, facts, idOf };
}

describe("the memories of a user", () => {
  it("come a page at a time, filtered by what holds, by words and by pins", async () => {
    const { ask, facts, idOf } = await world();
    expect((await facts()).map(({ text }) => text)).toEqual(["I live in Lisbon.", "I love new food.", "I live in Berlin."]);
    expect((await facts("&status=closed")).map(({ text }) => text)).toEqual(["I live in Berlin."]);
    expect((await facts("&q=LIVE&status=current")).map(({ text }) => text)).toEqual(["I live in Lisbon."]);
    expect((await ask("GET", "/memories?kind=fact&limit=1&offset=1&order=oldest")).body).toMatchObject({
      total: 3,
      offset: 1,
      items: [{ text: "I love new food.", status: "current", pinned: false }],
    });
    expect((await ask("PUT", `/memories/${await idOf("I love new food.")}/pin`)).status).toBe(204);
    expect((await facts("&pinned=true")).map(({ text }) => text)).toEqual(["I love new food."]);
    expect((await ask("DELETE", `/memories/${await idOf("I love new food.")}/pin`)).status).toBe(204);
    expect(await facts("&pinned=true")).toEqual([]);
  });

  it("tell what replaced what, and which messages they rest on, after a correction by hand too", async () => {
    const { ask, idOf } = await world();
    const lisbon = await idOf("I live in Lisbon.");
    const chain = async (id: string) => ((await ask("GET", `/memories/${id}/history`)).body.items as Shown[]).map(({ text }) => text);
    const said = async (id: string) => ((await ask("GET", `/memories/${id}/sources`)).body.items as Shown[]).map(({ text }) => text);
    expect(await chain(lisbon)).toEqual(["I live in Berlin.", "I live in Lisbon."]);
    expect(await said(lisbon)).toEqual(["I live in Lisbon."]);
    const edited = await ask("PATCH", `/memories/${lisbon}`, { text: "I live in Porto." });
    expect(edited.body).toMatchObject({ text: "I live in Porto.", status: "current" });
    const porto = encodeURIComponent(edited.body.id);
    expect(await chain(porto)).toEqual(["I live in Berlin.", "I live in Lisbon.", "I live in Porto."]);
    expect(await said(porto)).toEqual(["I live in Berlin.", "I live in Lisbon."]);
  });

  it("are deleted for good", async () => {
    const { ask, idOf, facts } = await world();
    const id = await idOf("I love new food.");
    expect((await ask("DELETE", `/memories/${id}`)).status).toBe(204);
    expect((await facts()).map(({ text }) => text)).not.toContain("I love new food.");
    expect(await ask("GET", `/memories/${id}`)).toMatchObject({ status: 404, body: { code: "MEMORY_UNKNOWN" } });
  });

  it("are found, with the parts of each score", async () => {
    const { ask } = await world();
    const { body } = await ask("POST", "/search", { query: "Where do I live?", kinds: ["fact"] });
    expect(body.hits[0].memory.text).toBe("I live in Lisbon.");
    const { score, why } = body.hits[0];
    expect(Object.values<number>(why).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 6);
  });
});

describe("the user", () => {
  it("has a profile that can be corrected, and a personality with its evidence", async () => {
    const { ask } = await world();
    expect((await ask("PATCH", "/profile", { identity: { name: "Ada" } })).body.identity).toMatchObject([{ field: "name", value: "Ada" }]);
    expect((await ask("GET", "/personality")).body).toMatchObject({
      on: true,
      turns: 3,
      points: [{ text: "I love new food.", seen: { openness: 5 } }],
    });
    expect((await ask("PATCH", "/personality", { on: false, reset: true })).body).toMatchObject({ on: false, turns: 0, points: [] });
  });

  it("sees what is stored and pending, and takes all of it away", async () => {
    const { ask, memory } = await world();
    expect((await ask("GET", "/status")).body).toMatchObject({ user: "ada", storage: { fact: { records: 3 } }, pending: [] });
    await memory.remember("ada", [
      { role: "user", text: "One more.", at: start },
      { role: "user", text: "And one.", at: start + 1000 },
    ]);
    const { pending } = (await ask("GET", "/status")).body as { pending: { stage: string }[] };
    expect(pending.find(({ stage }) => stage === "extract")).toEqual({ stage: "extract", steps: 2, since: start });
    const { headers, body } = await ask("GET", "/export");
    expect(headers.get("content-disposition")).toContain("attachment");
    const lines = (body as string).trim().split("\n");
    expect(JSON.parse(lines[0]!)).toMatchObject({ schema: "personagraph/1" });
    expect(await memory.import("eve", lines)).toBe(lines.length - 1);
  });

  it("is erased only when their id is given once more", async () => {
    const { ask, facts } = await world();
    for (const confirm of ["", "yes", "Ada"]) expect((await ask("POST", "/erase", { confirm })).body.code).toBe("ERASE_UNCONFIRMED");
    expect(await facts()).toHaveLength(3);
  });

  it("is never mixed up with another", async () => {
    const { app, tell, idOf } = await world();
    await tell("I am Eve.", "eve");
    const asEve = (path: string, method = "GET") =>
      app.request(`/persona/api${path}${path.includes("?") ? "&" : "?"}user=eve`, { method, headers: { host: "localhost" } });
    expect(await (await asEve("/memories?kind=message")).json()).toMatchObject({ total: 1, items: [{ text: "I am Eve." }] });
    const id = await idOf("I live in Lisbon.");
    for (const path of [`/memories/${id}`, `/memories/${id}/history`, `/memories/${id}/sources`])
      expect((await asEve(path)).status).toBe(404);
    for (const method of ["DELETE"]) expect((await asEve(`/memories/${id}`, method)).status).toBe(404);
  });
});

describe("a request that does not fit", () => {
  it.each([
    ["GET", "/memories?kind=secret", undefined, /kind/],
    ["GET", "/memories?kind=fact&limit=1000000", undefined, /limit/],
    ["POST", "/search", { query: "" }, /query/],
    ["POST", "/search", { query: "x", prompt: "y" }, /prompt/],
    ["POST", "/chat", { text: "hi", thread: "../../etc" }, /thread/],
    ["PATCH", "/memories/fact%3Ax", { text: 3 }, /text/],
  ])("%s %s %j says what is wrong with it", async (method, path, body, message) => {
    const { ask } = await world();
    expect(await ask(method, path, body)).toMatchObject({
      status: 400,
      body: { code: "REQUEST", message: expect.stringMatching(message), fix: expect.any(String) },
    });
  });

  it("is no JSON, or has no user, or goes nowhere", async () => {
    const { app, ask } = await world();
    const headers = { host: "localhost" };
    const post = (type: string, body: string) =>
      app.request("/persona/api/erase?user=ada", { method: "POST", headers: { ...headers, "content-type": type }, body });
    expect((await post("application/json", "{")).status).toBe(400);
    // What a form of another site can send is not taken for JSON.
    expect((await post("text/plain", '{"confirm":"ada"}')).status).toBe(415);
    expect(await (await app.request("/persona/api/profile", { headers })).json()).toMatchObject({ code: "USER_ID_MISSING" });
    expect(await ask("GET", "/nowhere")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });

  it("comes by the name of another host: only this machine is heard without auth", async () => {
    const { app } = await world();
    const { status } = await app.request("/persona/api/profile?user=ada", { headers: { host: "evil.example" } });
    expect(status).toBe(403);
  });
});

describe("the document", () => {
  it("names every route of the server, and no other", async () => {
    const { app } = await world();
    const { paths } = documentOf("0.0.0") as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/persona/api/") && !path.endsWith("/openapi.json"))
      .map(({ method, path }) => `${method} ${path.slice("/persona/api".length).replace(/:(\w+)/g, "{$1}")}`);
    expect([...new Set(served)].sort()).toEqual(documented.sort());
  });

  it("is what docs/openapi.json holds: `npm run openapi` writes it", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(JSON.parse(await readFile(new URL("../../docs/openapi.json", import.meta.url), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(documentOf(version))),
    );
  });

  it("is told in docs/inspector.md, route by route", async () => {
    const page = await readFile(new URL("../../docs/inspector.md", import.meta.url), "utf8");
    for (const path of Object.keys((documentOf("0.0.0") as { paths: object }).paths))
      expect(page).toContain(/(\/\w+)(\/\{id\})?$/.exec(path)![0]);
  });

  it("is served, and describes every parameter", async () => {
    const { app } = await world();
    const document = await (await app.request("/persona/api/openapi.json")).json();
    expect(document).toMatchObject({ openapi: "3.1.0", components: { schemas: { Memory: {}, ChatEvent: {} } } });
  });
});

describe("the page", () => {
  it("comes with headers that let nothing in from elsewhere", async () => {
    const { app } = await world();
    const { status, headers } = await app.request("/persona/");
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy")!;
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
    expect((await app.request("/persona/assets/app.js")).headers.get("content-type")).toMatch(/^text\/javascript/);
    expect((await app.request("/persona")).headers.get("location")).toBe("/persona/");
  });

  it("gives nothing outside its folder", async () => {
    const { app } = await world();
    for (const path of [
      "/persona/assets/../index.html",
      "/persona/assets/..%2f..%2fpackage.json",
      "/persona/assets/.env",
      "/persona/assets/%2e%2e",
    ])
      expect(await (await app.request(path)).text()).toMatch(/^(<!doctype html>|404 Not Found|There is no such file\.)$/);
  });

  it("is the only thing that is open without a token", () => {
    for (const path of ["/persona", "/persona/", "/persona/assets/app.js"]) expect(isPagePath("GET", path)).toBe(true);
    for (const path of [
      "/persona/api/me",
      "/persona/assets/",
      "/persona/assets/..",
      "/persona/assets/a/b.js",
      "/personal",
      "/threads",
      "/",
    ])
      expect([path, isPagePath("GET", path)]).toEqual([path, false]);
    expect(isPagePath("POST", "/persona/")).toBe(false);
  });
});
