import { afterEach, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InMemoryStore, type BaseStore } from "@langchain/langgraph";
import type { EpisodeRecord } from "../domain/episode.js";
import type { FactRecord } from "../domain/fact.js";
import { takeIn, type IncomingMessage } from "../domain/message.js";
import type { RecallRequest, RecallResult } from "../domain/recall.js";
import { DAY } from "../domain/time.js";
import { MemoryLog, put, remove } from "../store/memory-log.js";
import { SqliteStore } from "../store/sqlite-store.js";
import { createRecall } from "./recall.js";

const NOW = Date.UTC(2026, 4, 20, 12);
const clock = { now: () => NOW + 5_000 };
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const file = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), "recall-")));
  return join(folders.at(-1)!, "memory.db");
};

function memory(store: BaseStore = new SqliteStore()) {
  const log = new MemoryLog(store);
  const recall = createRecall({ log, clock });
  return {
    log,
    recall,
    async say(...messages: (string | Partial<IncomingMessage>)[]): Promise<void> {
      const { records } = takeIn(
        messages.map((message, i) => ({
          id: `m${i}`,
          role: "user" as const,
          text: "",
          at: NOW - (messages.length - i) * 60_000,
          ...(typeof message === "string" ? { text: message } : message),
        })),
        { now: NOW, timezone: "UTC" },
      );
      await log.of("ada").write(records.map((record) => put("message", record.key, record)));
    },
    ask: (query: string, request: Partial<RecallRequest> = {}): Promise<RecallResult> =>
      recall.recall("ada", { query, now: NOW, ...request }),
  };
}
const idsOf = ({ hits }: RecallResult): string[] => hits.map(({ id }) => id);
const fact = (key: string, text: string, more: Partial<FactRecord> = {}): FactRecord => ({
  id: `fact:${key}`,
  kind: "fact",
  text,
  keywords: [],
  at: NOW - DAY,
  recordedAt: NOW,
  sources: [key],
  status: "current",
  version: 1,
  validFrom: NOW - DAY,
  said: NOW - DAY,
  confidence: 1,
  ...more,
});

describe("what is found", () => {
  test("is what the words say, in whatever form, with its sources and the parts of its score", async () => {
    const { say, ask } = memory();
    await say("My sister Mia is a nurse in Braga.", "The train was late again.", "I am painting the kitchen.");
    const { hits, beyond } = await ask("Where does my sister work as nurses do?");
    expect(hits[0]).toMatchObject({ id: "message:m0", kind: "message", sources: ["m0"], text: "My sister Mia is a nurse in Braga." });
    expect(Object.values(hits[0]!.why).reduce((sum, part) => sum + part, 0)).toBeCloseTo(hits[0]!.score);
    expect(hits[0]!.why["words"]).toBeGreaterThan(0);
    expect(beyond).toBe(0);
    expect(idsOf(await ask("Did I paint?"))[0]).toBe("message:m2");
  });

  test("shares a topic where it shares no word", async () => {
    const { say, ask } = memory();
    await say("I avoid spicy dishes.", "My bicycle has a flat tyre.", "The concert was loud.");
    const { hits } = await ask("Which restaurants would you recommend?");
    expect(hits[0]!.id).toBe("message:m0");
    expect(hits[0]!.why["topics"]).toBeGreaterThan(0);
  });

  test("is found in Chinese and Japanese, and in one language by the other's topic", async () => {
    const { say, ask } = memory();
    await say("我在上海的一家医院工作。", "我的猫叫小白。", "昨日、京都で寿司を食べました。", "Ich wohne seit Mai in Leipzig.");
    expect(idsOf(await ask("我在哪里工作？"))[0]).toBe("message:m0");
    expect(idsOf(await ask("What is my cat called?"))[0]).toBe("message:m1");
    expect(idsOf(await ask("京都で何を食べた？"))[0]).toBe("message:m2");
    expect(idsOf(await ask("Seit wann wohne ich in Leipzig?"))[0]).toBe("message:m3");
  });

  test("survives a typing error and another spelling", async () => {
    const { say, ask } = memory();
    await say("We met Alessandra at the harbour.", "I bought new shoes.");
    expect(idsOf(await ask("Who is Allessandra?"))[0]).toBe("message:m0");
    expect(idsOf(await ask("the harbuor"))[0]).toBe("message:m0");
  });

  test("is what the user said rather than the assistant's long reply, unless the assistant is asked for", async () => {
    const { say, ask } = memory();
    await say(
      "I want to learn the cello.",
      { role: "assistant", text: "The cello is a fine instrument. Rent a cello first, find a cello teacher, and tune the cello daily." },
      "Thanks!",
    );
    expect(idsOf(await ask("my cello"))[0]).toBe("message:m0");
    expect(idsOf(await ask("What did you suggest about renting a cello?"))[0]).toBe("message:m1");
  });

  test("includes the answer to a question that fits, and prefers who is named", async () => {
    const { say, ask } = memory();
    await say(
      { text: "Which instrument do you play, Tom?", role: "peer", speaker: "Eva" },
      { text: "The oboe, since I was nine.", role: "peer", speaker: "Tom" },
      { text: "Tom, that's wonderful!", role: "peer", speaker: "Eva" },
      { text: "Rain all day.", role: "peer", speaker: "Eva", thread: "other" },
    );
    const { hits } = await ask("Which instrument does Tom play?");
    expect(hits.slice(0, 2).map(({ id }) => id)).toContain("message:m1");
    expect(hits.find(({ id }) => id === "message:m1")!.why["neighbours"]).toBeGreaterThan(0);
    expect(idsOf(await ask("wonderful Tom")).indexOf("message:m3")).toBe(-1);
  });

  test("recalls a stated preference and a standing wish for a request that does not mention them", async () => {
    const { say, ask } = memory();
    await say(
      "Paris was full of hotels and a hotel museum.",
      "I refuse to stay in hotels with carpets.",
      "Always give prices when I ask about hotels.",
    );
    expect(
      idsOf(await ask("Can you recommend a hotel in Rome?"))
        .slice(0, 2)
        .sort(),
    ).toEqual(["message:m1", "message:m2"]);
  });
});

describe("facts and episodes", () => {
  test("stand among the messages and lead to them; what holds now comes before what held once", async () => {
    const { log, say, ask } = memory();
    await say("I live in Porto.", "We moved to Lyon!");
    const episode: EpisodeRecord = {
      id: "episode:e",
      kind: "episode",
      text: "Ada told of her move to Lyon.",
      keywords: ["Lyon"],
      at: NOW,
      recordedAt: NOW,
      sources: ["m0", "m1"],
      status: "current",
      version: 1,
      topic: "the move",
      session: "m0",
      from: NOW,
      to: NOW,
    };
    await log
      .of("ada")
      .write([
        put("fact", "old", fact("old", "The user lives in Porto.", { status: "closed", supersededBy: "fact:new", validTo: NOW })),
        put("fact", "new", fact("new", "Home is Lyon.")),
        put("episode", "e", episode),
      ]);
    const found = await ask("Does the user live in Porto?");
    const ids = idsOf(found);
    expect(ids.indexOf("fact:new")).toBeGreaterThanOrEqual(0);
    expect(ids.indexOf("fact:new")).toBeLessThan(ids.indexOf("fact:old"));
    expect(found.hits.find(({ id }) => id === "fact:new")!.why["replaces"]).toBeGreaterThan(0);
    expect(found.hits.find(({ id }) => id === "fact:old")!.why["no longer holds"]).toBeLessThan(0);
    expect((await ask("the move to Lyon")).hits.find(({ kind }) => kind === "episode")!.sources).toEqual(["m0", "m1"]);
  });

  test("closed meanwhile is seen at the next question", async () => {
    const { log, ask } = memory();
    await log.of("ada").write([put("fact", "f", fact("f", "Ada eats meat."))]);
    expect((await ask("meat")).hits[0]!.why).not.toHaveProperty("no longer holds");
    await log.of("ada").write([put("fact", "f", fact("f", "Ada eats meat.", { status: "closed", version: 2, recordedAt: NOW + 1 }))]);
    expect((await ask("meat")).hits[0]!.why).toHaveProperty("no longer holds");
  });

  test("cited before rank higher", async () => {
    const { log, ask } = memory();
    await log.of("ada").write([put("fact", "a", fact("a", "Ada plays tennis.")), put("fact", "b", fact("b", "Ada plays tennis!"))]);
    const last = idsOf(await ask("tennis"))[1]!;
    await log.of("ada").write([put("citation", "c", { memory: last as "fact:a", exchange: "m9", at: NOW, recordedAt: NOW })]);
    const { hits } = await ask("tennis");
    expect(hits[0]!.id).toBe(last);
    expect(hits[0]!.why["cited"]).toBeGreaterThan(0);
  });
});

describe("a search", () => {
  test("leaves out what was shown, keeps quotas, and says how much lies beyond", async () => {
    const { log, say, ask } = memory();
    await say(...Array.from({ length: 30 }, (_, i) => `Note ${i} on my garden`));
    await log.of("ada").write([put("fact", "g", fact("g", "The user has a garden."))]);
    const first = await ask("garden", { limit: 6, quotas: { message: 4 } });
    expect(first.hits.filter(({ kind }) => kind === "message")).toHaveLength(4);
    expect(first.hits).toHaveLength(5);
    expect(first.beyond).toBe(26);
    const second = await ask("garden", { limit: 6, exclude: first.hits.map(({ id }) => id) });
    expect(second.hits).toHaveLength(6);
    expect(second.beyond).toBe(20);
    expect(idsOf(second).filter((id) => idsOf(first).includes(id))).toEqual([]);
    expect((await ask("garden", { kinds: ["fact"] })).hits.map(({ kind }) => kind)).toEqual(["fact"]);
  });

  test("uses keywords beside the question", async () => {
    const { say, ask } = memory();
    await say("Biscuit needs his shots.", "The garden is dry.");
    expect(idsOf(await ask("What about my pet?", { keywords: ["Biscuit"] }))[0]).toBe("message:m0");
  });

  test("keeps to a stated window, and widens an empty one with a note", async () => {
    const { say, ask } = memory();
    await say(
      { text: "Tennis in spring", at: NOW - 400 * DAY },
      { text: "Tennis again", at: NOW - 30 * DAY },
      { text: "Rain", at: NOW - 29 * DAY },
    );
    const inside = await ask("tennis", { window: { from: NOW - 31 * DAY, to: NOW - 28 * DAY } });
    expect(idsOf(inside)).toEqual(["message:m1", "message:m2"]);
    expect(inside.window).toEqual({ from: NOW - 31 * DAY, to: NOW - 28 * DAY, widened: false });
    const widened = await ask("tennis", { window: { from: NOW - 25 * DAY, to: NOW - 20 * DAY } });
    expect(idsOf(widened)).toContain("message:m1");
    expect(widened.window).toMatchObject({ widened: true, note: expect.stringContaining("widened by 7 days") });
    const everywhere = await ask("tennis", { window: { to: NOW - 3000 * DAY } });
    expect(everywhere.window).toMatchObject({ widened: true, note: expect.stringContaining("all of time") });
    expect(idsOf(everywhere)).toHaveLength(2);
  });

  test("lets a date in the question favour its time without hiding other times", async () => {
    const { say, ask } = memory();
    await say(
      { text: "I went to the theatre", at: NOW - 200 * DAY },
      { text: "I went to the theatre", at: NOW - 14 * DAY },
      { text: "I went to the theatre", at: NOW - DAY },
    );
    const { hits } = await ask("When did I go to the theatre two weeks ago?");
    expect(hits).toHaveLength(3);
    expect(hits[0]!.id).toBe("message:m1");
    expect(hits[0]!.why["window"]).toBeGreaterThan(0);
    expect(idsOf(await ask("What was it, yesterday?"))[0]).toBe("message:m2");
  });
});

describe("odd input", () => {
  test("gives an empty result", async () => {
    const { say, ask, recall } = memory();
    await say("I live in Porto.");
    for (const query of ["", "   \n", "what is it that I am", "?!…", "😀😀"])
      expect(await ask(query)).toMatchObject({ hits: [], beyond: 0 });
    expect(await recall.recall("nobody", { query: "Porto", now: NOW })).toEqual({ hits: [], beyond: 0 });
    expect(await ask("Porto", { limit: 0 })).toEqual({ hits: [], beyond: 0 });
    expect(await ask("Porto", { window: { from: NOW, to: NOW } })).toMatchObject({ window: { widened: true } });
  });

  test("of 100 KB and of strange texts is no error", async () => {
    const { say, ask } = memory();
    await say("I live in Porto.", "", "x".repeat(100_000), "__proto__ constructor toString", "$& $1 \\ % _ ' \" ;--");
    expect(idsOf(await ask(`${"blah ".repeat(20_000)} Porto`))).toContain("message:m0");
    expect(idsOf(await ask("constructor __proto__"))[0]).toBe("message:m3");
  });

  test("that makes no sense is a clear error", async () => {
    const { ask, recall } = memory();
    const refused = { code: "RECALL_REQUEST", fix: expect.any(String) };
    await expect(ask("x", { window: { from: NOW, to: NOW - 1 } })).rejects.toMatchObject(refused);
    await expect(ask("x", { window: { from: 1e17 } })).rejects.toMatchObject(refused);
    await expect(ask("x", { window: { to: NaN } })).rejects.toMatchObject(refused);
    await expect(ask("x", { now: Infinity })).rejects.toMatchObject(refused);
    await expect(ask("x", { limit: -1 })).rejects.toMatchObject(refused);
    await expect(ask(undefined as unknown as string)).rejects.toMatchObject(refused);
    await expect(recall.recall("", { query: "x", now: NOW })).rejects.toMatchObject({ code: "USER_ID_MISSING" });
    await expect(recall.drop(" ")).rejects.toMatchObject({ code: "USER_ID_MISSING" });
  });
});

describe("the index", () => {
  test.each([
    ["SqliteStore", () => new SqliteStore()],
    ["InMemoryStore", () => new InMemoryStore()],
  ])("follows what others write to one %s", async (_, make) => {
    const store = make();
    const [one, two] = [memory(store), memory(store)];
    await one.say("My dog is called Rex.");
    expect(idsOf(await one.ask("dog"))).toEqual(["message:m0"]);
    expect(idsOf(await two.ask("dog"))).toEqual(["message:m0"]);
    await two.log.of("ada").write([put("fact", "d", fact("d", "Ada has a dog."))]);
    expect(await one.ask("dog")).toEqual(await two.ask("dog"));
    expect(idsOf(await one.ask("dog"))).toContain("fact:d");
  });

  test("gives the answers of one that is built anew, whatever the order of arrival", async () => {
    const store = new SqliteStore();
    const old = memory(store);
    await old.say({ text: "Shall we meet at the lake?", thread: "t", at: NOW - 3000 }, { text: "Gladly.", thread: "t", at: NOW - 1000 });
    await old.ask("lake");
    const { records } = takeIn([{ id: "late", role: "user", text: "At noon, by the pier.", thread: "t", at: NOW - 2000 }], {
      now: NOW + 1,
      timezone: "UTC",
    });
    await old.log
      .of("ada")
      .write([
        put("message", "late", records[0]!),
        put("episode", "e", { ...fact("e", "A lake."), id: "episode:e", kind: "episode" } as never),
      ]);
    await old.ask("lake");
    await old.log.of("ada").write([
      put("episode", "e", {
        ...fact("e", "The pier at the lake.", { version: 2, recordedAt: NOW + 2 }),
        id: "episode:e",
        kind: "episode",
      } as never),
    ]);
    const found = await old.ask("meet at the lake");
    expect(found).toEqual(await memory(store).ask("meet at the lake"));
    expect(idsOf(found)).toContain("message:late");
  });

  test("forgets what was erased, also by another", async () => {
    const store = new SqliteStore();
    const [one, two] = [memory(store), memory(store)];
    await one.say("My secret is Zanzibar.", "I like tea.");
    await Promise.all([one.ask("Zanzibar"), two.ask("Zanzibar")]);
    await one.log.of("ada").write([remove("message", "m0"), put("meta", "erasures", { token: "1" })]);
    for (const each of [one, two]) {
      expect(idsOf(await each.ask("Zanzibar"))).toEqual([]);
      expect(idsOf(await each.ask("tea"))).toEqual(["message:m1"]);
    }
    await one.recall.drop("ada");
    expect(idsOf(await one.ask("tea"))).toEqual(["message:m1"]);
  });

  test("keeps users apart, and answers for those it had to let go", async () => {
    const log = new MemoryLog(new SqliteStore());
    const recall = createRecall({ log, clock, maxBytes: 1 });
    for (const user of ["a", "b", "c"]) {
      const { records } = takeIn([{ id: "m", role: "user", text: `The code of ${user} is ${user.repeat(5)}` }], {
        now: NOW,
        timezone: "UTC",
      });
      await log.of(user).write([put("message", "m", records[0]!)]);
    }
    for (const user of ["a", "b", "c", "a"]) {
      const { hits } = await recall.recall(user, { query: "code", now: NOW });
      expect(hits.map(({ text }) => text)).toEqual([`The code of ${user} is ${user.repeat(5)}`]);
    }
  });

  test("answers many at once", async () => {
    const { say, ask } = memory();
    await say("My dog is called Rex.");
    const found = await Promise.all(Array.from({ length: 20 }, () => ask("dog")));
    expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  test("answers the same in two processes on one file", async () => {
    const path = file();
    const here = memory(new SqliteStore({ path }));
    await here.say("My dog is called Rex.", "We walk the dog at noon.", "I like tea.");
    const script = `
      const { createRecall } = await import(process.env.RECALL);
      const { MemoryLog } = await import(process.env.LOG);
      const { SqliteStore } = await import(process.env.STORE);
      const recall = createRecall({ log: new MemoryLog(new SqliteStore({ path: process.env.FILE })) });
      console.log(JSON.stringify(await recall.recall("ada", { query: "When do I walk my dog?", now: ${NOW} })));`;
    const url = (path: string): string => new URL(path, import.meta.url).href;
    const there = await new Promise<string>((resolve, reject) => {
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          FILE: path,
          RECALL: url("./recall.ts"),
          LOG: url("../store/memory-log.ts"),
          STORE: url("../store/sqlite-store.ts"),
        },
      });
      let [out, err] = ["", ""];
      child.stdout.on("data", (data: Buffer) => (out += data.toString()));
      child.stderr.on("data", (data: Buffer) => (err += data.toString()));
      child.on("error", reject).on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(err))));
    });
    expect(JSON.parse(there)).toEqual(JSON.parse(JSON.stringify(await here.ask("When do I walk my dog?"))));
  });
});
