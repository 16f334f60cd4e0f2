import type { ConsolidateProposal } from "../../prompts/consolidate.js";
import { acceptConsolidation, coverAll, foldList, type Consolidation } from "./consolidation.js";
import { episodesOf } from "./episode.js";
import { takeIn } from "./message.js";
import { foldProcedures, MAX_PROCEDURES } from "./procedure.js";
import { foldProfile, MAX_PREFERENCES } from "./profile.js";
import { SESSION_GAP, sessionsOf } from "./session.js";

const { records } = takeIn(
  ["user", "assistant", "user", "assistant"].map((role, i) => ({ id: `m${i + 1}`, role: role as "user", text: "…", at: i * 1000 })),
  { now: 10_000, timezone: "UTC" },
);
const session = sessionsOf(records, SESSION_GAP)[0]!;
const proposal = (more: Partial<ConsolidateProposal>): ConsolidateProposal => ({
  topics: [],
  habits: [],
  identity: [],
  preferences: [],
  ...more,
});
const topic = (messages: number[]) => ({ topic: "t", summary: "s", keywords: [], messages });

describe("what of a filing proposal stands up", () => {
  it("drops entries without a message of the user's behind them", () => {
    const entry = (key: string, source: number) => ({ op: "SET" as const, key, text: key, source });
    const filed = acceptConsolidation(
      session,
      proposal({ habits: [entry("good", 1), entry("assistant's", 2), entry("invented", 9), entry("??", 1)] }),
    );
    expect(filed.habits).toEqual([{ op: "SET", key: "good", text: "good", source: "m1" }]);
  });

  it("files every message: what a proposal leaves out goes with its neighbour", () => {
    const filed = acceptConsolidation(session, proposal({ topics: [topic([1]), topic([4, 99])] }));
    expect(filed.topics.map(({ messages }) => messages)).toEqual([
      ["m1", "m2"],
      ["m3", "m4"],
    ]);
  });

  it("gives a topic without valid messages the whole session", () => {
    expect(coverAll([{ topic: "t", summary: "s", keywords: [], messages: [] }], ["a", "b"])[0]!.messages).toEqual(["a", "b"]);
  });

  it("makes one episode a topic, with the times of its messages", () => {
    const filed = acceptConsolidation(session, proposal({ topics: [topic([1, 2]), topic([3, 4])] }));
    expect(episodesOf(filed, records, 5).map(({ id, from, to, sources }) => [id, from, to, sources])).toEqual([
      ["episode:m1.0", 0, 1000, ["m1", "m2"]],
      ["episode:m1.1", 2000, 3000, ["m3", "m4"]],
    ]);
  });
});

describe("what holds after all sessions", () => {
  const filed = (n: number, more: Partial<Consolidation>): Consolidation => ({
    session: `s${n}`,
    from: n,
    to: n,
    topics: [],
    habits: [],
    identity: [],
    preferences: [],
    ...more,
  });
  const set = (key: string, text = key) => ({ op: "SET" as const, key, text, source: "m" });

  it("lets a later session overwrite an earlier one, whatever order they are filed in", () => {
    const sessions = [
      filed(2, { identity: [{ field: "home", value: "Lisbon", source: "m" }] }),
      filed(1, { identity: [{ field: "home", value: "Berlin", source: "m" }] }),
    ];
    expect(foldProfile(sessions).identity).toMatchObject([{ field: "home", value: "Lisbon" }]);
  });

  it("removes what is finished and keeps when it began", () => {
    const sessions = [
      filed(1, { habits: [set("run"), set("read")] }),
      filed(2, { habits: [{ ...set("read"), op: "REMOVE" }, set("run", "runs daily")] }),
    ];
    expect(foldList(sessions, ({ habits }) => habits, 5)).toEqual([{ key: "run", text: "runs daily", source: "m", since: 1, at: 2 }]);
  });

  it("keeps at most five habits and seven preferences, those confirmed last", () => {
    const sessions = Array.from({ length: 9 }, (_, n) => filed(n, { habits: [set(`k${n}`)], preferences: [set(`k${n}`)] }));
    expect(foldProcedures(sessions, 0).map(({ key }) => key)).toEqual(["k4", "k5", "k6", "k7", "k8"]);
    expect(foldProcedures(sessions, 0)).toHaveLength(MAX_PROCEDURES);
    expect(foldProfile(sessions).preferences).toHaveLength(MAX_PREFERENCES);
  });
});
