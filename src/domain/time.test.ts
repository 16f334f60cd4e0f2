import { readTime, readTimeEnd, showTime } from "./time.js";

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe("times", () => {
  it("are shown with the weekday in the user's zone", () => {
    expect(showTime(Date.parse("2026-05-12T23:30:00Z"), "Asia/Tokyo")).toBe("Wed 2026-05-13 08:30");
  });

  it.each([
    ["2026-05-12", "2026-05-12T00:00:00.000Z", "2026-05-13T00:00:00.000Z"],
    ["2026-05", "2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"],
    ["2026", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["Tue 2026-05-12 18:05", "2026-05-12T18:05:00.000Z", "2026-05-12T18:05:00.000Z"],
    ["2026-05-12T18:05:00+02:00", "2026-05-12T16:05:00.000Z", "2026-05-12T16:05:00.000Z"],
  ])("reads %s as a span", (text, from, to) => {
    expect([iso(readTime(text, "UTC")), iso(readTimeEnd(text, "UTC"))]).toEqual([from, to]);
  });

  it.each(["", "soon", "2026-02-30", null, undefined, Infinity])("finds no time in %p", (text) => {
    expect(readTime(text, "UTC")).toBeUndefined();
  });
});
