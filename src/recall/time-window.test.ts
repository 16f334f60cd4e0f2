import { describe, expect, test } from "@jest/globals";
import { anchorFrom, anchorNamesIn } from "./anchors.js";
import { inside, readSpans } from "./time-window.js";
import type { MemoryRecord } from "../domain/record.js";

const NOW = Date.UTC(2026, 4, 20, 12); // Wednesday
const day = (iso: string): number => Date.parse(`${iso}T12:00:00Z`);
const covers = async (query: string, iso: string, timezone = "UTC", anchors: Parameters<typeof readSpans>[3] = []): Promise<boolean> =>
  (await readSpans(query, NOW, timezone, anchors)).spans.some((span) => inside(day(iso), span));

describe("a question's time", () => {
  test.each([
    ["What did I do on 3 May 2025?", "2025-05-03", "2025-06-20"],
    ["What did we talk about on May 3rd?", "2026-05-03", "2026-04-01"],
    ["What happened in March?", "2026-03-15", "2025-10-15"],
    ["Where did I go in November?", "2025-11-11", "2026-03-11"],
    ["What did I say yesterday?", "2026-05-19", "2026-05-10"],
    ["What was I reading two weeks ago?", "2026-05-06", "2026-03-01"],
    ["What was I reading 3 days ago?", "2026-05-17", "2026-03-01"],
    ["Whom did I meet in the last two months?", "2026-04-01", "2026-01-10"],
    ["What did I plan last month?", "2026-04-10", "2026-01-10"],
    ["Did I travel last spring?", "2025-04-15", "2025-08-20"],
    ["Where was I in the summer of 2024?", "2024-07-10", "2025-07-10"],
    ["What did I paint in 2023?", "2023-08-01", "2024-12-01"],
    ["我昨天说了什么？", "2026-05-19", "2026-05-01"],
    ["昨日は何をしましたか", "2026-05-19", "2026-05-01"],
  ])("%s", async (query, within, without) => {
    expect(await covers(query, within)).toBe(true);
    expect(await covers(query, without)).toBe(false);
  });

  test("is padded, because people tell of a day before and after it", async () => {
    expect(await covers("What did I do on 3 May 2025?", "2025-05-07")).toBe(true);
  });

  test("is meant in the user's zone", async () => {
    const [span] = (await readSpans("yesterday", Date.UTC(2026, 4, 20, 2), "America/Los_Angeles")).spans;
    expect(new Date(span!.from + 86_400_000).toISOString()).toBe("2026-05-18T07:00:00.000Z");
  });

  test("may count from a day the user has told", async () => {
    const fact = { text: "The user's birthday is on 12 March.", status: "current" } as MemoryRecord;
    const names = anchorNamesIn("What did I do two weeks before my birthday?");
    expect(names).toEqual(["birthday"]);
    const anchor = await anchorFrom("birthday", [{ text: "My birthday was great", status: "current" } as MemoryRecord, fact]);
    expect(anchor).toEqual({ name: "birthday", month: 3, day: 12 });
    expect(await covers("What did I do two weeks before my birthday?", "2026-02-26", "UTC", [anchor!])).toBe(true);
    expect(await covers("What did I do two weeks before my birthday?", "2026-03-20", "UTC", [anchor!])).toBe(false);
  });

  test.each([
    "",
    "Who am I?",
    "at 5",
    "31 February 2026",
    "in the year 99999",
    "9999999999999999999 days ago",
    "-- :: //",
    "1/1/1".repeat(200),
  ])("is nothing in %j, and no error", async (query) => {
    for (const { from, to } of (await readSpans(query, NOW, "UTC")).spans) expect(from).toBeLessThan(to);
  });

  test("is nothing for a clock that is out of order", async () => {
    expect((await readSpans("yesterday", NaN, "UTC")).spans).toEqual([]);
    expect((await readSpans("yesterday", NOW, "No/Where")).spans).toEqual([]);
  });
});
