import { inOrder, takeIn, type IncomingMessage } from "./message.js";

const now = Date.parse("2026-05-12T12:00:00Z");
const take = (...messages: IncomingMessage[]) => takeIn(messages, { now, timezone: "Europe/Lisbon" });

describe("taking messages in", () => {
  it("reads a time without an offset in the user's zone", () => {
    const { records } = take({ id: "a", role: "user", text: "hi", at: "2026-05-01T09:00" });
    expect(new Date(records[0]!.at).toISOString()).toBe("2026-05-01T08:00:00.000Z");
  });

  it.each(["yesterday-ish", {}, "2026-13-45", Number.NaN])("takes now for the time %p, and says so", (at) => {
    const { records, warnings } = take({ id: "a", role: "user", text: "hi", at });
    expect(records[0]!.at).toBe(now);
    expect(warnings).toEqual([expect.stringContaining("is not ISO 8601 or epoch ms")]);
  });

  it("does not believe a time far in the future", () => {
    const { records, warnings } = take({ id: "a", role: "user", text: "hi", at: "2031-01-01" });
    expect(records[0]!.at).toBe(now);
    expect(warnings).toEqual([expect.stringContaining("lies in the future")]);
  });

  it("gives the same message without an id the same key, and another one another", () => {
    const message = { role: "user", text: "hi", at: "2026-05-01" } as const;
    const keys = take(message, message, { ...message, text: "ho" }).records.map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("makes keys that every store takes", () => {
    const { records } = take({ id: "a%b\\c\u0000", role: "user", text: "hi" }, { id: "x".repeat(10_000), role: "user", text: "hi" });
    for (const { key } of records) expect(key).toMatch(/^x[0-9a-f]{16}$/);
  });

  it("keeps text whole but for what no store can hold", () => {
    const text = `a\u0000b\ud800c ${"é".repeat(1_000_000)}`;
    expect(take({ role: "user", text }).records[0]!.text).toBe(`ab\ufffdc ${"é".repeat(1_000_000)}`);
  });

  it("counts an answer to the exchange of the question before it", () => {
    const { records } = take(
      { id: "u1", role: "user", text: "one" },
      { id: "a1", role: "assistant", text: "first" },
      { id: "t1", role: "tool", text: "{}" },
      { id: "u2", role: "user", text: "two" },
    );
    expect(records.map(({ exchange }) => exchange)).toEqual(["u1", "u1", "u1", "u2"]);
  });

  it("counts what begins another thread to no exchange of the thread before it", () => {
    const { records } = take(
      { id: "u1", role: "user", text: "one", thread: "a" },
      { id: "a1", role: "assistant", text: "first", thread: "b" },
      { id: "a2", role: "assistant", text: "second", thread: "b" },
    );
    expect(records.map(({ exchange }) => exchange)).toEqual(["u1", "a1", "a1"]);
  });

  it("puts messages of one moment in the order in which they were given", () => {
    const { records } = take(...["c", "a", "b"].map((id): IncomingMessage => ({ id, role: "user", text: id, at: "2026-05-01" })));
    expect(
      [...records]
        .reverse()
        .sort(inOrder)
        .map(({ key }) => key),
    ).toEqual(["c", "a", "b"]);
  });
});
