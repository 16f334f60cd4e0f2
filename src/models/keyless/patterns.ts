import { eventRules } from "./patterns-events.js";
import { habitRules } from "./patterns-habits.js";
import { healthRules } from "./patterns-health.js";
import { peopleRules } from "./patterns-people.js";
import { selfRules } from "./patterns-self.js";
import { tasteRules } from "./patterns-tastes.js";
import { thingRules } from "./patterns-things.js";
import { workRules } from "./patterns-work.js";
import type { Rule } from "./rule.js";

const ALL: readonly Rule[] = [
  ...selfRules,
  ...workRules,
  ...healthRules,
  ...tasteRules,
  ...habitRules,
  ...peopleRules,
  ...thingRules,
  ...eventRules,
];

/** Narrow rules that would lose to a wider one: "I quit my job" before "I quit smoking", "my goal is" before habits. */
const NARROW = [
  "correction",
  "answer-style",
  "answer-taste",
  "diet",
  "quit-job",
  "cancelled",
  "postponed",
  "appointment",
  "break-up",
  "sold",
  "goal",
];

/** Every rule, in the order in which they are asked; the first that takes a clause has it. */
export const RULES: readonly Rule[] = [
  ...NARROW.flatMap((name) => ALL.filter((rule) => rule.name === name)),
  ...ALL.filter((rule) => !NARROW.includes(rule.name)),
];
