import { PASSING } from "./lexicon.js";
import { third, verbThird } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** Belongings. */
export const thingRules: readonly Rule[] = [
  {
    name: "sold",
    example: ["I sold my motorbike", "The user sold their motorbike."],
    pattern:
      /^(?:I|we) (?:have )?(sold|got rid of|gave away|cancell?ed|left|closed|crashed|returned|dropped out of|unsubscribed from) (?:my|our|the) ((?!(?:bed|room|key|keys|call|chat)\b)[\w' -]{2,50}?)( to .{2,40}| for .{2,40})?( (?:on|in|since) .{3,30})?$/i,
    build: ([, verb = "", what = "", to = "", when = ""]) =>
      draft(`The user ${verb.toLowerCase()} their ${what}${third(to) && ` ${third(to)}`}${when}`, 0.9, {
        ends: what,
        state: Boolean(to || when),
      }),
  },
  {
    name: "have",
    example: ["I have two cats, Miso and Tofu", "The user has two cats, Miso and Tofu."],
    pattern:
      /^(?:I|we) (?:have|own|have got|got|have had) ((?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twin|no|some|several|my own|identical|\d{1,3}) .{2,110})$/i,
    build: ([whole = "", what = ""]) =>
      PASSING.test(what) || /\b(?:you|it)\b/i.test(what) || /^(?:I|we) got/i.test(whole)
        ? undefined
        : draft(`The user ${/have had/i.test(whole) ? "has had" : /own/i.test(whole) ? "owns" : "has"} ${third(what)}`, 0.95),
  },
  {
    name: "belonging",
    example: ["My car is a red Fiat", "The user's car is a red Fiat."],
    pattern:
      /^my ((?:new |old )?(?:car|bike|motorbike|house|flat|apartment|phone|laptop|computer|guitar|instrument|boat|camera)) is (an? .{2,60})$/i,
    build: ([, what = "", value = ""]) =>
      /\b(?:mess|problem|bit|disaster|dream)\b/i.test(value) ? undefined : draft(`The user's ${what} is ${third(value)}`, 0.95),
  },
  {
    name: "uses",
    example: ["I drive an old Volvo", "The user drives an old Volvo."],
    pattern: /^I (drive|ride|own|use|wear) ((?:an?|my) .{2,60}|(?:reading )?glasses|contact lenses|hearing aids|size .{1,20})$/i,
    build: ([, verb = "", what = ""]) => draft(`The user ${verbThird(verb.toLowerCase())} ${third(what)}`, 0.85),
  },
];
