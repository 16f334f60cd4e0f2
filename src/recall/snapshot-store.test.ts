import { describe, expect, test } from "@jest/globals";
import type { FactRecord } from "../domain/fact.js";
import { takeIn } from "../domain/message.js";
import { digest } from "../domain/text.js";
import { MemoryLog, put, remove } from "../store/memory-log.js";
import { SqliteStore } from "../store/sqlite-store.js";
import { documentOf } from "./document.js";
import { createRecall } from "./recall.js";
import { SqliteSnapshotStore } from "./snapshot-store.js";
import { SNAPSHOT_VERSION } from "./index-rows.js";

function world(store = new SqliteStore()) {
  let now = Date.UTC(2026, 4, 20, 12);
  const clock = { now: () => now };
  const log = new MemoryLog(store, clock);
  const open = () => createRecall({ log, clock, snapshots: new SqliteSnapshotStore(store.database) });
  const say = async (texts: readonly string[], from = 0): Promise<void> => {
    const { records } = takeIn(
      texts.map((text, i) => ({
        id: `m${from + i}`,
        role: i % 2 ? ("peer" as const) : ("user" as const),
        speaker: i % 2 ? "Tom" : "Ada",
        text,
        thread: `t${i % 3}`,
        at: now - 1e6 + i * 1000,
      })),
      { now, timezone: "UTC" },
    );
    await log.of("ada").write(records.map((record) => put("message", record.key, record)));
  };
  const stored = () =>
    store.database.prepare("SELECT body, generation FROM recall_snapshots").all([]) as { body: ArrayBuffer | null; generation: number }[];
  return { store, log, open, say, stored, later: (ms: number) => (now += ms), now: () => now };
}
const texts = Array.from(
  { length: 150 },
  (_, i) => `Note ${i}: my garden has ${["roses", "tulips", "a pond", "很多花"][i % 4]} and Zanzibar${i === 6 ? "xyz" : ""}.`,
);
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("a snapshot", () => {
  test("gives the answers of an index that is built anew, also of what came and went after it", async () => {
    const { open, say, stored, log, later, now } = world();
    await say(texts);
    const first = open();
    const ask = (recall: typeof first, query: string) => recall.recall("ada", { query, now: now(), limit: 30 });
    const before = await ask(first, "Which tulips does Tom have in the garden?");
    await first.close();
    expect(stored()[0]!.body).not.toBeNull();
    expect(await ask(open(), "Which tulips does Tom have in the garden?")).toEqual(before);
    later(3_600_000);
    await say(["The pond is frozen."], 500);
    await log.of("ada").write([remove("message", "m9")]);
    const anew = createRecall({ log, clock: { now } });
    for (const query of ["frozen pond", "tulips", "Zanzibarxyz", "Note 9", "花"])
      expect(await ask(open(), query)).toEqual(await ask(anew, query));
  });

  test("leaves no word of what was erased, and none is written by who has not heard of it", async () => {
    const { open, say, stored, log, now } = world();
    await say(texts);
    const [one, other] = [open(), open()];
    await Promise.all([one, other].map((recall) => recall.recall("ada", { query: "garden", now: now() })));
    await settle();
    expect(Buffer.from(stored()[0]!.body!).includes("zanzibarxyz")).toBe(true);
    await log.of("ada").write([remove("message", "m6")]);
    await one.erased("ada");
    expect(stored().map(({ body }) => body)).toEqual([null]);
    await say(
      Array.from({ length: 120 }, (_, i) => `More ${i}`),
      1000,
    );
    await other.recall("ada", { query: "garden", now: now() });
    await other.close();
    expect(Buffer.from(stored()[0]!.body!).includes("zanzibarxyz")).toBe(false);
    expect((await one.recall("ada", { query: "Zanzibarxyz", now: now(), kinds: ["message"] })).hits.map(({ id }) => id)).not.toContain(
      "message:m6",
    );
  });

  test("that is older than an erase is refused", () => {
    const { store } = world();
    const snapshots = new SqliteSnapshotStore(store.database);
    const generation = snapshots.generation("ada");
    snapshots.drop("ada");
    snapshots.save("ada", generation, { through: 1, erasures: "" }, { ids: ["secret"] } as never);
    expect(snapshots.load("ada")).toBeUndefined();
    snapshots.save("ada", snapshots.generation("ada"), { through: 1, erasures: "" }, { ids: [] } as never);
    expect(snapshots.load("ada")).toMatchObject({ state: { through: 1 } });
    store.database.exec("UPDATE recall_snapshots SET body = x'00'");
    expect(snapshots.load("ada")).toBeUndefined();
  });

  test("has a version that changes with the analysis of a text", () => {
    const analysed = ["I'm running to Zoë's café at 5pm!", "Ich habe die Blumen gegossen", "我住在上海", "すし and MORE"].map((text) =>
      documentOf({ text, keywords: [], kind: "message", role: "user", speaker: "Tom" } as never, "en"),
    );
    // Another digest: raise SNAPSHOT_VERSION, then write the new one here.
    expect([SNAPSHOT_VERSION, digest(JSON.stringify(analysed))]).toEqual([1, "9855acffc71b7482"]);
  });
});

describe("what was removed", () => {
  test("is gone at the next question, and back when it is written again", async () => {
    const { log, open, say, now, later } = world();
    await say(["I live in Porto.", "I like tea."]);
    const recall = open();
    const ids = async (query: string) => (await recall.recall("ada", { query, now: now() })).hits.map(({ id }) => id);
    expect(await ids("Porto")).toEqual(["message:m0"]);
    const record = (await log.of("ada").get("message", "m0"))!;
    later(5);
    await log.of("ada").write([remove("message", "m0")]);
    expect(await ids("Porto")).toEqual([]);
    await log.of("ada").write([put("message", "m0", { ...record, recordedAt: now() })]);
    expect(await ids("Porto")).toEqual(["message:m0"]);
    await log.of("ada").write([remove("message", "m0")]);
    await log.of("ada").write([put("message", "m0", { ...record, recordedAt: now(), version: 2 })]);
    expect(await ids("Porto")).toEqual(["message:m0"]);
  });

  test("and what was written, is seen although it was stamped long before it could be read", async () => {
    const { log, open, say, now, later } = world();
    await say(["I live in Porto."]);
    const recall = open();
    await recall.recall("ada", { query: "tea", now: now() });
    const stamp = now();
    later(15_000);
    await recall.recall("ada", { query: "tea", now: now() });
    const fact = {
      id: "fact:t",
      kind: "fact",
      text: "Drinks tea.",
      keywords: [],
      at: stamp,
      recordedAt: stamp,
      sources: [],
      status: "current",
      version: 1,
    };
    await log.of("ada").write([put("fact", "t", fact as unknown as FactRecord)]);
    expect((await recall.recall("ada", { query: "tea", now: now() })).hits.map(({ id }) => id)).toEqual(["fact:t"]);
  });
});
