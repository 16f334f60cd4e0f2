import { DIETARY, isOccupation, kindOf, RELATION } from "./lexicon.js";
import { contentStems } from "./words.js";

/** An attribute that holds one value at a time, read from a fact as it is written: two values of one slot cannot both hold. */
export interface Slot {
  readonly slot: string;
  readonly value: string;
}

/** Whose attribute it is: "the user", "the user's sister Ana". Facts of other authors may begin with "User" or with the verb. */
const SUBJECT = new RegExp(`^(?:[Tt]he )?[Uu]ser(?:'s ((?:${RELATION}))(?: (\\p{Lu}[\\p{L}'’-]+))?)? (?=\\p{Ll})`, "u");

const TABLE: readonly (readonly [RegExp, (value: string, match: RegExpMatchArray) => string | undefined])[] = [
  [/^(?:now |currently )?(?:lives|resides|is living|is based|has lived) (?:in|at|near|outside|on) (.+)/i, () => "home"],
  [/^(?:has )?(?:moved|relocated)(?: back)?(?: from .+?)? to (\p{Lu}.+)/u, () => "home"],
  [
    /^(?:now |currently )?(?:works|is working|(?:got|started|found|accepted|took|has) (?:an?|their) (?:\w+ ){0,2}(?:job|position|role)) as (.+?)(?= (?:at|for|in) |$)/i,
    () => "role",
  ],
  [/^(?:became|is) (an? .+?)(?= (?:at|for|in) |$)/i, (value) => (isOccupation(value) ? "role" : undefined)],
  [
    /^(?:now |currently )?(?:works|is working|(?:got|started|found|accepted|took|has) (?:an?|their) (?:\w+ ){0,2}(?:job|position|role)|(?:became|is) an? \w+)(?: as .+?)? (?:at|for) (.+)/i,
    () => "workplace",
  ],
  [/^(?:is|turned) (\d{1,3}) years old/i, () => "age"],
  [
    /^(?:is |is now |has been |became |went )(.*)$/i,
    (value) => (new RegExp(`^(?:an? )?(?:mostly |strictly )?${DIETARY}\\b`, "i").test(value) ? "diet" : undefined),
  ],
  [/^(?:(?:no longer|never) eats|(?:does not|cannot) eat|eats) (meat|animal products)/i, () => "diet"],
  [/^(?:is (single|married|divorced|engaged|widowed|separated)|got (married|divorced|engaged))\b/i, () => "relationship"],
  [/^(?:is dating|is married to|is engaged to|married|got married to) (.+)/i, () => "partner"],
  [/^wants? answers to be (.+)/i, () => "answers"],
  [/^prefers (.+)/i, (value) => `prefers:${kindOf(value.replace(/ (?:to|over|than|rather) .*/, "")) ?? contentStems(value)[0] ?? ""}`],
  [/^(?:studies|is studying) (.+)/i, () => "study"],
  [/^(?:is )?called (.+)/i, () => "name"],
];

const TASTE =
  /^(no longer |does not |is not )?(?:now |really )?(loves?|likes?|enjoys?|adores?|hates?|dislikes?|detests?|loathes?|eats?|drinks?|cannot stand|does not (?:like|enjoy|care for)|is (?:very )?(?:into|fond of|interested in|obsessed with|crazy about|passionate about)|(?:is )?(?:a )?(?:big |huge |great )?fan of) (.+)/i;
const NEGATIVE = /^(?:hate|dislike|detest|loathe|cannot stand|does not)/i;

/** Dates and asides do not belong to the value. */
const value = (text: string): string =>
  contentStems(
    text
      .replace(
        / (?:since|on|in|from|with|after|before|for) (?:the (?:week|weekend) of )?(?:\d{1,2} )?(?:(?:January|February|March|April|May|June|July|August|September|October|November|December) )?\d{4}.*$/,
        "",
      )
      .replace(/[,;(].*$|\.$/g, "")
      .replace(/(?<=\w) (?:with|because|after) .*$/i, ""),
  ).join(" ");

export function slotsOf(fact: string): Slot[] {
  const text = fact.replace(/\s*\.$/, "").replace(/’/g, "'");
  const attribute =
    /^(?:the )?user's (name|age|birthday|address|phone number|email|job|work|hometown|nickname|favou?rite .{2,40}?|(?:[\w'-]+ ){0,3}(?:appointment|flight|exam|interview|meeting)) (?:is|are) (.+)/i.exec(
      text,
    );
  if (attribute?.[1] && attribute[2]) {
    const name = attribute[1].toLowerCase().replace("favorite", "favourite");
    return [{ slot: { job: "role", work: "role" }[name] ?? name, value: value(attribute[2]) }];
  }
  const subject = SUBJECT.exec(text);
  const who = subject?.[1] ? `${subject[1].toLowerCase()}${subject[2] ? ` ${subject[2].toLowerCase()}` : ""}:` : "";
  const predicate = subject ? text.slice(subject[0].length) : text.charAt(0).toLowerCase() + text.slice(1);
  const slots: Slot[] = [];
  for (const [pattern, name] of TABLE) {
    const match = pattern.exec(predicate);
    const what = match?.slice(1).find(Boolean);
    const slot = match && what ? name(what, match) : undefined;
    if (slot && what)
      slots.push({
        slot: who + slot,
        value:
          slot === "diet" || slot === "answers"
            ? predicate.toLowerCase().replace(/^(?:is|became|went|has been) (?:an? )?| since .*/g, "")
            : value(what),
      });
  }
  const taste = TASTE.exec(predicate);
  if (taste?.[3] && !slots.some((slot) => slot.slot.endsWith("diet"))) {
    const against = Boolean(taste[1]) !== NEGATIVE.test(taste[2] ?? "");
    slots.push({ slot: `${who}taste:${value(taste[3])}`, value: against ? "no" : "yes" });
  }
  return slots;
}
