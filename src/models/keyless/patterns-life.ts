import { EVENT, NAME, PET, RELATION } from "./lexicon.js";
import { third, verbThird } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** Nouns that people "have" for a moment only. */
const PASSING =
  /^(?:an?|some|no|another|two|three|several) (?:[\w-]+ ){0,2}?(?:questions?|problems?|issues?|ideas?|feelings?|doubts?|point|headache|cold|fever|look|chat|bit|minutes?|seconds?|times?|clue|hunch|guess|suggestions?|requests?|favou?rs?|moment|break|snack|coffee|drinks?|things?|words?|concerns?|thoughts?|choice|reasons?|errors?|bugs?|sentence|text|files?|lists?|bad day|good day|lot|say|go|nap|bath|shower|laugh|rest|stuff|story|news|offers?|way|ways|plans?|events|community|chance|opportunity|blast|win|battle|experience|projects?|advice|tips?|few|day|week|vibe|sense|connection|pic)\b/i;
const PAST =
  "adopted|bought|got (?=(?:an?|my|our|two|three) (?:new )?(?:dog|puppy|cat|kitten|rabbit|parrot|horse|car|bike|motorbike|house|flat|apartment|tattoo|degree|promotion|raise|diploma|licen[cs]e|visa|phone|laptop|computer|guitar|piano)s?\\b)|went|visited|met|attended|joined|started|finished|completed|graduated|won|lost|broke|ran|climbed|hiked|learned|learnt|signed up|enrolled|registered|volunteered|celebrated|married|proposed|applied|passed|failed|saw|watched|read|baked|cooked|made|built|painted|planted|wrote|published|founded|launched|opened|booked|travelled|traveled|flew|drove|camped|performed|played|participated|hosted|organi[sz]ed|helped|donated|received|inherited|ordered|fixed|repaired|renovated|hurt|had|took|gave|spent|grew up|discovered|tried|created|ate|was (?=(?:in|at|on (?:holiday|vacation|a trip)) )|were (?=(?:in|at|on (?:holiday|vacation)) )|took part in";

/** People, belongings, plans and what happened. */
export const lifeRules: readonly Rule[] = [
  {
    name: "relation-name",
    example: ["My brother's name is Tom", "The user's brother is called Tom."],
    pattern: new RegExp(`^(?:[Mm]y|[Oo]ur) (${RELATION}|${PET})(?:'s name is|'s name was| is called| is named| are called| are named| was called) (${NAME}.{0,60})$`, "u"),
    build: ([whole = "", who = "", name = ""]) => draft(`The user's ${who} ${/ (?:are|were) /.test(whole) ? "are" : "is"} called ${name}`, 1),
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
    pattern: new RegExp(`^(?:[Mm]y|[Oo]ur) ((?:${RELATION}|${PET})(?:,? ${NAME},?)?) (is|are|was) ((?:an?|the|from|in|allergic|pregnant|married|divorced|retired|vegetarian|vegan|called|named|\\d+|on|getting|moving|coming|visiting|studying|working|living|training|expecting|\\p{Lu}\\p{L}+) ?.{0,90})$`, "u"),
    build: ([, who = "", verb = "", what = ""]) => (/^(?:an? )?(?:bit|pain|mess|great|the best|on (?:the|my|fire)|in (?:the|my))\b/i.test(what) ? undefined : /^(?:good|nice|great|tired|mad|sad|happy|sick|ill|funny|asleep|here|not|so|very|right|being|fine|ok)\b/i.test(what) ? undefined : draft(`The user's ${who.replaceAll(",", "")} ${verb} ${third(what)}${/^\d+$/.test(what) ? " years old" : ""}`, 0.95)),
  },
  {
    name: "relation-does",
    example: ["My sister Ana lives in Porto", "The user's sister Ana lives in Porto."],
    pattern: new RegExp(`^(?:[Mm]y|[Oo]ur) ((?:${RELATION}|${PET})(?:,? ${NAME},?)?) (?:has (?!been)|have (?!been))?((?:lives?|works?|studies|study|loves?|likes?|hates?|plays?|has|have|moved|got|turned|started|graduated|speaks?|drives?|runs?|owns?|teaches|teach|eats?|prefers?|was born|quit|retired|adopted|bought|gave birth|passed|comes?) .{2,100})$`, "u"),
    build: ([, who = "", what = ""]) => (/^(?:likes?|loves?|hates?|got|has|have) (?:it|this|that|to say|me|you|when|mad|angry|sick|a (?:question|cold|problem))\b/i.test(what) ? undefined : draft(`The user's ${who.replaceAll(",", "")} ${third(what)}`, 0.95)),
  },
  {
    name: "cancelled",
    example: ["My dentist appointment got cancelled", "The user's dentist appointment was cancelled."],
    pattern: new RegExp(`^(?:(?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT})(?: .{0,30})? (?:was|has been|got|is|have been) (?:cancell?ed|called off)|(?:I|we) (?:have )?cancell?ed (?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT}))\\b.{0,40}$`, "i"),
    build: ([, passive = "", active = ""]) => draft(`The user's ${passive || active} was cancelled`, 0.95, { ends: passive || active }),
  },
  {
    name: "postponed",
    example: ["my dentist appointment was moved to Monday at 10", "The user's dentist appointment is on 18 May 2026 at 10:00."],
    pattern: new RegExp(`^(?:(?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT})(?: .{0,30})? (?:was|has been|got|is|have been|had to be)? ?(?:moved|rescheduled|postponed|changed|shifted|pushed(?: back)?|brought forward)|(?:I|we) (?:have )?(?:moved|rescheduled|postponed|changed|shifted) (?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT}))(?: from .{2,40}?)? (?:to|until|till) (.{3,40})$`, "i"),
    build: ([, passive = "", active = "", when = ""], { dated }) => (dated ? draft(`The user's ${passive || active} is ${/^(?:on|in) /.test(when) ? when : `on ${when}`}`, 1, { replaces: passive || active }) : undefined),
  },
  {
    name: "event-is",
    example: ["my flight to Oslo is on Friday", "The user's flight to Oslo is on 15 May 2026."],
    pattern: new RegExp(`^(?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT}(?: (?:to|with|at|for|in) .{2,40}?)?) (?:is|takes place|starts|begins|will be)( actually| now)? ((?:on|in|at) .{3,40})$`, "i"),
    build: ([whole = "", what = "", , when = ""], { dated, now }) => (dated && (now || /^(?:my|our)/i.test(whole)) ? draft(`The user's ${third(what)} is ${when}`, 1, now ? { replaces: what } : {}) : undefined),
  },
  {
    name: "appointment",
    example: ["I have a dentist appointment on Friday at 3", "The user has a dentist appointment on 15 May 2026 at 15:00."],
    pattern: new RegExp(`^(?:I|we) (?:have|have got|got|booked|made|have booked|have made) ((?:an?|my|our|the|another) (?:[\\w'-]+ ){0,3}?${EVENT}\\b.{0,80})$`, "i"),
    build: ([, what = ""], { dated }) => (dated ? draft(`The user has ${third(what)}`, 1) : undefined),
  },
  {
    name: "plan",
    example: ["I'm flying to Oslo next Tuesday", "The user is flying to Oslo on 19 May 2026."],
    pattern: /^(?:I|we) (?:am|are|will be) ((?:going to (?!be (?:fine|ok|okay|honest))|flying|travel+ing|moving|starting|getting married|meeting|seeing|visiting|leaving|taking|running|having|hosting|throwing|joining|coming|driving|playing|performing|giving|turning|planning|expecting|attending|celebrating|starting|returning|traveling).{0,100})$/i,
    build: ([, what = ""], { dated }) => (dated && !/\b(?:you|crazy|mad|it|if|them)\b/i.test(what) ? draft(`The user is ${third(what)}`, 0.9) : undefined),
  },
  {
    name: "will",
    example: ["I will visit my parents in June", "The user will visit their parents in June 2026."],
    pattern: /^(?:I|we) will ([a-z]+ .{2,100})$/i,
    build: ([, what = ""], { dated }) => (dated && !/^(?:be (?:back|here|fine|there)|let|tell|ask|try|see|think|send|check|do|need|come (?:back|over))\b|\b(?:you|if|it|them)\b/i.test(what) ? draft(`The user will ${third(what)}`, 0.85) : undefined),
  },
  {
    name: "quit-job",
    example: ["I quit my job", "The user quit their job."],
    pattern: /^I (?:have )?((?:quit|left|lost|resigned from) (?:my|the) (?:\w+ )?(?:job|position|work|company)|resigned|(?:was|got|have been) (?:laid off|fired|made redundant)|(?:no longer|do not) work)\b( .{0,60}|)$/i,
    build: ([, what = "", rest = ""]) => {
      const text = what.toLowerCase().replace(/\b(?:my|the)\b/, "their").replace(/(?:no longer|do not) work/, "no longer works");
      if (/^do not work/i.test(what) && !/any ?more|any longer/i.test(rest)) return undefined;
      return draft(`The user ${text}${third(rest.replace(/ any ?more| any longer/i, "")) && ` ${third(rest.replace(/ any ?more| any longer/i, ""))}`}`, 0.95, { ends: "@work" });
    },
  },
  {
    name: "break-up",
    example: ["I broke up with Sam", "The user broke up with Sam."],
    pattern: new RegExp(`^(?:(?:I|we) (?:have )?(?:broke|broken|split) up(?: with ((?:my )?.{2,40}?))?|I got divorced(?: from (.{2,40}?))?|(?:my ${RELATION}|${NAME}) and I (?:have )?(?:broke|broken|split) up)( (?:on|in) .{3,30})?$`, "iu"),
    build: ([whole = "", who = "", spouse = "", when = ""]) => {
      const name = who || spouse || /^(?:my )?(.+?) and I/i.exec(whole)?.[1] || "";
      const of = new RegExp(RELATION, "i").test(name) && !/^my /i.test(name) ? `their ${name}` : third(name);
      return draft(/divorced/i.test(whole) ? `The user got divorced${of && ` from ${of}`}${when}` : `The user ${name ? `broke up with ${of}` : "and their partner broke up"}${when}`, 0.95, { ends: "@partner", ...(/divorced/i.test(whole) || when ? { state: true } : {}) });
    },
  },
  {
    name: "dating",
    example: ["I'm dating Sam", "The user is dating Sam."],
    pattern: new RegExp(`^(?:I|we) (?:have )?(am dating|am seeing|got married|got engaged|are getting married|am married to|am engaged to|married|am in a relationship)(?: (to|with) | |$)(${NAME}|my .{2,40}|(?:on|in) .{3,30}|.{0})( (?:on|in) .{3,30})?$`, "u"),
    build: ([, verb = "", to = "", who = "", when = ""]) => draft(`The user ${verb.replace(/^(?:am|are)/, "is")}${to && ` ${to}`}${third(who) && ` ${third(who)}`}${when}`, 0.95),
  },
  {
    name: "sold",
    example: ["I sold my motorbike", "The user sold their motorbike."],
    pattern: /^(?:I|we) (?:have )?(sold|got rid of|gave away|cancell?ed|left|closed|crashed|returned|dropped out of|unsubscribed from) (?:my|our|the) ((?!(?:bed|room|key|keys|call|chat)\b)[\w' -]{2,50}?)( to .{2,40}| for .{2,40})?( (?:on|in|since) .{3,30})?$/i,
    build: ([, verb = "", what = "", to = "", when = ""]) => draft(`The user ${verb.toLowerCase()} their ${what}${third(to) && ` ${third(to)}`}${when}`, 0.9, { ends: what, state: Boolean(to || when) }),
  },
  {
    name: "have-name",
    example: ["I have two cats, Miso and Tofu", "The user has two cats, Miso and Tofu."],
    pattern: /^(?:I|we) (?:have|own|have got|got|have had) ((?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twin|no|some|several|my own|identical|\d{1,3}) .{2,110})$/i,
    build: ([whole = "", what = ""]) => (PASSING.test(what) || /\b(?:you|it)\b/i.test(what) || /^(?:I|we) got/i.test(whole) ? undefined : draft(`The user ${/have had/i.test(whole) ? "has had" : /own/i.test(whole) ? "owns" : "has"} ${third(what)}`, 0.95)),
  },
  {
    name: "drives",
    example: ["I drive an old Volvo", "The user drives an old Volvo."],
    pattern: /^I (drive|ride|own|use|wear) ((?:an?|my) .{2,60}|(?:reading )?glasses|contact lenses|hearing aids|size .{1,20})$/i,
    build: ([, verb = "", what = ""]) => draft(`The user ${verbThird(verb.toLowerCase())} ${third(what)}`, 0.85),
  },
  {
    name: "used-to",
    example: ["I used to play the violin", "The user used to play the violin."],
    pattern: /^(?:I|we) used to (?!(?:it|this|that|think)\b)(.{3,90})$/i,
    build: ([, what = ""]) => draft(`The user used to ${third(what)}`, 0.9, { ends: what, state: true }),
  },
  {
    name: "experience",
    example: ["we adopted a dog called Rex yesterday", "The user adopted a dog called Rex on 11 May 2026."],
    pattern: new RegExp(`^(?:I|we) (?:have )?(?:recently |already )?(${PAST})(?: |(?<= ))(.{3,140})$`, "i"),
    build: ([, verb = "", rest = ""], { dated }) => {
      const lasting = /^(?:adopted|bought|joined|graduated|won|married|enrolled|founded|launched|inherited|grew up|published|signed up|passed)$/i.test(verb);
      if (PASSING.test(rest) || /^(?:it|this|that|them|him|one|some of|part of|any|you|your|to (?:know|go|the point)|here|there|lost|tired|bored|mad|angry|confused|stuck|back|up|rid|an? (?:question|error|problem|look|idea|headache|cold|great time|good time|lot)|fun|into|the (?:point|idea|error|joke|message))\b/i.test(rest) || /\byou(?:r)?\b/i.test(rest)) return undefined;
      return lasting || dated ? draft(`The user ${verb.toLowerCase().trim().replace("were", "was")} ${third(rest.replace(/ together\b/, ""))}`, lasting ? 0.9 : 0.75) : undefined;
    },
  },
];
