import { ANSWERS, filedUnder, kindOf, STYLE, STYLE_WISH } from "./lexicon.js";
import { third, verbThird } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** Objects that say nothing by themselves: "I love it", "I like your idea", "I love when ...". */
const EMPTY =
  /^(?:it|this|that|these|those|them|you|your|yours|him|her|how|what|when|where|why|who|to (?:know|say|see|hear|ask|think|get|have|be)|the (?:idea|sound|way|first|second|last|answer|suggestion|one)|so|all|one|me|myself|being asked|I|we|also|their|his|seeing|watching (?:them|him|her))\b|^.{0,40}\b(?:them|him|these|those|this|it)\b/i;

const LIKING =
  "love|like|enjoy|adore|avoid|hate|dislike|detest|loathe|cannot stand|do not like|do not enjoy|do not care for|am (?:really |very )?into|am fond of|am (?:a )?(?:big|huge|great) fan of|am a fan of|am not a fan of|am obsessed with|am crazy about|am interested in|am afraid of|am scared of|am passionate about|am good at|am bad at";

const be = (verb: string): string =>
  /^(?:am|do|cannot)\b/i.test(verb) ? verb.replace(/^am/i, "is").replace(/^do /i, "does ") : verbThird(verb.toLowerCase());

/** Tastes, wishes about answers, and corrections. */
export const tasteRules: readonly Rule[] = [
  {
    name: "answer-style",
    example: ["Please keep your answers short", "The user wants answers to be short."],
    pattern: STYLE_WISH,
    build: ([, style = ""]) => draft(`The user wants answers to be ${style}`, 1, { as: "preference", about: "answers" }),
  },
  {
    name: "answer-taste",
    example: ["I prefer short answers", "The user prefers short answers."],
    pattern: new RegExp(
      `^I (prefer|like|want|would like|love|hate|do not like|do not want) ((?:your |my )?(?:${STYLE} ${ANSWERS}|${ANSWERS} (?:to be |that are )?${STYLE}|${ANSWERS} (?:in [A-Z][a-z]+|in bullet points|without emojis?|with examples)|bullet points|emojis?))$`,
      "i",
    ),
    build: ([, verb = "", what = ""]) =>
      draft(`The user ${verb === "would like" ? "wants" : be(verb)} ${what.replace(/^(?:your|my) /i, "")}`, 1, {
        as: "preference",
        about: "answers",
      }),
  },
  {
    name: "correction",
    example: ["actually it's Porto, not Lisbon", "It is Porto, not Lisbon."],
    pattern:
      /^((?:(?:no|sorry|wait|actually|correction|well|oops|hm+)[,:.]? )*)(it is|it was|that is|that was|he is|she is|I meant?|it should be|that should be|make that|)(?: actually)? ?([\p{L}\p{N}'-]+(?: [\p{L}\p{N}'-]+){0,3}?)(,)? not (?:in |on |at |to |a |the )?([\p{L}\p{N}'-]+(?: [\p{L}\p{N}'-]+){0,3})$/iu,
    build: ([, lead = "", subject = "", right = "", comma = "", wrong = ""]) => {
      // "It is just not right" denies and corrects nothing: a correction is announced, or sets a name or number against another.
      const named = /^[\p{Lu}\p{N}]/u.test(right) && /^[\p{Lu}\p{N}]/u.test(wrong);
      if (
        !(lead || subject) ||
        !comma ||
        !(named || lead || /meant|make|should/i.test(subject)) ||
        /^(?:it|this|that|just|so|only|sure)\b|^i\b/i.test(right) ||
        /^(?:sure|that|so|only|just|really|very|yet|knowing|because)\b/i.test(wrong)
      )
        return undefined;
      return draft(`It is ${right.trim()}, not ${wrong.trim()}`, 0.95, {
        correct: { right: right.trim().replace(/^(?:in|on|at|to) /i, ""), wrong: wrong.trim() },
      });
    },
  },
  {
    name: "favourite",
    example: ["My favourite colour is green", "The user's favourite colour is green."],
    pattern: /^my (?:all-time |new |current )?favourite ([\w -]{2,40}?) (?:is|are|has always been|has become) (.{2,80})$/i,
    build: ([whole = "", what = "", which = ""]) =>
      /^(?:not|it|this|that)\b/i.test(which)
        ? undefined
        : draft(`The user's favourite ${what} ${/ are /.test(whole) ? "are" : "is"} ${third(which)}`, 1, {
            as: "preference",
            about: `favourite ${what}`,
          }),
  },
  {
    name: "no-longer-likes",
    example: ["I don't like coffee any more", "The user no longer likes coffee."],
    pattern: /^I (?:no longer|do not|stopped) (like|love|enjoy|prefer|liking|enjoying|loving) (.{2,60}?)(?: (any ?more|any longer))?$/i,
    build: ([whole = "", verb = "", what = "", more = ""]) =>
      EMPTY.test(what) || (!more && /^I do not/i.test(whole))
        ? undefined
        : draft(
            `The user no longer ${verbThird(verb.toLowerCase().replace(/ing$/, /(?:enjoy)ing/i.test(verb) ? "" : "e"))} ${third(what)}`,
            1,
            { ends: what, state: true, as: "preference", about: kindOf(what) ?? filedUnder(what) },
          ),
  },
  {
    name: "switched",
    example: ["I switched from coffee to tea", "The user switched from coffee to tea."],
    pattern: /^(?:I|we) (?:have )?(switched|changed|went) (?:over )?from (.{2,40}?) to ((?!(?:work|school|bed|home)\b).{2,60})$/i,
    build: ([, , from = "", to = ""]) =>
      /^(?:zero|bad|good|work|home|one|place)\b/i.test(from)
        ? undefined
        : draft(`The user switched from ${third(from)} to ${third(to)}`, 0.95, {
            replaces: from,
            as: "preference",
            about: kindOf(to) ?? filedUnder(to),
          }),
  },
  {
    name: "prefer",
    example: ["I prefer tea now", "The user prefers tea."],
    pattern: /^I (?:would )?(prefer|would rather have) (.{2,90})$/i,
    build: ([whole = "", , what = ""]) =>
      EMPTY.test(what) || /would/i.test(whole) || /^(?:not|if|that)\b/i.test(what)
        ? undefined
        : draft(`The user prefers ${third(what)}`, 1, { as: "preference", about: kindOf(what) ?? filedUnder(what) }),
  },
  {
    name: "liking",
    example: ["I love hiking", "The user loves hiking."],
    pattern: new RegExp(`^(?:I|we) (${LIKING}) (.{2,110})$`, "i"),
    build: ([, verb = "", what = ""]) => {
      if (EMPTY.test(what) || /\b(?:you|your)\b/i.test(what)) return undefined;
      return draft(
        `The user ${be(verb.toLowerCase())} ${third(what)}`,
        0.95,
        /afraid|scared|good at|bad at/.test(verb) ? {} : { as: "preference", about: kindOf(what) ?? filedUnder(what) },
      );
    },
  },
];
