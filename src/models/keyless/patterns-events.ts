import { EVENT, PASSING } from "./lexicon.js";
import { third } from "./person.js";
import { draft, type Rule } from "./rule.js";

const PAST =
  "adopted|bought|got (?=(?:an?|my|our|two|three) (?:new )?(?:dog|puppy|cat|kitten|rabbit|parrot|horse|car|bike|motorbike|house|flat|apartment|tattoo|degree|promotion|raise|diploma|licen[cs]e|visa|phone|laptop|computer|guitar|piano)s?\\b)|went|visited|met|attended|joined|started|finished|completed|graduated|won|lost|broke|ran|climbed|hiked|learned|learnt|signed up|enrolled|registered|volunteered|celebrated|married|proposed|applied|passed|failed|saw|watched|read|baked|cooked|made|built|painted|planted|wrote|published|founded|launched|opened|booked|travelled|traveled|flew|drove|camped|performed|played|participated|hosted|organi[sz]ed|helped|donated|received|inherited|ordered|fixed|repaired|renovated|hurt|had|took|gave|spent|grew up|discovered|tried|created|ate|was (?=(?:in|at|on (?:holiday|vacation|a trip)) )|were (?=(?:in|at|on (?:holiday|vacation)) )|took part in";

/** Appointments, plans and what happened. */
export const eventRules: readonly Rule[] = [
  {
    name: "cancelled",
    example: ["My dentist appointment got cancelled", "The user's dentist appointment was cancelled."],
    pattern: new RegExp(
      `^(?:(?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT})(?: .{0,30})? (?:was|has been|got|is|have been) (?:cancell?ed|called off)|(?:I|we) (?:have )?cancell?ed (?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT}))\\b.{0,40}$`,
      "i",
    ),
    build: ([, passive = "", active = ""]) => draft(`The user's ${passive || active} was cancelled`, 0.95, { ends: passive || active }),
  },
  {
    name: "postponed",
    example: ["my dentist appointment was moved to Monday at 10", "The user's dentist appointment is on 18 May 2026 at 10:00."],
    pattern: new RegExp(
      `^(?:(?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT})(?: .{0,30})? (?:was|has been|got|is|have been|had to be)? ?(?:moved|rescheduled|postponed|changed|shifted|pushed(?: back)?|brought forward)|(?:I|we) (?:have )?(?:moved|rescheduled|postponed|changed|shifted) (?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT}))(?: from .{2,40}?)? (?:to|until|till) (.{3,40})$`,
      "i",
    ),
    build: ([, passive = "", active = "", when = ""], { dated }) =>
      dated
        ? draft(`The user's ${passive || active} is ${/^(?:on|in) /.test(when) ? when : `on ${when}`}`, 1, { replaces: passive || active })
        : undefined,
  },
  {
    name: "event-is",
    example: ["my flight to Oslo is on Friday", "The user's flight to Oslo is on 15 May 2026."],
    pattern: new RegExp(
      `^(?:my|our|the) ((?:[\\w'-]+ ){0,3}?${EVENT}(?: (?:to|with|at|for|in) .{2,40}?)?) (?:is|takes place|starts|begins|will be)( actually| now)? ((?:on|in|at) .{3,40})$`,
      "i",
    ),
    build: ([whole = "", what = "", , when = ""], { dated, now }) =>
      dated && (now || /^(?:my|our)/i.test(whole))
        ? draft(`The user's ${third(what)} is ${when}`, 1, now ? { replaces: what } : {})
        : undefined,
  },
  {
    name: "appointment",
    example: ["I have a dentist appointment on Friday at 3", "The user has a dentist appointment on 15 May 2026 at 15:00."],
    pattern: new RegExp(
      `^(?:I|we) (?:have|have got|got|booked|made|have booked|have made) ((?:an?|my|our|the|another) (?:[\\w'-]+ ){0,3}?${EVENT}\\b.{0,80})$`,
      "i",
    ),
    build: ([, what = ""], { dated }) => (dated ? draft(`The user has ${third(what)}`, 1) : undefined),
  },
  {
    name: "plan",
    example: ["I'm flying to Oslo next Tuesday", "The user is flying to Oslo on 19 May 2026."],
    pattern:
      /^(?:I|we) (?:am|are|will be) ((?:going to (?!be (?:fine|ok|okay|honest))|flying|travel+ing|moving|starting|getting married|meeting|seeing|visiting|leaving|taking|running|having|hosting|throwing|joining|coming|driving|playing|performing|giving|turning|planning|expecting|attending|celebrating|starting|returning|traveling).{0,100})$/i,
    build: ([, what = ""], { dated }) =>
      dated && !/\b(?:you|crazy|mad|it|if|them)\b/i.test(what) ? draft(`The user is ${third(what)}`, 0.9) : undefined,
  },
  {
    name: "will",
    example: ["I will visit my parents in June", "The user will visit their parents in June 2026."],
    pattern: /^(?:I|we) will ([a-z]+ .{2,100})$/i,
    build: ([, what = ""], { dated }) =>
      dated &&
      !/^(?:be (?:back|here|fine|there)|let|tell|ask|try|see|think|send|check|do|need|come (?:back|over))\b|\b(?:you|if|it|them)\b/i.test(
        what,
      )
        ? draft(`The user will ${third(what)}`, 0.85)
        : undefined,
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
      const lasting =
        /^(?:adopted|bought|joined|graduated|won|married|enrolled|founded|launched|inherited|grew up|published|signed up|passed)$/i.test(
          verb,
        );
      if (
        PASSING.test(rest) ||
        /^(?:it|this|that|them|him|one|some of|part of|any|you|your|to (?:know|go|the point)|here|there|lost|tired|bored|mad|angry|confused|stuck|back|up|rid|an? (?:question|error|problem|look|idea|headache|cold|great time|good time|lot)|fun|into|(?:on|in) (?:the week|\d|[A-Z][a-z]+ \d)|.{0,30}\bit\b|the (?:point|idea|error|joke|message))\b/i.test(
          rest,
        ) ||
        /\byou(?:r)?\b/i.test(rest)
      )
        return undefined;
      return lasting || dated
        ? draft(
            `The user ${verb.toLowerCase().trim().replace("were", "was")} ${third(rest.replace(/ together\b/, ""))}`,
            lasting ? 0.9 : 0.75,
          )
        : undefined;
    },
  },
];
