import { citedMarks, markFor, withoutMarks } from "./citation.js";

describe("citations", () => {
  it("give a memory the same mark every time, and a longer one when two would share it", () => {
    const mark = markFor("fact:a", () => undefined);
    expect(mark).toMatch(/^m[0-9a-f]{4}$/);
    expect(markFor("fact:a", () => "fact:a")).toBe(mark);
    expect(markFor("fact:a", (taken) => (taken === mark ? "fact:b" : undefined))).toMatch(/^m[0-9a-f]{6}$/);
  });

  it("are read alone and in lists, and leave the answer clean", () => {
    const answer = "You moved to Lisbon [m12ab]. Mia is a nurse [m12ab, mfe01]; see [1] and [memo].";
    expect(citedMarks(answer)).toEqual(["m12ab", "mfe01"]);
    expect(withoutMarks(answer)).toBe("You moved to Lisbon. Mia is a nurse; see [1] and [memo].");
  });
});
