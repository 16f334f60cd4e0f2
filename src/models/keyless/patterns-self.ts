import { MONTHS } from "./dates.js";
import { isOccupation, NAME, STATUS } from "./lexicon.js";
import { third } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** A capitalised word is a name only when it is no people and no other adjective ("I am Portuguese", "I am Happy"). */
const NO_NAME =
  /^(?:[A-Z][a-z]+(?:ish|ese|ian|ean)|French|German|Dutch|Swiss|Greek|Thai|Czech|Not|Very|So|Happy|Sad|Tired|Sorry|Sure|Fine|OK|Okay|Here|Back|Ready|Done|In|At|On|From|Glad|Busy|Sick|Muslim|Jewish|Christian|Hindu|Buddhist|Catholic)\b/;

/** Who the user is and where: name, age, origin, home. */
export const selfRules: readonly Rule[] = [
  {
    name: "name",
    example: ["My name is Ada", "The user's name is Ada."],
    pattern: new RegExp(
      `^(?:[Mm]y (?:full |first |real )?name is|(?:[Pp]lease |[Yy]ou can |[Jj]ust )?[Cc]all me|I am called|(?:[Mm]y friends|[Pp]eople|[Ee]verybody|[Ee]veryone) calls? me) (${NAME})(?: (?:and|by) .*)?$`,
      "u",
    ),
    build: ([, name = ""]) => draft(`The user's name is ${name}`, 1),
  },
  {
    name: "i-am-name",
    example: ["Hi, I'm Ada", "The user's name is Ada."],
    pattern: new RegExp(`^I am (${NAME})(?:(?:,| and) .*| (from .+))?$`, "u"),
    build: ([, name = "", from = ""], { language }) => {
      if (NO_NAME.test(name) || !language.nlp(`I am ${name}`).has("#Person")) return undefined;
      return draft(`The user's name is ${name}${from ? ` and the user is ${from}` : ""}`, 0.9);
    },
  },
  {
    name: "age",
    example: ["I'm 34", "The user is 34 years old."],
    pattern: /^I (?:am|turned|have turned|will be|will turn|am turning) (\d{1,3})(?: years old| years of age| y\/?o)?( (?:on|in) .+)?$/i,
    build: ([whole = "", age = "", when = ""]) => {
      if (Number(age) < 3 || Number(age) > 120) return undefined;
      if (/will|turning/.test(whole)) return draft(`The user will turn ${age}${when}`, 0.95);
      return draft(/turned/.test(whole) ? `The user turned ${age} years old${when}` : `The user is ${age} years old`, 1);
    },
  },
  {
    name: "birthday",
    example: ["my birthday is on 3 May", "The user's birthday is on 3 May."],
    pattern: /^my birthday (?:is|falls) (?:on |in )?(?:the )?(.+)$/i,
    build: ([, day = ""]) =>
      /\d|january|february|march|april|may|june|july|august|september|october|november|december/i.test(day)
        ? draft(`The user's birthday is ${/^\d{4}|^[A-Z][a-z]+ \d{4}$/.test(day) ? "in" : "on"} ${day.replace(/^(?:on|in) /, "")}`, 1)
        : undefined,
  },
  {
    name: "birthday-today",
    example: ["It's my birthday today", "The user's birthday is on 12 May."],
    pattern: /^(?:it is|today is) my (?:\d{1,3}(?:st|nd|rd|th) )?birthday(?: today)?$/i,
    build: (_, { at }) => draft(`The user's birthday is on ${at.day} ${MONTHS[at.month - 1]}`, 1),
  },
  {
    name: "attribute",
    example: ["My phone number is 555 1234", "The user's phone number is 555 1234."],
    pattern:
      /^my ((?:new |current |middle |last |postal |home )*(?:phone(?: number)?|number|address|e-?mail(?: address)?|nickname|surname|name|hometown|home town|native language|mother tongue|first language|hobby|hobbies|blood type|shoe size|religion|star sign|username|profession|occupation|major|height)) (is|are) (.{2,90})$/i,
    build: ([, what = "", verb = "", value = ""]) =>
      /^(?:not|so|too|very|a (?:mess|secret)|boring|gone|broken)\b/i.test(value)
        ? undefined
        : draft(`The user's ${what.replace(/^(?:new|current) /i, "")} ${verb} ${third(value)}`, 1),
  },
  {
    name: "born",
    example: ["I was born in Porto in 1990", "The user was born in Porto in 1990."],
    pattern: /^I was born ((?:in|on|at) .{2,80}|and raised in .{2,60})$/i,
    build: ([, rest = ""]) => draft(`The user was born ${third(rest)}`, 1),
  },
  {
    name: "home",
    example: ["I live in Lisbon with my partner", "The user lives in Lisbon with their partner."],
    pattern:
      /^(?:I|we) (live|are living|am living|am based|are based|reside|have lived|have been living|have been based) ((?:in|near|at|on|outside|with|alone|by|close to|next to) ?.{0,100})$/i,
    build: ([, verb = "", where = ""]) =>
      /\b(?:fear|hope|the moment|past)\b/i.test(where)
        ? undefined
        : draft(`The user ${/^have/i.test(verb) ? "has lived" : "lives"} ${third(where)}`, 1),
  },
  {
    name: "moved",
    example: ["I moved to Lisbon last May", "The user moved to Lisbon in May 2025."],
    pattern: /^(?:I|we) (?:have )?(?:moved|relocated)( back| house| home)?( from .{2,40})? ((?:in )?to|into|in with|out of) (.{2,90})$/i,
    build: ([, how = "", from = "", to = "", place = ""]) =>
      to === "in with" ||
      to === "into" ||
      to === "out of" ||
      /^(?:\p{Lu}|(?:a|an|the|my|our) (?:\w+ ){0,3}(?:city|house|flat|apartment|village|town|country|countryside|suburbs?|place|home|coast|north|south|east|west|capital)\b)/u.test(
        place,
      )
        ? draft(`The user moved${how}${third(from) && ` ${third(from)}`} ${to} ${third(place)}`, 1)
        : undefined,
  },
  {
    name: "from",
    example: ["I'm originally from Brazil", "The user is originally from Brazil."],
    pattern: /^(?:I|we) (?:am|come|are|hail) (originally )?from (\p{Lu}.{1,60})$/u,
    build: ([, originally = "", place = ""]) => draft(`The user is ${originally}from ${third(place)}`, 1),
  },
  {
    name: "nationality",
    example: ["I'm half Portuguese", "The user is half Portuguese."],
    pattern: /^I am ((?:half |part )?\p{Lu}\p{Ll}+(?:[- ]\p{Lu}\p{Ll}+)?)$/u,
    build: ([, what = ""], { language }) => (language.nlp(`I am ${what}`).has("#Demonym") ? draft(`The user is ${what}`, 1) : undefined),
  },
  {
    name: "speaks",
    example: ["I speak Dutch and a bit of Thai", "The user speaks Dutch and a bit of Thai."],
    pattern: /^I (?:speak|am fluent in|am a native speaker of) ((?:fluent |some |a bit of |a little |native )?\p{Lu}.{2,80})$/u,
    build: ([, what = ""]) => draft(`The user speaks ${third(what)}`, 0.95, { about: "language" }),
  },
  {
    name: "status",
    example: ["I'm divorced", "The user is divorced."],
    pattern: new RegExp(`^I (?:am|have been) (?:now )?(${STATUS})( .{1,60})?$`, "i"),
    build: ([, what = "", rest = ""]) =>
      /^ (?:and|with|to|since|from|in|by)\b/i.test(rest) || !rest
        ? draft(`The user is ${what}${third(rest) && ` ${third(rest)}`}`, 1)
        : undefined,
  },
  {
    name: "i-am-a",
    example: ["I'm a night nurse", "The user is a night nurse."],
    pattern: /^I am (an? .{2,80})$/i,
    build: ([, what = ""], { language }) => {
      const head = what.replace(/ (?:at|for|in|with|from|of|on|who|that|and|by)\b.*$/i, "");
      if (/\b(?:fan|lover|member|owner|student)$/i.test(what) && !/student$/i.test(what)) return undefined;
      if (/\b(?:this|that|it|bit|little|lot|mess|wreck|fool|idiot|stranger|while|few)\b/i.test(what)) return undefined;
      const last = head.split(" ").at(-1) ?? "";
      const lasting =
        isOccupation(what) ||
        /\b(?:person|fan|lover|member|parent|mother|father|mum|mom|dad|grandmother|grandfather|student|owner|speaker|beginner|twin|widow|widower|runner|cyclist|swimmer|hiker|gamer|reader|owl|bird|veteran|immigrant|citizen|christian|muslim|buddhist|atheist|jew|hindu|catholic|feminist|perfectionist|introvert|extrovert|minimalist|foodie|collector|vegetarian|vegan)$/i.test(
          last,
        ) ||
        language.nlp(`I am ${head}`).terms().last().has("#Actor");
      return lasting ? draft(`The user is ${third(what)}`, isOccupation(what) ? 1 : 0.9) : undefined;
    },
  },
];
