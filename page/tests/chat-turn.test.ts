import type { Recalled } from "../../src/server/api/schemas.js";
import { answerParts, newTurn, withEvent } from "../views/chat-turn.js";

const memory = (mark: string): Recalled => ({
  mark,
  id: `fact:${mark}`,
  kind: "fact",
  label: "fact",
  at: 0,
  text: mark,
  score: 1,
  why: {},
  sources: [],
  search: 0,
});
const recalled = [memory("m1a2b"), memory("m3c4d")];
const shown = (answer: string, running = false) =>
  answerParts(answer, recalled, running).map((part) => ("text" in part ? part.text : `<${part.note} ${part.memory.text}>`));

describe("an answer", () => {
  it("shows its marks as numbered notes, the same memory under the same number", () => {
    expect(shown("Tea [m3c4d] and food [m1a2b, m3c4d].")).toEqual(["Tea", "<1 m3c4d>", " and food", "<2 m1a2b>", "<1 m3c4d>", "."]);
  });

  it("leaves out a mark that names nothing, and one that is half written", () => {
    expect(shown("Tea [mffff].")).toEqual(["Tea", "."]);
    expect(shown("Tea [m3c", true)).toEqual(["Tea"]);
    expect(shown("Tea [or so", true)).toEqual(["Tea [or so"]);
  });
});

describe("a turn", () => {
  it("takes in what comes, and stays failed once it has failed", () => {
    const events = [
      { type: "recall" as const, recalled, ms: 3 },
      { type: "search" as const, search: { query: "tea", found: 1, beyond: 0 }, recalled: [memory("m5e6f")] },
      { type: "token" as const, text: "Te" },
      { type: "token" as const, text: "a" },
      { type: "remembered" as const, facts: [{ id: "fact:x", text: "Tea.", status: "current" as const }] },
    ];
    const turn = events.reduce(withEvent, newTurn("What?"));
    expect(turn).toMatchObject({ answer: "Tea", ms: 3, state: "running", facts: [{ text: "Tea." }], searches: [{ query: "tea" }] });
    expect(turn.recalled.map(({ mark }) => mark)).toEqual(["m1a2b", "m3c4d", "m5e6f"]);
    expect(withEvent(turn, { type: "done", answer: "Tea.", cited: ["fact:m1a2b"] })).toMatchObject({ state: "done", answer: "Tea." });
    const failed = withEvent(turn, { type: "error", message: "no" });
    expect(withEvent(failed, { type: "done", answer: "Tea", cited: [] })).toMatchObject({ state: "failed", error: "no" });
  });
});
