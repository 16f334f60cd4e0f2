import type { ExtractProposal } from "../../prompts/extract.js";
import { acceptExtraction, emptyExtraction } from "./extraction.js";
import { takeIn } from "./message.js";
import { NEUTRAL_SCORES } from "./personality.js";

const { records } = takeIn(
  [
    { id: "u", role: "user", text: "I moved", at: "2026-05-12T10:00Z" },
    { id: "a", role: "assistant", text: "ok", at: "2026-05-12T10:01Z" },
  ],
  { now: Date.parse("2026-05-12T10:02Z"), timezone: "UTC" },
);
const shown = {
  messages: new Map(records.map((record, i) => [i + 1, record])),
  known: new Map([["f1", "fact:old" as const]]),
  timezone: "Europe/Lisbon",
};
type Change = ExtractProposal["changes"][number];
const accept = (...changes: Partial<Change>[]) =>
  acceptExtraction(
    records[0]!,
    {
      traits: { ...NEUTRAL_SCORES },
      changes: changes.map((change) => ({
        op: "ADD",
        id: null,
        text: "Moved.",
        keywords: [],
        when: null,
        source: 1,
        confidence: 1,
        ...change,
      })),
    },
    shown,
  ).changes;

describe("what of an extraction stands up", () => {
  it("drops a change whose source does not exist or is not the user's", () => {
    expect(accept({ source: 7 }, { source: 0 }, { source: 2 })).toEqual([]);
  });

  it("replaces short ids by real ones, and adds where an update names nothing that was shown", () => {
    expect(accept({ op: "UPDATE", id: "f1" }, { op: "UPDATE", id: "f9" }).map(({ op, target }) => [op, target])).toEqual([
      ["UPDATE", "fact:old"],
      ["ADD", undefined],
    ]);
  });

  it("drops what deletes nothing known, says nothing or changes nothing", () => {
    expect(accept({ op: "DELETE", id: "f9" }, { text: "  " }, { op: "NO_OP" })).toEqual([]);
  });

  it("reads the event time in the user's zone, and falls back to when it was said", () => {
    expect(accept({ when: "2026-05-01" }, { when: "soon" }).map(({ at }) => new Date(at).toISOString())).toEqual([
      "2026-04-30T23:00:00.000Z",
      "2026-05-12T10:00:00.000Z",
    ]);
  });

  it("stands for an unreadable inference with all traits 3", () => {
    expect(emptyExtraction(records[0]!)).toMatchObject({ changes: [], traits: NEUTRAL_SCORES });
  });
});
