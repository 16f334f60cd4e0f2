import { DIETARY } from "./lexicon.js";
import { third, verbThird } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** Health and diet. */
export const healthRules: readonly Rule[] = [
  {
    name: "allergy",
    example: ["I'm allergic to peanuts", "The user is allergic to peanuts."],
    pattern:
      /^(?:I am (?:badly |severely |very |slightly )?allergic to|I have an? (?:severe |bad |mild )?allergy to) (?!(?:this|that|people|work|mornings|bullshit)\b)(.{2,60})$/i,
    build: ([, what = ""]) => draft(`The user is allergic to ${third(what)}`, 1),
  },
  {
    name: "health",
    example: ["I was diagnosed with asthma in 2019", "The user was diagnosed with asthma in 2019."],
    pattern:
      /^I (?:(?:was|have been|got) diagnosed with|suffer from|have (?=(?:type \d )?(?:diabetes|asthma|epilepsy|adhd|autism|migraines?|arthritis|insomnia|celiac|coeliac|high blood pressure|hay fever|dyslexia|depression|anxiety)\b))(.{2,60})$/i,
    build: ([whole = "", what = ""]) =>
      draft(
        `The user ${/diagnosed/i.test(whole) ? "was diagnosed with" : /suffer/i.test(whole) ? "suffers from" : "has"} ${third(what)}`,
        1,
      ),
  },
  {
    name: "diet",
    example: ["I don't eat meat any more", "The user no longer eats meat."],
    pattern: /^I (do not|no longer|never|cannot) eat (.{2,50}?)( any ?more| any longer| again)?( since .+| for .+)?$/i,
    build: ([, not = "", what = "", more = "", since = ""]) => {
      if (/^(?:much|here|out|well|enough|yet|lunch|breakfast)\b/i.test(what)) return undefined;
      const verb =
        more || /no longer/i.test(not)
          ? "no longer eats"
          : /never/i.test(not)
            ? "never eats"
            : /cannot/i.test(not)
              ? "cannot eat"
              : "does not eat";
      return draft(`The user ${verb} ${third(what)}${since}`, 1, { ends: `eat ${what}`, state: true, as: "preference", about: "food" });
    },
  },
  {
    name: "does-not",
    example: ["I don't drink alcohol", "The user does not drink alcohol."],
    pattern:
      /^I (do not|never) ((?:drink|smoke|drive|own|wear|speak|use|watch)\b(?! (?:it|this|that|much|enough|you)\b).{0,60}|have (?:(?:an?|any) )?(?:car|kids|children|pets?|siblings|brothers|sisters|tv|driving licen[cs]e)\b.{0,20})$/i,
    build: ([, not = "", what = ""]) => {
      if (/any ?more|any longer/i.test(what)) return undefined;
      const [verb = "", ...rest] = what.split(" ");
      return draft(
        `The user ${/never/i.test(not) ? `never ${verbThird(verb.toLowerCase())}` : `does not ${verb.toLowerCase()}`}${rest.length > 0 ? ` ${third(rest.join(" "))}` : ""}`,
        0.95,
      );
    },
  },
  {
    name: "eats-again",
    example: ["I eat fish again", "The user eats fish again."],
    pattern: /^I (?:have )?(?:eat|started eating|started to eat|began eating) (.{2,50}?)( again)?( since .+| in .+| on .+)?$/i,
    build: ([whole = "", what = "", again = ""]) =>
      again || /start|began/i.test(whole)
        ? draft(`The user eats ${third(what)}${again}`, 0.95, { as: "preference", about: "food" })
        : undefined,
  },
  {
    name: "diet-name",
    example: ["I've been vegan for 3 years", "The user has been vegan since 2023."],
    pattern: new RegExp(
      `^I (am|have been|became|went|have become|turned) ((?:a |an )?(?:mostly |strictly )?${DIETARY})( (?:since|in|on) .+)?$`,
      "i",
    ),
    build: ([, verb = "", what = "", since = ""]) =>
      draft(
        `The user ${verb
          .replace("am", "is")
          .replace(/^have /, "has ")
          .replace("becis", "became")} ${what}${since}`,
        1,
        { as: "preference", about: "food" },
      ),
  },
];
