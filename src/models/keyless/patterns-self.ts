import { MONTHS } from "./dates.js";
import { DIETARY, isOccupation, NAME, STATUS } from "./lexicon.js";
import { third, verbThird } from "./person.js";
import { draft, type Rule } from "./rule.js";

/** A capitalised word is a name only when it is no people and no other adjective ("I am Portuguese", "I am Happy"). */
const NO_NAME = /^(?:[A-Z][a-z]+(?:ish|ese|ian|ean)|French|German|Dutch|Swiss|Greek|Thai|Czech|Not|Very|So|Happy|Sad|Tired|Sorry|Sure|Fine|OK|Okay|Here|Back|Ready|Done|In|At|On|From|Glad|Busy|Sick|Muslim|Jewish|Christian|Hindu|Buddhist|Catholic)\b/;

/** Who the user is: name, age, home, work, health. */
export const selfRules: readonly Rule[] = [
  {
    name: "name",
    example: ["My name is Ada", "The user's name is Ada."],
    pattern: new RegExp(`^(?:[Mm]y (?:full |first |real )?name is|(?:[Pp]lease |[Yy]ou can |[Jj]ust )?[Cc]all me|I am called|(?:[Mm]y friends|[Pp]eople|[Ee]verybody|[Ee]veryone) calls? me) (${NAME})(?: (?:and|by) .*)?$`, "u"),
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
    build: ([, day = ""]) => (/\d|january|february|march|april|may|june|july|august|september|october|november|december/i.test(day) ? draft(`The user's birthday is ${/^\d{4}|^[A-Z][a-z]+ \d{4}$/.test(day) ? "in" : "on"} ${day.replace(/^(?:on|in) /, "")}`, 1) : undefined),
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
    pattern: /^my ((?:new |current |middle |last |postal |home )*(?:phone(?: number)?|number|address|e-?mail(?: address)?|nickname|surname|name|hometown|home town|native language|mother tongue|first language|hobby|hobbies|blood type|shoe size|religion|star sign|username|profession|occupation|major|height)) (is|are) (.{2,90})$/i,
    build: ([, what = "", verb = "", value = ""]) => (/^(?:not|so|too|very|a (?:mess|secret)|boring|gone|broken)\b/i.test(value) ? undefined : draft(`The user's ${what.replace(/^(?:new|current) /i, "")} ${verb} ${third(value)}`, 1)),
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
    pattern: /^(?:I|we) (live|are living|am living|am based|are based|reside|have lived|have been living|have been based) ((?:in|near|at|on|outside|with|alone|by|close to|next to) ?.{0,100})$/i,
    build: ([, verb = "", where = ""]) => (/\b(?:fear|hope|the moment|past)\b/i.test(where) ? undefined : draft(`The user ${/^have/i.test(verb) ? "has lived" : "lives"} ${third(where)}`, 1)),
  },
  {
    name: "moved",
    example: ["I moved to Lisbon last May", "The user moved to Lisbon in May 2025."],
    pattern: /^(?:I|we) (?:have )?(?:moved|relocated)( back| house| home)?( from .{2,40})? ((?:in )?to|into|in with|out of) (.{2,90})$/i,
    build: ([, how = "", from = "", to = "", place = ""]) =>
      to === "in with" || to === "into" || to === "out of" || /^(?:\p{Lu}|(?:a|an|the|my|our) (?:\w+ ){0,3}(?:city|house|flat|apartment|village|town|country|countryside|suburbs?|place|home|coast|north|south|east|west|capital)\b)/u.test(place)
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
    name: "work",
    example: ["I work as a nurse at St. Mary's", "The user works as a nurse at St. Mary's."],
    pattern: /^I (?:work|am working) ((?:as|at|for|in|with|from|on|part[- ]time|full[- ]time|remotely|night shifts?|nights|shifts) ?.{0,100})$/i,
    build: ([, what = ""]) => (/^(?:on|with|at|for|in) (?:it|this|that|the moment|a while|now)\b/i.test(what) || /^on\b/i.test(what) ? undefined : draft(`The user works ${third(what)}`, 1)),
  },
  {
    name: "job",
    example: ["I got a new job as a baker in Porto", "The user got a new job as a baker in Porto."],
    pattern: /^(?:I|my) (?:have )?(got|started|found|accepted|took|have|job is|work is)( (?:a|an|my|the) (?:\w+ ){0,2}(?:job|position|role))?( .{0,90}|)$/i,
    build: ([whole = "", verb = "", job = "", rest = ""]) => {
      if (/is$/i.test(verb)) return /^my/i.test(whole) ? draft(`The user's ${verb}${third(rest) && ` ${third(rest)}`}`, 0.95) : undefined;
      return job && !/^my/i.test(whole) ? draft(`The user ${verb === "have" ? "has" : verb}${third(job).replace(/^/, " ")}${third(rest) && ` ${third(rest)}`}`, 0.95) : undefined;
    },
  },
  {
    name: "became",
    example: ["I became a teacher in 2019", "The user became a teacher in 2019."],
    pattern: /^I (?:have )?(became|become|changed jobs|was promoted|got promoted|have been promoted|retired|got my degree|graduated)\b( .{0,90}|)$/i,
    build: ([, verb = "", rest = ""]) => draft(`The user ${verb.toLowerCase().replace("become", "became").replace("my", "their")}${third(rest) && ` ${third(rest)}`}`, 0.95),
  },
  {
    name: "study",
    example: ["I study marine biology in Bergen", "The user studies marine biology in Bergen."],
    pattern: /^I (study|studied|have studied|am studying|major in|am majoring in) (?!(?:it|this|that|for|your|hard|all|a lot|together)\b)(.{2,90})$/i,
    build: ([, verb = "", what = ""]) => draft(`The user ${/studied/i.test(verb) ? "studied" : "studies"} ${third(what)}`, 0.95),
  },
  {
    name: "speaks",
    example: ["I speak Dutch and a bit of Thai", "The user speaks Dutch and a bit of Thai."],
    pattern: /^I (?:speak|am fluent in|am a native speaker of) ((?:fluent |some |a bit of |a little |native )?\p{Lu}.{2,80})$/u,
    build: ([, what = ""]) => draft(`The user speaks ${third(what)}`, 0.95, { about: "language" }),
  },
  {
    name: "allergy",
    example: ["I'm allergic to peanuts", "The user is allergic to peanuts."],
    pattern: /^(?:I am (?:badly |severely |very |slightly )?allergic to|I have an? (?:severe |bad |mild )?allergy to) (?!(?:this|that|people|work|mornings|bullshit)\b)(.{2,60})$/i,
    build: ([, what = ""]) => draft(`The user is allergic to ${third(what)}`, 1),
  },
  {
    name: "health",
    example: ["I was diagnosed with asthma in 2019", "The user was diagnosed with asthma in 2019."],
    pattern: /^I (?:(?:was|have been|got) diagnosed with|suffer from|have (?=(?:type \d )?(?:diabetes|asthma|epilepsy|adhd|autism|migraines?|arthritis|insomnia|celiac|coeliac|high blood pressure|hay fever|dyslexia|depression|anxiety)\b))(.{2,60})$/i,
    build: ([whole = "", what = ""]) => draft(`The user ${/diagnosed/i.test(whole) ? "was diagnosed with" : /suffer/i.test(whole) ? "suffers from" : "has"} ${third(what)}`, 1),
  },
  {
    name: "diet",
    example: ["I don't eat meat any more", "The user no longer eats meat."],
    pattern: /^I (do not|no longer|never|cannot) eat (.{2,50}?)( any ?more| any longer| again)?( since .+| for .+)?$/i,
    build: ([, not = "", what = "", more = "", since = ""]) => {
      if (/^(?:much|here|out|well|enough|yet|lunch|breakfast)\b/i.test(what)) return undefined;
      const verb = more || /no longer/i.test(not) ? "no longer eats" : /never/i.test(not) ? "never eats" : /cannot/i.test(not) ? "cannot eat" : "does not eat";
      return draft(`The user ${verb} ${third(what)}${since}`, 1, { ends: `eat ${what}`, state: true, as: "preference", about: "food" });
    },
  },
  {
    name: "does-not",
    example: ["I don't drink alcohol", "The user does not drink alcohol."],
    pattern: /^I (do not|never) ((?:drink|smoke|drive|own|wear|speak|use|watch)\b(?! (?:it|this|that|much|enough|you)\b).{0,60}|have (?:(?:an?|any) )?(?:car|kids|children|pets?|siblings|brothers|sisters|tv|driving licen[cs]e)\b.{0,20})$/i,
    build: ([, not = "", what = ""]) => {
      if (/any ?more|any longer/i.test(what)) return undefined;
      const [verb = "", ...rest] = what.split(" ");
      return draft(`The user ${/never/i.test(not) ? `never ${verbThird(verb.toLowerCase())}` : `does not ${verb.toLowerCase()}`}${rest.length > 0 ? ` ${third(rest.join(" "))}` : ""}`, 0.95);
    },
  },
  {
    name: "eats-again",
    example: ["I eat fish again", "The user eats fish again."],
    pattern: /^I (?:have )?(?:eat|started eating|started to eat|began eating) (.{2,50}?)( again)?( since .+| in .+| on .+)?$/i,
    build: ([whole = "", what = "", again = ""]) => (again || /start|began/i.test(whole) ? draft(`The user eats ${third(what)}${again}`, 0.95, { as: "preference", about: "food" }) : undefined),
  },
  {
    name: "diet-name",
    example: ["I've been vegan for 3 years", "The user has been vegan since 2023."],
    pattern: new RegExp(`^I (am|have been|became|went|have become|turned) ((?:a |an )?(?:mostly |strictly )?${DIETARY})( (?:since|in|on) .+)?$`, "i"),
    build: ([, verb = "", what = "", since = ""]) => draft(`The user ${verb.replace("am", "is").replace(/^have /, "has ").replace("becis", "became")} ${what}${since}`, 1, { as: "preference", about: "food" }),
  },
  {
    name: "status",
    example: ["I'm divorced", "The user is divorced."],
    pattern: new RegExp(`^I (?:am|have been) (?:now )?(${STATUS})( .{1,60})?$`, "i"),
    build: ([, what = "", rest = ""]) => (/^ (?:and|with|to|since|from|in|by)\b/i.test(rest) || !rest ? draft(`The user is ${what}${third(rest) && ` ${third(rest)}`}`, 1) : undefined),
  },
  {
    name: "nationality",
    example: ["I'm half Portuguese", "The user is half Portuguese."],
    pattern: /^I am ((?:half |part )?\p{Lu}\p{Ll}+(?:[- ]\p{Lu}\p{Ll}+)?)$/u,
    build: ([, what = ""], { language }) => (language.nlp(`I am ${what}`).has("#Demonym") ? draft(`The user is ${what}`, 1) : undefined),
  },
  {
    name: "i-am-a",
    example: ["I'm a night nurse", "The user is a night nurse."],
    pattern: /^I am (an? .{2,80})$/i,
    build: ([, what = ""], { language }) => {
      const head = what.replace(/ (?:at|for|in|with|from|of|on|who|that|and|by)\b.*$/i, "");
      if (/\b(?:fan|lover|member|owner|student)$/i.test(what) && !/student$/i.test(what)) return undefined;
      if (/\b(?:this|that|it|bit|little|lot|mess|wreck|fool|idiot|stranger|while|few)\b/i.test(head)) return undefined;
      const last = head.split(" ").at(-1) ?? "";
      const lasting = isOccupation(what) || /\b(?:person|fan|lover|member|parent|mother|father|mum|mom|dad|grandmother|grandfather|student|owner|speaker|beginner|twin|widow|widower|runner|cyclist|swimmer|hiker|gamer|reader|owl|bird|veteran|immigrant|citizen|christian|muslim|buddhist|atheist|jew|hindu|catholic|feminist|perfectionist|introvert|extrovert|minimalist|foodie|collector|vegetarian|vegan)$/i.test(last) || language.nlp(`I am ${head}`).terms().last().has("#Actor");
      return lasting ? draft(`The user is ${third(what)}`, isOccupation(what) ? 1 : 0.9) : undefined;
    },
  },
];
