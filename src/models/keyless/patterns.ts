import { lifeRules } from "./patterns-life.js";
import { selfRules } from "./patterns-self.js";
import { waysRules } from "./patterns-ways.js";
import type { Rule } from "./rule.js";

const byName = (rules: readonly Rule[], ...names: readonly string[]): Rule[] => rules.filter((rule) => names.includes(rule.name));
/** Narrow rules that would lose to a wider one of another file. */
const FIRST = byName([...selfRules, ...lifeRules, ...waysRules], "correction", "answer-style", "answer-taste", "diet", "quit-job", "appointment", "postponed", "cancelled", "break-up", "sold", "goal");

/** Every rule, in the order in which they are asked; the first that takes a clause has it. */
export const RULES: readonly Rule[] = [...FIRST, ...[...selfRules, ...waysRules, ...lifeRules].filter((rule) => !FIRST.includes(rule))];
