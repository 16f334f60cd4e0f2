import { isOccupation } from "./lexicon.js";
import { third } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** Work and study. */
export const workRules: readonly Rule[] = [
  {
    name: "quit-job",
    example: ["I quit my job", "The user quit their job."],
    pattern:
      /^I (?:have )?((?:quit|left|lost|resigned from) (?:my|the) (?:\w+ )?(?:job|position|work|company)|resigned|(?:was|got|have been) (?:laid off|fired|made redundant)|(?:no longer|do not) work)\b( .{0,60}|)$/i,
    build: ([, what = "", rest = ""]) => {
      const text = what
        .toLowerCase()
        .replace(/\b(?:my|the)\b/, "their")
        .replace(/(?:no longer|do not) work/, "no longer works");
      if (/^do not work/i.test(what) && !/any ?more|any longer/i.test(rest)) return undefined;
      return draft(
        `The user ${text}${third(rest.replace(/ any ?more| any longer/i, "")) && ` ${third(rest.replace(/ any ?more| any longer/i, ""))}`}`,
        0.95,
        { ends: "@work" },
      );
    },
  },
  {
    name: "work",
    example: ["I work as a nurse at St. Mary's", "The user works as a nurse at St. Mary's."],
    pattern:
      /^I (?:work|am working) ((?:as|at|for|in|with|from|on|part[- ]time|full[- ]time|remotely|night shifts?|nights|shifts) ?.{0,100})$/i,
    build: ([, what = ""]) =>
      /^(?:on|with|at|for|in) (?:it|this|that|the moment|a while|now)\b/i.test(what) || /^on\b/i.test(what)
        ? undefined
        : draft(`The user works ${third(what)}`, 1),
  },
  {
    name: "job",
    example: ["I got a new job as a baker in Porto", "The user got a new job as a baker in Porto."],
    pattern:
      /^(?:I|my) (?:have )?(got|started|found|accepted|took|have|job is|work is)( (?:a|an|my|the) (?:\w+ ){0,2}(?:job|position|role))?( .{0,90}|)$/i,
    build: ([whole = "", verb = "", job = "", rest = ""]) => {
      if (/is$/i.test(verb)) return /^my/i.test(whole) ? draft(`The user's ${verb}${third(rest) && ` ${third(rest)}`}`, 0.95) : undefined;
      return job && !/^my/i.test(whole)
        ? draft(`The user ${verb === "have" ? "has" : verb}${third(job).replace(/^/, " ")}${third(rest) && ` ${third(rest)}`}`, 0.95)
        : undefined;
    },
  },
  {
    name: "worked",
    example: ["I was a nurse for ten years", "The user was a nurse for ten years."],
    pattern: /^I (?:have )?(was|worked as|worked at|worked for) (.{2,80})$/i,
    build: ([, verb = "", what = ""]) =>
      /was/i.test(verb) && !(isOccupation(what) && /^an? /i.test(what))
        ? undefined
        : /^(?:it|this|that|hours|a (?:while|bit))\b/i.test(what)
          ? undefined
          : draft(`The user ${verb.toLowerCase()} ${third(what)}`, 0.9),
  },
  {
    name: "became",
    example: ["I became a teacher in 2019", "The user became a teacher in 2019."],
    pattern:
      /^I (?:have )?(became|become|changed jobs|was promoted|got promoted|have been promoted|retired|got my degree|graduated)\b( .{0,90}|)$/i,
    build: ([, verb = "", rest = ""]) =>
      draft(`The user ${verb.toLowerCase().replace("become", "became").replace("my", "their")}${third(rest) && ` ${third(rest)}`}`, 0.95),
  },
  {
    name: "study",
    example: ["I study marine biology in Bergen", "The user studies marine biology in Bergen."],
    pattern:
      /^I (study|studied|have studied|am studying|major in|am majoring in) (?!(?:it|this|that|for|your|hard|all|a lot|together)\b)(.{2,90})$/i,
    build: ([, verb = "", what = ""]) => draft(`The user ${/studied/i.test(verb) ? "studied" : "studies"} ${third(what)}`, 0.95),
  },
];
