import { filedUnder, OFTEN } from "./lexicon.js";
import { third, verbThird } from "./person.js";
import { draft, type Rule } from "./rule.js";

const DOING =
  "play|run|swim|practi[sc]e|collect|volunteer|sing|paint|teach|coach|grow|cook|bake|knit|dance|climb|box|surf|ski|cycle|garden|meditate|smoke|drink|foster|commute|blog|compose|sail|fish|hike|do yoga|do pilates|do karate|go (?:running|swimming|climbing|hiking|dancing|cycling|surfing|to the gym)";

/** Habits, goals, and what the user no longer does. */
export const habitRules: readonly Rule[] = [
  {
    name: "is-no-longer",
    example: ["I'm no longer vegetarian", "The user is no longer vegetarian."],
    pattern: /^(?:I|we) am (?:no longer (.{3,60})|not ((?:an? )?[\w-]+(?: [\w-]+)?) (?:any ?more|any longer))$/i,
    build: ([, soft = "", hard = ""]) =>
      /ing\b|\b(?:sure|here|tired|interested)\b/i.test(soft || hard)
        ? undefined
        : draft(`The user is no longer ${third(soft || hard)}`, 0.95, { ends: soft || hard, state: true }),
  },
  {
    name: "no-longer",
    example: ["I no longer play tennis", "The user no longer plays tennis."],
    pattern:
      /^(?:I|we) (?:(no longer) ([a-z]+)|(do not) ([a-z]+)(?=.* (?:any ?more|any longer)$))\b(.{0,90}?)(?: any ?more| any longer)?$/i,
    build: ([, , soft = "", , hard = "", rest = ""]) => {
      const verb = (soft || hard).toLowerCase();
      if (/^(?:know|think|care|need|want|see|understand|remember|believe|feel|get)$/.test(verb)) return undefined;
      return draft(`The user no longer ${verbThird(verb)}${third(rest) && ` ${third(rest)}`}`, 0.95, {
        ends: `${verb}${rest}`,
        as: "habit",
        about: filedUnder(`${verb} ${rest}`),
      });
    },
  },
  {
    name: "stopped",
    example: ["I stopped smoking last year", "The user stopped smoking in 2025."],
    pattern:
      /^(?:I|we) (?:have )?(stopped|quit|gave up|given up|finished with) ((?:going to |drinking |eating |playing |taking |doing )?(?!(?:it|that|this|on|by|at|in|for|to|my|the|reading|working on)\b)[\w' -]{3,60}?)( (?:in|on|since) .{3,30})?$/i,
    build: ([, verb = "", what = "", when = ""]) =>
      draft(`The user ${verb.toLowerCase().replace("given", "gave")} ${third(what)}${when}`, 0.95, {
        ends: what,
        state: Boolean(when) || /smok|drink|meat|alcohol|sugar|coffee/i.test(what),
        as: "habit",
        about: filedUnder(what),
      }),
  },
  {
    name: "habit",
    example: ["I usually go running every Thursday morning", "The user usually goes running every Thursday morning."],
    pattern: new RegExp(
      `^(?:I|we) (?:(usually|always|often|normally|typically|generally|regularly|never|mostly|tend to) )?(?:try to )?([a-z]+)\\b(.{0,120})$`,
      "i",
    ),
    build: ([, how = "", word = "", rest = ""], { language }) => {
      const verb = word.toLowerCase();
      const frequent = new RegExp(`\\b${OFTEN}`, "i").test(rest);
      if (!frequent && (!how || /never|mostly/i.test(how))) return undefined;
      if (
        /^(?:am|was|were|will|have|had|did|do|would|could|should|can|cannot|think|thought|feel|felt|wonder|know|knew|hope|guess|see|saw|forget|need|want|wanted|said|get)$/.test(
          verb,
        ) &&
        !(verb === "have" && frequent)
      )
        return undefined;
      if (/\b(?:you|them|it)\b/i.test(rest) || !language.nlp(`I ${verb}${rest}`).match("^i #PresentTense").found) return undefined;
      const s = how && /tend/i.test(how) ? "" : `${verbThird(verb)}`;
      return draft(
        `The user ${how.toLowerCase() === "tend to" ? `tends to ${verb}` : `${how ? `${how.toLowerCase()} ` : ""}${s}`}${third(rest) && ` ${third(rest)}`}`,
        frequent ? 0.95 : 0.85,
        { as: "habit", about: filedUnder(`${verb} ${rest}`) },
      );
    },
  },
  {
    name: "has-been",
    example: ["I've been playing the guitar since 2010", "The user has been playing the guitar since 2010."],
    pattern: /^(?:I|we) have been ([a-z]+ing) (.{3,100})$/i,
    build: ([, doing = "", rest = ""]) => {
      const often = new RegExp(`\\b${OFTEN}`, "i").test(rest);
      if (
        /^(?:thinking|staring|waiting|wondering|trying|looking|meaning|feeling|using|having)$/i.test(doing) ||
        /\byou\b/i.test(rest) ||
        !(often || /\bsince \w*\s?\d{4}/.test(rest) || /\bfor (?:years|months|ages)\b/i.test(rest))
      )
        return undefined;
      return draft(
        `The user has been ${doing.toLowerCase()} ${third(rest)}`,
        0.9,
        often ? { as: "habit", about: filedUnder(`${doing} ${rest}`) } : {},
      );
    },
  },
  {
    name: "goal",
    example: ["My goal is to run a marathon", "The user's goal is to run a marathon."],
    pattern:
      /^my (?:(?:long-term|main|big|biggest|next|new year's|personal) )?(goal|dream|aim|resolution|ambition)(?: (?:this|for the|for) [\w ]{2,20})? is (?:to )?(.{3,100})$/i,
    build: ([, kind = "", what = ""]) =>
      draft(`The user's ${kind.toLowerCase()} is to ${third(what).replace(/^to /, "")}`, 1, { as: "habit", about: filedUnder(what) }),
  },
  {
    name: "striving",
    example: ["I'm training for a half marathon", "The user is training for a half marathon."],
    pattern:
      /^(?:I|we) (?:am|are|have been|have started|started) (training for|saving (?:up )?for|working towards?|preparing for|learning(?: how to| to)?|studying for|writing|trying to (?:lose|quit|learn|save|eat|drink|sleep|stop|get fit|become)|practi[sc]ing) (?!(?:it|this|that|you|to you|about|now)\b)(.{2,90})$/i,
    build: ([whole = "", doing = "", what = ""]) =>
      /writing/i.test(doing) && !/\b(?:novel|book|thesis|dissertation|memoir|blog|play|album|phd)\b/i.test(what)
        ? undefined
        : draft(
            `The user ${/have been|started/i.test(whole) ? (/started/i.test(whole) ? "started" : "has been") : "is"} ${doing.toLowerCase()} ${third(what)}`,
            0.9,
            { as: "habit", about: filedUnder(`${what}`) },
          ),
  },
  {
    name: "wish",
    example: ["I want to learn Spanish", "The user wants to learn Spanish."],
    pattern:
      /^I (want to|would love to|would like to|hope to|dream of|plan to|am planning to|am hoping to) ((?:learn|run|become|visit|travel|buy|start|finish|write|lose|build|move|quit|study|see|live|open|climb|go|own|get|retire|adopt|learning|running|becoming|visiting|travell?ing|living|opening|writing|owning)\b.{2,80})$/i,
    build: ([, wish = "", what = ""]) =>
      /^(?:start|write|go|get|see|build|finish|buy) (?:a (?:letter|mail|message|script|list|new chat|joke)|with|by|back|over|on|it|this|that|the|some|what|how|if|rid)\b|\b(?:you|your)\b/i.test(
        what,
      )
        ? undefined
        : draft(
            `The user ${wish
              .toLowerCase()
              .replace("would love to", "would love to")
              .replace("would like to", "would like to")
              .replace(/^am/, "is")
              .replace(/^(want|hope|dream|plan)\b/, (verb) => verbThird(verb))} ${third(what)}`,
            0.85,
          ),
  },
  {
    name: "doing",
    example: ["I play the cello in a small orchestra", "The user plays the cello in a small orchestra."],
    pattern: new RegExp(`^(?:I|we) (${DOING})\\b(.{0,80})$`, "i"),
    build: ([, verb = "", rest = ""]) => {
      const [first = "", ...more] = verb.toLowerCase().split(" ");
      if (
        /\b(?:you|it|this|that)\b/i.test(rest) ||
        (!rest && more.length === 0 && !/^(?:knit|ski|surf|smoke|meditate|garden|swim|climb|sing|paint|dance)$/.test(first))
      )
        return undefined;
      return draft(`The user ${[verbThird(first), ...more].join(" ")}${third(rest) && ` ${third(rest)}`}`, 0.9);
    },
  },
];
