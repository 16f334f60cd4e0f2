import { expect, test } from "@jest/globals";
import { consolidatePrompt, ConsolidateSchema } from "../../../prompts/consolidate.js";
import { extractPrompt, ExtractSchema, type ExtractProposal } from "../../../prompts/extract.js";
import { consolidate } from "./consolidate.js";
import { extract } from "./extract.js";
import { loadLanguage } from "./language.js";

/** Four sessions over some weeks: a move, a changed preference, a habit that ends, an appointment that is moved. */
const SESSIONS: readonly (readonly [time: string, text: string])[][] = [
  [
    ["Mon 2026-03-02 09:00", "Hi, I'm Ada. I live in Lisbon and work as a nurse at St. Mary's."],
    ["Mon 2026-03-02 09:02", "I love coffee. I usually go running every Thursday morning."],
    ["Mon 2026-03-02 09:05", "My sister is a teacher. Do you know a good recipe?"],
  ],
  [
    ["Sat 2026-03-14 18:00", "I have a dentist appointment on Friday at 3."],
    ["Sat 2026-03-14 18:04", "I have two cats, Miso and Tofu."],
  ],
  [
    ["Tue 2026-03-17 20:00", "My dentist appointment was moved to Monday at 10."],
    ["Tue 2026-03-17 20:01", "I prefer tea now."],
  ],
  [
    ["Sun 2026-04-12 11:00", "I moved to Porto last week and I quit my job."],
    ["Sun 2026-04-12 11:03", "I no longer go running on Thursdays, but I love swimming."],
    ["Sun 2026-04-12 11:05", "I work as a baker now."],
  ],
];

test("the right facts hold in the end", async () => {
  const language = await loadLanguage();
  const facts = new Map<string, ExtractProposal["changes"][number]>();
  let next = 1;
  let identity = new Map<string, string>();
  const habits = new Map<string, string>();
  const preferences = new Map<string, string>();
  for (const session of SESSIONS) {
    for (const [time, text] of session) {
      const known = [...facts].map(([id, fact]) => [id, "Mon 2026-03-02", fact.text] as const);
      const { user } = extractPrompt({
        known,
        context: [],
        messages: [
          [1, "user", time, text],
          [2, "assistant", time, "Noted."],
        ],
      });
      for (const change of ExtractSchema.parse(extract(user, language)).changes) {
        if (change.op !== "ADD") expect(facts.delete(change.id!)).toBe(true);
        if (change.op !== "DELETE") facts.set(`f${next++}`, change);
      }
    }
    const { user } = consolidatePrompt({
      identity: [...identity],
      preferences: [...preferences],
      habits: [...habits],
      messages: session.map(([time, text], i) => [i + 1, "user", time, text]),
    });
    const filed = ConsolidateSchema.parse(consolidate(user, language));
    expect(filed.topics.flatMap((topic) => topic.messages).sort()).toEqual(session.map((_, i) => i + 1));
    identity = new Map([...identity, ...filed.identity.map(({ field, value }) => [field, value] as const)]);
    for (const [list, changes] of [
      [habits, filed.habits],
      [preferences, filed.preferences],
    ] as const)
      for (const { op, key, text } of changes) {
        if (op === "SET") list.set(key, text);
        else list.delete(key);
      }
  }
  expect([...facts.values()].map(({ text }) => text).sort()).toEqual(
    [
      "The user's name is Ada.",
      "The user's sister is a teacher.",
      "The user has two cats, Miso and Tofu.",
      "The user's dentist appointment is on 23 March 2026 at 10:00.",
      "The user prefers tea.",
      "The user moved to Porto in the week of 30 March 2026.",
      "The user loves swimming.",
      "The user works as a baker.",
    ].sort(),
  );
  expect([...facts.values()].find(({ text }) => text.includes("dentist"))?.when).toBe("2026-03-23T10:00");
  expect(Object.fromEntries(identity)).toEqual({
    name: "Ada",
    home: "Porto",
    work: "a baker",
    sister: "is a teacher",
    pets: "two cats, Miso and Tofu",
  });
  expect(habits.size).toBe(0);
  expect(Object.fromEntries(preferences)).toEqual({ drink: "The user prefers tea.", swimming: "The user loves swimming." });
});
