import { NAME, PET, RELATION } from "./lexicon.js";
import { third } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** Family, friends and animals. */
export const peopleRules: readonly Rule[] = [
  {
    name: "relation-name",
    example: ["My brother's name is Tom", "The user's brother is called Tom."],
    pattern: new RegExp(
      `^(?:[Mm]y|[Oo]ur) (${RELATION}|${PET})(?:'s name is|'s name was| is called| is named| are called| are named| was called) (${NAME}.{0,60})$`,
      "u",
    ),
    build: ([whole = "", who = "", name = ""]) =>
      draft(`The user's ${who} ${/ (?:are|were) /.test(whole) ? "are" : "is"} called ${name}`, 1),
  },
  {
    name: "died",
    example: ["My dog Rex died yesterday", "The user's dog Rex died on 11 May 2026."],
    pattern: new RegExp(`^(?:[Mm]y|[Oo]ur) ((?:${RELATION}|${PET})(?: ${NAME})?) (?:has |have )?(died|passed away)\\b( .{0,60}|)$`, "u"),
    build: ([, who = "", , rest = ""]) => draft(`The user's ${who} died${third(rest) && ` ${third(rest)}`}`, 1, { replaces: who }),
  },
  {
    name: "relation-is",
    example: ["My sister is a nurse", "The user's sister is a nurse."],
    pattern: new RegExp(
      `^(?:[Mm]y|[Oo]ur) ((?:${RELATION}|${PET})(?:,? ${NAME},?)?) (is|are|was) ((?:an?|the|from|in|allergic|pregnant|married|divorced|retired|vegetarian|vegan|called|named|\\d+|on|getting|moving|coming|visiting|studying|working|living|training|expecting|\\p{Lu}\\p{L}+)\\b.{0,90})$`,
      "u",
    ),
    build: ([, who = "", verb = "", what = ""]) =>
      /^(?:an? )?(?:bit|pain|mess|great|the best|on (?:the|my|fire)|in (?:the|my))\b/i.test(what)
        ? undefined
        : /^(?:good|nice|great|tired|mad|sad|happy|sick|ill|funny|asleep|here|not|so|very|right|being|fine|ok)\b/i.test(what)
          ? undefined
          : draft(`The user's ${who.replaceAll(",", "")} ${verb} ${third(what)}${/^\d+$/.test(what) ? " years old" : ""}`, 0.95),
  },
  {
    name: "relation-does",
    example: ["My sister Ana lives in Porto", "The user's sister Ana lives in Porto."],
    pattern: new RegExp(
      `^(?:[Mm]y|[Oo]ur) ((?:${RELATION}|${PET})(?:,? ${NAME},?)?) (?:has (?!been)|have (?!been))?((?:lives?|works?|studies|study|loves?|likes?|hates?|plays?|has|have|moved|got|turned|started|graduated|speaks?|drives?|runs?|owns?|teaches|teach|eats?|prefers?|was born|quit|retired|adopted|bought|gave birth|passed|comes?) .{2,100})$`,
      "u",
    ),
    build: ([, who = "", what = ""]) =>
      /^(?:likes?|loves?|hates?|got|has|have) (?:it|this|that|to say|me|you|when|mad|angry|sick|a (?:question|cold|problem))\b/i.test(what)
        ? undefined
        : draft(`The user's ${who.replaceAll(",", "")} ${third(what)}`, 0.95),
  },
  {
    name: "break-up",
    example: ["I broke up with Sam", "The user broke up with Sam."],
    pattern: new RegExp(
      `^(?:(?:I|we) (?:have )?(?:broke|broken|split) up(?: with ((?:my )?.{2,40}?))?|I got divorced(?: from (.{2,40}?))?|(?:[Mm]y ${RELATION}|${NAME}) and I (?:have )?(?:broke|broken|split) up)( (?:on|in) .{3,30})?$`,
      "u",
    ),
    build: ([whole = "", who = "", spouse = "", when = ""]) => {
      const name = who || spouse || /^(?:my )?(.+?) and I/i.exec(whole)?.[1] || "";
      const of = new RegExp(RELATION, "i").test(name) && !/^my /i.test(name) ? `their ${name}` : third(name);
      return draft(
        /divorced/i.test(whole)
          ? `The user got divorced${of && ` from ${of}`}${when}`
          : `The user ${name ? `broke up with ${of}` : "and their partner broke up"}${when}`,
        0.95,
        { ends: "@partner", ...(/divorced/i.test(whole) || when ? { state: true } : {}) },
      );
    },
  },
  {
    name: "dating",
    example: ["I'm dating Sam", "The user is dating Sam."],
    pattern: new RegExp(
      `^(?:I|we) (?:have )?(am dating|am seeing|got married|got engaged|are getting married|am married to|am engaged to|married|am in a relationship)(?: (to|with) | |$)(${NAME}|my .{2,40}|(?:on|in) .{3,30}|.{0})( (?:on|in) .{3,30})?$`,
      "u",
    ),
    build: ([, verb = "", to = "", who = "", when = ""]) =>
      draft(`The user ${verb.replace(/^(?:am|are)/, "is")}${to && ` ${to}`}${third(who) && ` ${third(who)}`}${when}`, 0.95),
  },
];
