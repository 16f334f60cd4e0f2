import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandFolder } from "../../scripts/command-folder.js";
import { startServerProcess } from "../../scripts/start-process.js";
import { PersonaMemory } from "../index.js";
import { openaiServer } from "../testing/openai-server.js";
import { createProgram } from "./program.js";

jest.setTimeout(120_000);

const folder = new CommandFolder();
const run = (...args: readonly string[]) => folder.run(...args);
afterAll(() => folder.remove());

const PAST = [
  { at: "2026-05-12T18:05", role: "user", text: "My sister Mia is a nurse in Porto." },
  { at: "2026-05-12T18:06", role: "assistant", text: "How nice." },
  { at: "2026-05-14T09:00", role: "user", text: "I go surfing every Saturday. I love trying new things!" },
];
const lines = (messages: readonly object[]): string => messages.map((message) => `${JSON.stringify(message)}\n`).join("");
beforeAll(() => writeFileSync(join(folder.path, "past.jsonl"), lines(PAST)));

/** What a model proposes that found nothing to remember, and what it files a session as. */
const NOTHING_NEW = { changes: [], traits: { openness: 4, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 } };
const TOPIC = { topic: "talk", summary: "They talked.", keywords: ["talk"], messages: [1] };
const ONE_TOPIC = { topics: [TOPIC], habits: [], identity: [], preferences: [] };

interface Imported {
  readonly added: number;
  readonly known: number;
  readonly read: { readonly messages: number; readonly problems: number };
}

describe("help and mistakes", () => {
  test("every command explains itself, has --json where it has a result, and a mistake is told from a failure", async () => {
    const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
    for (const command of createProgram().commands) {
      expect(page).toMatch(new RegExp(`^\\| \`${command.name()}[ \`]`, "m"));
      const help = command.helpInformation();
      let shown = "";
      command.configureOutput({ writeOut: (text) => (shown += text) }).outputHelp();
      expect(shown).toMatch(new RegExp(`Examples:\\n  personagraph ${command.name()}`));
      expect([command.name(), command.summary() !== "" && command.description() !== ""]).toEqual([command.name(), true]);
      if (command.name() !== "serve" && command.name() !== "chat") expect(help).toContain("--json");
    }
    const [help, version, typo, option, number, unknown] = await Promise.all([
      run("--help"),
      run("--version"),
      run("serach", "x"),
      run("search", "--lmit", "3", "x"),
      run("search", "-n", "many", "x"),
      run("import", "absent.json"),
    ]);
    const folder = await run("import", ".");
    expect([folder.code, folder.err]).toEqual([2, expect.stringMatching(/is a folder\. Give the zip/)]);
    expect([help.code, help.out]).toEqual([0, expect.stringMatching(/import \[options\] <source>[^]*Examples:[^]*Exit codes/)]);
    expect([version.code, version.out.trim()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    expect([typo.code, typo.err]).toEqual([2, expect.stringMatching(/unknown command 'serach'[^]*Did you mean search/)]);
    expect([option.code, option.err]).toEqual([2, expect.stringMatching(/Did you mean --limit/)]);
    expect([number.code, number.err]).toEqual([2, expect.stringMatching(/"many" is no whole number/)]);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/absent\.json cannot be read.*Give the path/)]);
  });

  test("with --json an error is JSON too, on standard error", async () => {
    const { code, out, err } = await run("history", "fact:none", "--json");
    expect([code, out]).toEqual([1, ""]);
    expect(JSON.parse(err)).toEqual({ error: { code: "MEMORY_UNKNOWN", message: expect.any(String), fix: expect.any(String) } });
  });
});

test("a memory that is not there is not begun by looking for it; no words, and no folder to write to, are said", async () => {
  const elsewhere = join(folder.path, "mistyped", "memory.db");
  const runs = await Promise.all([
    run("facts", "--store", elsewhere),
    run("search", " ", "--store", ":memory:"),
    run("export", "--store", ":memory:", "--output", join(elsewhere, "all.jsonl")),
  ]);
  expect(runs.map(({ code, err }) => [code, err])).toEqual([
    [2, expect.stringMatching(/There is no memory at .*mistyped.*--store/)],
    [2, expect.stringMatching(/no words to search for/)],
    [2, expect.stringMatching(/Nothing can be written to .*all\.jsonl: ENOENT[^]*Make its folder/)],
  ]);
  expect(existsSync(dirname(elsewhere))).toBe(false);
});

describe("a past that is imported", () => {
  beforeAll(async () => expect(await run("import", "past.jsonl")).toMatchObject({ code: 0 }));
  /** As another user, of whom nothing is known. */
  const as =
    (user: string) =>
    async <T = object>(...args: readonly string[]) =>
      (await run(...args, "--user", user, "--json")).json<T>();
  const factsOf = async (user: string) => (await as(user)<{ facts: { id: string; text: string }[] }>("facts")).facts;

  test("is only counted by a dry run, then logged, searchable at once, and derived when that is asked for; twice is once", async () => {
    const bob = as("bob");
    expect(await bob("import", "past.jsonl", "--dry-run")).toMatchObject({
      format: "jsonl",
      dryRun: true,
      read: { messages: 3, exchanges: 2, sessions: 2, problems: 0 },
      estimate: { calls: 4, cost: 0 },
    });
    expect((await bob<{ users: string[] }>("users")).users).not.toContain("bob");
    expect(await bob("import", "past.jsonl", "--no-derive")).toMatchObject({ added: 3, known: 0, derived: false, waiting: true });
    const { hits } = await bob<{ hits: object[] }>("search", "what", "does", "my", "sister", "do");
    expect(hits[0]).toMatchObject({ kind: "message", text: PAST[0]!.text, at: Date.UTC(2026, 4, 12, 18, 5) });
    expect(await factsOf("bob")).toEqual([]);
    expect(await bob("derive", "--dry-run")).toMatchObject({ dryRun: true, estimate: { calls: 4 } });
    expect(await bob("derive")).toMatchObject({ pending: 0, warnings: [] });
    expect(await bob("import", "past.jsonl")).toMatchObject({ added: 0, known: 3, derived: true, pending: 0, estimate: { calls: 0 } });
    expect(await factsOf("bob")).toEqual(await factsOf("ada"));
  });

  test("shows itself to a person: profile, facts, personality with a plot, usage, users", async () => {
    const [profile, facts, personality, usage, users, search, none] = await Promise.all([
      run("profile"),
      run("facts"),
      run("personality"),
      run("usage"),
      run("users"),
      run("search", "surfing", "--kinds", "fact", "--from", "2026-05-13"),
      run("facts", "--user", "nobody"),
    ]);
    expect(profile.out).toMatch(/Habits and goals\n {2}.*surfing every Saturday/);
    expect(facts.out).toMatch(/^since +until +id +text\n2026-05-12 +fact:\S+ +.*Mia is a nurse in Porto/);
    expect(personality.out).toMatch(/openness +[34]\.\d\d[^]*5\.0 ┤[^]*2026-05-12 +2026-05-14/);
    expect(usage.out).toMatch(/extract +\d+ +\d+ +\d+ +0\.0000/);
    expect(users.out).toMatch(/^ada$/m);
    expect(search.out).toMatch(/2026-05-14 09:00 +fact .*surfing/);
    expect(none.out).toBe("No facts of nobody yet.\n");
    for (const { code, out } of [profile, facts, personality, usage, users, search])
      expect([code, out.includes("\u001b")]).toEqual([0, false]);
  });

  test("with a broken record names the place, takes the rest, and ends with 1; with --strict it takes nothing", async () => {
    writeFileSync(join(folder.path, "broken.jsonl"), `${lines(PAST)}no json\n`);
    const strict = await run("import", "broken.jsonl", "--user", "eve", "--strict");
    const place = /broken: broken\.jsonl:4: This line is no JSON[^]*Nothing was imported/;
    expect([strict.code, strict.out]).toEqual([1, expect.stringMatching(place)]);
    expect((await run("users")).out).not.toMatch(/^eve$/m);
    const loose = await run("import", "broken.jsonl", "--user", "eve", "--no-derive", "--json");
    expect([loose.code, loose.json()]).toEqual([1, expect.objectContaining({ added: 3, read: expect.objectContaining({ problems: 1 }) })]);
  });

  test("leaves as an archive and comes back; can be corrected and forgotten, never without being asked", async () => {
    const cy = as("cy");
    expect(await as("ada")("export", "-o", "ada.jsonl")).toMatchObject({ userId: "ada", file: "ada.jsonl" });
    expect(existsSync(join(folder.path, "ada.jsonl.part"))).toBe(false);
    const records = readFileSync(join(folder.path, "ada.jsonl"), "utf8").trim().split("\n").length - 1;
    expect(await cy("import", "ada.jsonl", "--dry-run")).toMatchObject({ format: "personagraph", dryRun: true, records });
    expect(await factsOf("cy")).toEqual([]);
    expect(await cy("import", "ada.jsonl")).toMatchObject({ format: "personagraph", dryRun: false, records });
    const facts = await factsOf("cy");
    expect(facts).toEqual(await factsOf("ada"));
    const mia = facts.find(({ text }) => text.includes("Mia"))!.id;
    const { history } = await cy<{ history: { sources: { text: string }[] }[] }>("history", mia);
    expect(history[0]!.sources[0]!.text).toBe(PAST[0]!.text);
    const edited = await cy<{ id: string }>("edit", mia, "Mia", "is a doctor in Braga.");
    expect(edited).toMatchObject({ text: "Mia is a doctor in Braga.", replaced: mia });
    expect(JSON.stringify(await factsOf("cy"))).not.toContain("Porto");

    expect((await run("delete", edited.id, "fact:none", "--user", "cy", "--yes")).code).toBe(2);
    expect((await run("delete", edited.id, "--user", "cy")).code).toBe(2);
    expect(await factsOf("cy")).toHaveLength(facts.length);
    expect(await cy("delete", edited.id, "--yes")).toEqual({ userId: "cy", deleted: [edited.id] });
    const refused = await run("erase", "--user", "cy");
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/Erase everything.*Nobody is there to answer.*--yes/)]);
    expect(await cy("erase", "--yes")).toMatchObject({ userId: "cy", messages: 3 });
    expect(await cy("search", "sister")).toMatchObject({ hits: [] });
  });

  test("does not steer the terminal that shows it", async () => {
    const text = "I own a \u001b[2J boat\u0007 in Faro.";
    await folder.start(["import", "-", "--user", "mal", "--no-derive"], { input: lines([{ role: "user", text }]) }).done;
    const { out } = await run("search", "boat", "--user", "mal");
    expect(out).toContain("boat in Faro");
    expect(out).not.toMatch(/[\u0007\u001b]/);
  });
});

describe("an import that costs", () => {
  test("says so first and asks; what it may spend is a flag; Ctrl-C ends it with 130 and it goes on from there", async () => {
    let calls = 0;
    const server = await openaiServer({
      answer: ({ forced }) => {
        calls++;
        if (calls === 2) return { hang: true };
        if (calls <= 4) return { status: 400 };
        return { args: forced === "propose_memory" ? NOTHING_NEW : ONE_TOPIC };
      },
    });
    const env = {
      PERSONAGRAPH_MEMORY_MODEL: "openai:gpt-test",
      PERSONAGRAPH_BASE_URL: server.url,
      OPENAI_API_KEY: "test",
      PERSONAGRAPH_USER: "cost",
    };
    try {
      const asked = await folder.start(["import", "past.jsonl"], { env }).done;
      expect([asked.code, calls]).toEqual([2, 0]);
      expect(asked.err).toMatch(/about 4 model calls.*price that is not known[^]*Give --yes/);
      const { child, done } = folder.start(["derive", "--yes"], { env });
      for (const late = Date.now() + 60_000; calls < 2 && Date.now() < late;) await sleep(20);
      child.kill("SIGINT");
      expect(await done).toMatchObject({ code: 130, err: expect.stringMatching(/Interrupted/) });
      const failed = await folder.start(["derive", "--yes"], { env }).done;
      expect([failed.code, failed.out]).toEqual([1, expect.stringMatching(/\d steps? could not be done now[^]*EXTRACT_POSTPONED: .*400/)]);
      const priced = await folder.start(["derive", "--json", "--price-in", "1", "--price-out", "1", "--max-cost", "1"], { env }).done;
      expect([priced.code, priced.json()]).toEqual([0, expect.objectContaining({ pending: 0 })]);
    } finally {
      await server.close();
    }
  });
});

describe("threads of a LangGraph server", () => {
  test("are imported with their times, once; what its own memory has logged already is known", async () => {
    const data = join(folder.path, "server");
    const server = await startServerProcess({ data });
    const post = async (path: string, body: object): Promise<{ thread_id: string }> => {
      const headers = { "content-type": "application/json" };
      return (await (await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json()) as never;
    };
    const began = Date.now();
    try {
      const threads: string[] = [];
      for (const content of ["My sister Mia is a nurse in Porto.", "What does my sister do?"]) {
        const { thread_id } = await post("/threads", {});
        const input = { messages: [{ role: "user", content }] };
        await post(`/threads/${thread_id}/runs/wait`, { assistant_id: "agent", input, context: { userId: "ada" } });
        threads.push(thread_id);
      }
      const from = (user: string, ...args: readonly string[]) =>
        run("import", server.url, "--user", user, "--no-derive", "--json", ...args);
      const one = await from("gwen", "--thread", threads[0]!);
      expect([one.code, one.json()]).toEqual([0, expect.objectContaining({ format: "langgraph", added: 2 })]);
      expect((await from("gwen")).json()).toMatchObject({ added: 2, known: 2, read: { threads: 2, exchanges: 2 } });
      expect((await from("ada", "--store", join(data, "memory.db"))).json()).toMatchObject({ added: 0, known: 4 });
      const { hits } = (await run("search", "sister", "--user", "gwen", "--json")).json<{ hits: { at: number }[] }>();
      for (const { at } of hits) expect(at >= began && at <= Date.now()).toBe(true);
    } finally {
      await server.stop();
    }
    const gone = await run("import", server.url, "--user", "gwen", "--json");
    expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/IMPORT_SERVER.*did not give its threads/)]);
  });
});

describe("an import that is killed", () => {
  test("loses nothing and doubles nothing when it is begun again", async () => {
    const many = 12_000;
    const said = (i: number) => ({
      id: `m${i}`,
      at: Date.UTC(2025, 0, 1) + i * 60_000,
      role: i % 2 ? "assistant" : "user",
      text: `Sentence number ${i}.`,
    });
    writeFileSync(join(folder.path, "many.jsonl"), lines(Array.from({ length: many }, (_, i) => said(i))));
    const store = join(folder.path, "many.db");
    const { child } = folder.start(["import", "many.jsonl", "--store", store, "--no-derive"]);
    const memory = new PersonaMemory({ store });
    const kept = () => memory.list("ada", "message");
    let before = 0;
    for (const late = Date.now() + 60_000; before === 0 && Date.now() < late; await sleep(5)) before = (await kept()).length;
    child.kill("SIGKILL");
    await once(child, "close");
    before = (await kept()).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(many);
    const again = (await run("import", "many.jsonl", "--store", store, "--no-derive", "--json")).json<Imported>();
    expect(again).toMatchObject({ added: many - before, known: before });
    const messages = await kept();
    expect(messages.map(({ key, text }) => [key, text])).toEqual(Array.from({ length: many }, (_, i) => [`m${i}`, said(i).text]));
    expect(messages.filter(({ exchange }, i) => exchange !== `m${i - (i % 2)}`)).toEqual([]);
    expect(await memory.pending("ada")).toHaveLength(many + many / 2);
    await memory.close();
  });
});

describe("rebuild", () => {
  const USERS = Array.from({ length: 30 }, (_, i) => `user${i}`);

  test("makes the index of everybody or of some anew; after Ctrl-C it goes on from there", async () => {
    const memory = new PersonaMemory({ store: join(folder.path, "everybody.db") });
    for (const user of USERS) await memory.remember(user, [{ role: "user", text: `I am ${user} and I row a boat.` }]);
    await memory.close();
    const embedded: string[] = [];
    let child: { kill(signal: "SIGINT"): boolean } | undefined;
    const server = await openaiServer({
      answer: () => "",
      embed: (text) => {
        if (embedded.push(text) === 3) child?.kill("SIGINT");
        return [1, 2];
      },
    });
    try {
      const env = { PERSONAGRAPH_EMBEDDINGS: "openai:e", PERSONAGRAPH_BASE_URL: server.url, OPENAI_API_KEY: "none" };
      const first = folder.start(["rebuild", "--store", "everybody.db"], { env });
      child = first.child;
      expect(await first.done).toMatchObject({
        code: 130,
        out: "",
        err: expect.stringMatching(/\d users? done.*goes on from there[^]*Interrupted/),
      });
      const before = embedded.length;
      expect(before).toBeLessThan(USERS.length);
      const second = await folder.start(["rebuild", "--store", "everybody.db", "--json"], { env }).done;
      expect([second.code, second.json()]).toEqual([0, { users: 30, memories: USERS.length - before }]);
      expect(new Set(embedded).size).toBe(embedded.length);
      const some = await run("rebuild", "--store", "everybody.db", "--user", "user3", "--user", "user4");
      expect([some.code, some.out]).toEqual([0, "The index of 2 users was made anew: 2 memories.\n"]);
      const away = await run("doctor", "--store", "everybody.db", "--index", "chroma:http://127.0.0.1:1");
      expect([away.code, away.out]).toEqual([1, expect.stringMatching(/FAILED +index .*INDEX_AWAY.*\n +-> .*personagraph rebuild/)]);
      const searched = await run("search", "boat", "--store", "everybody.db", "--user", "user3", "--index", "chroma:http://127.0.0.1:1");
      expect([searched.code, searched.out, searched.err]).toEqual([
        0,
        expect.stringContaining("boat"),
        expect.stringMatching(/by words over the log/),
      ]);
      const unknown = await run("search", "boat", "--store", "everybody.db", "--index", "faiss");
      expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/"faiss" names no index.*pgvector/)]);
    } finally {
      await server.close();
    }
  });
});

describe("doctor", () => {
  test("finds what works and what does not, each with its fix, and ends with 1 when something is broken", async () => {
    const well = await run("doctor", "--json");
    const checks = well.json<{ ok: boolean; checks: { name: string; status: string; fix?: string }[] }>();
    expect([well.code, checks.ok]).toEqual([0, true]);
    expect(new Set(checks.checks.map(({ name }) => name))).toEqual(
      new Set([
        "node",
        "package",
        "disk",
        "clock",
        "pending",
        "port",
        "access",
        "traces",
        "store",
        "model",
        "memory model",
        "embeddings",
        "index",
      ]),
    );
    writeFileSync(join(folder.path, "text.db"), "this is no database, whatever its name says; ".repeat(30));
    const env = { PERSONAGRAPH_AUTH_SECRET: "short", PERSONAGRAPH_MODEL: "gpt", PERSONAGRAPH_EMBEDDINGS: "nobody:x" };
    const ill = await folder.start(["doctor", "--store", "text.db"], { env }).done;
    expect(ill.code).toBe(1);
    for (const wrong of [
      /FAILED +access +The shared secret has 5 characters.\n +-> Set PERSONAGRAPH_AUTH_SECRET/,
      /FAILED +store/,
      /FAILED +model +"gpt" does not name a model/,
      /FAILED +embeddings +.*unknown provider/,
    ])
      expect(ill.out).toMatch(wrong);
  });

  test("--online calls each model once, and tells a model that cannot propose", async () => {
    const seen: (string | undefined)[] = [];
    const server = await openaiServer({
      answer: ({ forced }) => {
        seen.push(forced);
        return forced === undefined ? "OK" : { args: { changes: "none" } };
      },
    });
    const env = { PERSONAGRAPH_MODEL: "openai:gpt-test", PERSONAGRAPH_BASE_URL: server.url, OPENAI_API_KEY: "test" };
    try {
      const offline = await folder.start(["doctor", "--json"], { env }).done;
      expect([offline.code, seen]).toEqual([0, []]);
      const { code, out } = await folder.start(["doctor", "--online"], { env }).done;
      expect(code).toBe(1);
      expect(out).toMatch(/ok +model +openai:gpt-test answered "OK"/);
      expect(out).toMatch(/FAILED +memory model +.*no usable "extract" proposal/);
    } finally {
      await server.close();
    }
  });
});
