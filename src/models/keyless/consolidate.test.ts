import { beforeAll, describe, expect, test } from "@jest/globals";
import { consolidatePrompt, ConsolidateSchema, type ConsolidateInput, type ConsolidateProposal } from "../../../prompts/consolidate.js";
import { consolidate } from "./consolidate.js";
import { loadLanguage, type Language } from "./language.js";

let language: Language;
beforeAll(async () => {
  language = await loadLanguage();
});

const AT = "Tue 2026-05-12 18:05";
const file = (
  texts: readonly string[],
  before: Partial<ConsolidateInput> = {},
  role: (n: number) => string = () => "user",
): ConsolidateProposal =>
  ConsolidateSchema.parse(
    consolidate(
      consolidatePrompt({
        identity: [],
        preferences: [],
        habits: [],
        ...before,
        messages: texts.map((text, i) => [i + 1, role(i), AT, text]),
      }).user,
      language,
    ),
  );
const alternate = (n: number): string => (n % 2 === 0 ? "user" : "assistant");

test("topics are split where the subject changes, and hold every message", () => {
  const { topics } = file(
    [
      "I bought a new bike yesterday, a gravel bike.",
      "Nice, a gravel bike!",
      "The bike has twelve gears.",
      "Good.",
      "My sister visits the dentist tomorrow.",
      "I hope the dentist is kind.",
      "She fears dentists since school.",
      "I see.",
    ],
    {},
    alternate,
  );
  expect(topics.map(({ messages }) => messages)).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  expect(topics[0]?.summary).toBe("The user talked about bike, bought, gravel: The user bought a new bike on 11 May 2026, a gravel bike.");
  expect(topics[1]?.keywords).toEqual(expect.arrayContaining(["sister", "dentist"]));
});

test("a session without facts is summed up by a quotation; one without the user still is", () => {
  expect(file(["The weather was awful at the lake again."]).topics).toEqual([
    {
      topic: "weather, awful, lake",
      summary: 'The user talked about weather, awful, lake: "The weather was awful at the lake again."',
      keywords: ["weather", "awful", "lake"],
      messages: [1],
    },
  ]);
  expect(file(["Das Wetter am See war wieder schlecht."]).topics[0]?.summary).toBe('"Das Wetter am See war wieder schlecht."');
  expect(file(["Hello there, welcome back."], {}, () => "assistant").topics[0]?.messages).toEqual([1]);
  expect(file([""]).topics[0]?.messages).toEqual([1]);
  expect(file([]).topics).toHaveLength(1);
});

describe("lists", () => {
  test("identity, habits, preferences and goals of the user only", () => {
    const filed = file(
      [
        "My name is Ada, I'm 34 and I live in Porto.",
        "I live in Rome.",
        "I work as a nurse. I go running every Thursday morning. I'm training for a marathon. I don't eat meat. Please keep your answers short.",
      ],
      {},
      alternate,
    );
    expect(filed.identity).toEqual([
      { field: "name", value: "Ada", source: 1 },
      { field: "age", value: "34", source: 1 },
      { field: "home", value: "Porto", source: 1 },
      { field: "work", value: "a nurse", source: 3 },
    ]);
    expect(filed.habits).toEqual(
      [
        { op: "SET", key: "go-running", text: "The user goes running every Thursday morning.", source: 3 },
        { op: "SET", key: "training-marathon", text: "The user is training for a marathon.", source: 3 },
      ].map((entry) => ({ ...entry, key: expect.any(String) })),
    );
    expect(filed.preferences.map(({ key, text }) => [key, text])).toEqual([
      ["food", "The user does not eat meat."],
      ["answers", "The user wants answers to be short."],
    ]);
  });
  test("a known key is used again, and removed when the habit ends", () => {
    const habits = [["morning-run", "The user goes running every Thursday morning."]] as const;
    expect(file(["I go running every Tuesday morning."], { habits }).habits).toEqual([
      { op: "SET", key: "morning-run", text: "The user goes running every Tuesday morning.", source: 1 },
    ]);
    expect(file(["I stopped running."], { habits }).habits).toEqual([
      { op: "REMOVE", key: "morning-run", text: "The user stopped running.", source: 1 },
    ]);
    expect(file(["I no longer go running on Thursdays."], { habits }).habits.map(({ op }) => op)).toEqual(["REMOVE"]);
    expect(file(["I stopped smoking."], { habits }).habits).toEqual([]);
  });
  test("what is known and unchanged is left out", () => {
    expect(
      file(["I live in Porto. I love hiking."], { identity: [["home", "Porto"]], preferences: [["hiking", "The user loves hiking."]] }),
    ).toMatchObject({ identity: [], preferences: [] });
    expect(file(["It's Porto, not Lisbon."], { identity: [["home", "Lisbon"]] }).identity).toEqual([
      { field: "home", value: "Porto", source: 1 },
    ]);
  });
  test("at most five habits and seven preferences", () => {
    const days = [
      "I swim every Monday",
      "I bake every Tuesday",
      "I paint every Friday",
      "I hike every Sunday",
      "I knit every evening",
      "I meditate every night",
      "I cook every day",
    ];
    expect(file(days).habits).toHaveLength(5);
    expect(
      file(["hiking", "chess", "opera", "sushi", "trains", "maps", "lakes", "owls", "moss"].map((thing) => `I love ${thing}.`)).preferences,
    ).toHaveLength(7);
  });
});
