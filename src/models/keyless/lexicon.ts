import { contentWords } from "./words.js";

/** Closed word lists of the patterns, as sources of regular expressions. */

export const RELATION =
  "(?:(?:older|elder|younger|little|big|twin|best|oldest|eldest|youngest|late|ex-?|step|new|old|former|good|close) ?){0,3}(?:sister|brother|mother|mum|mom|father|dad|parents|wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?|spouse|son|daughter|kids?|child|children|baby|grand(?:mother|father|ma|pa|son|daughter|parents)|aunt|uncle|cousin|niece|nephew|friend|boss|manager|colleague|coworker|roommate|flatmate|neighbou?r|teacher|doctor|therapist|(?:mother|father|sister|brother)-in-law|twins?|family)";
export const PET = "(?:dog|puppy|cat|kitten|parrot|rabbit|hamster|horse|pony|turtle|tortoise|fish|bird|lizard|snake|guinea pig)s?";
// Repetition is bounded: with the flag "i" both alternatives would match "de", and a long row of them would never end.
export const NAME = "\\p{Lu}[\\p{L}'’-]+(?: (?:\\p{Lu}[\\p{L}'’.-]+|de|da|van|von|der|bin)){0,3}";

const OCCUPATION =
  /\b(?:nurse|doctor|teacher|engineer|developer|programmer|designer|lawyer|architect|chef|cook|baker|writer|journalist|artist|musician|photographer|accountant|dentist|vet|veterinarian|electrician|plumber|carpenter|mechanic|driver|pilot|farmer|gardener|student|professor|lecturer|researcher|scientist|biologist|chemist|physicist|mathematician|psychologist|therapist|social worker|police officer|firefighter|soldier|sailor|secretary|receptionist|manager|director|consultant|analyst|salesperson|cashier|waiter|waitress|bartender|barista|librarian|translator|interpreter|editor|actor|actress|singer|dancer|painter|sculptor|tailor|hairdresser|barber|butcher|fisherman|freelancer|contractor|entrepreneur|founder|ceo|cto|intern|apprentice|trainee|paramedic|pharmacist|surgeon|physiotherapist|midwife|nanny|coach|trainer|technician|administrator|economist|historian|philosopher|politician|judge|builder|bricklayer|welder|postman|courier|clerk|banker|broker|realtor|stylist|florist|astronaut|astronomer|geologist|archaeologist|product owner|data scientist)\b/i;
const AS_OCCUPATION = new RegExp(`(?:\\b(?:am|is|are|as|became|was)|'[ms]) (?:an? |the )?(?:[\\w-]+ ){0,2}?${OCCUPATION.source}`, "i");
/** Somebody is one: "a dentist appointment" names no job. */
export const namesOccupation = (text: string): boolean => AS_OCCUPATION.test(text);
/** The head of "a night nurse at St. Mary's" is what counts, so what follows a preposition is cut off. */
export const isOccupation = (phrase: string): boolean =>
  OCCUPATION.test(
    phrase
      .replace(/ (?:at|for|in|with|from|of|on|who|and|by)\b.*$/i, "")
      .split(" ")
      .slice(-2)
      .join(" "),
  );

export const EVENT =
  "(?:appointment|meeting|interview|exam|test|flight|trip|wedding|party|check-?up|surgery|operation|concert|conference|deadline|class|lesson|date|dinner|lunch|holiday|vacation|presentation|race|marathon|graduation|reunion|visit|anniversary|call|reservation|hearing|scan|move)";

export const DIETARY = "(?:vegetarian|vegan|pescatarian|teetotal|teetotaler|flexitarian|gluten-free|kosher|halal)";
export const STATUS =
  "(?:single|married|divorced|engaged|widowed|separated|pregnant|retired|unemployed|self-employed|left-handed|right-handed|colou?r-?blind|deaf|blind|diabetic|asthmatic|dyslexic|bilingual|an only child|(?:lactose|gluten)[ -]intolerant|a(?:n)? (?:introvert|extrovert|insomniac))";

/** Things of one kind: a preference for one of them takes the place of a preference for another. */
const KINDS: Readonly<Record<string, RegExp>> = {
  drink: /\b(?:coffee|tea|juice|water|beer|wine|cola|soda|milk|espresso|cappuccino|matcha|cocoa|lemonade)\b/i,
  transport: /\b(?:car|cars|bike|bikes|bicycle|cycling|train|trains|bus|buses|driving|walking|metro|plane|planes|flying)\b/i,
  seat: /\b(?:window|aisle) seats?\b/i,
  "time-of-day": /\b(?:mornings?|evenings?|afternoons?|nights?)\b/i,
  season: /\b(?:spring|summer|autumn|winter)\b/i,
  place: /\b(?:beach|mountains?|city|cities|countryside|seaside)\b/i,
  pets: /\b(?:cats?|dogs?)\b/i,
  reading: /\b(?:e-?books?|paper books?|audiobooks?)\b/i,
  answers: /\b(?:answers?|replies|responses|explanations?)\b/i,
  music: /\b(?:jazz|rock|pop|classical|techno|metal|folk|blues|hip-hop)\b/i,
  meat: /\b(?:meat|fish|vegetarian|vegan|chicken|beef|pork)\b/i,
};
export const kindOf = (phrase: string): string | undefined => Object.keys(KINDS).find((kind) => KINDS[kind]?.test(phrase));

export const ANSWERS = "(?:answers?|replies|reply|responses?|messages?|explanations?)";
export const STYLE =
  "(?:(?:very |a bit |as |more |rather )?(?:short|shorter|brief|briefer|concise|long|longer|detailed|simple|simpler|plain|formal|informal|casual|friendly|direct|honest|funny|polite|technical|to the point)(?: as possible)?(?: and (?:short|brief|concise|simple|friendly|direct|honest|clear|to the point))?)";

/** Frequency: what makes a sentence a habit. */
export const OFTEN =
  "(?:every (?:single )?(?:other |second )?(?:day|morning|evening|night|week|weekend|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|lunch)\\b|each (?:day|morning|evening|night|week|weekend|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\\b|(?:once|twice|(?:two|three|four|five|\\d+) times) (?:a|per) (?:day|week|month|year)|on (?:weekends|weekdays|mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)\\b|most (?:days|mornings|evenings|nights|weekends)|in the (?:mornings|evenings|afternoons)|before (?:work|bed|breakfast)\\b|after (?:work|dinner|lunch|breakfast)\\b|(?:daily|weekly)$)";

/** The one kind of order that is a fact about the user. Closed words only, so that no other order can hide in it. */
export const STYLE_WISH = new RegExp(
  `^(?:from now on,? )?(?:please |(?:can|could|would) you (?:please )?|I (?:want|need|would like) you to )?(?:always )?(?:keep|make) (?:your|the) ${ANSWERS} (${STYLE})[.!?]*$`,
  "i",
);

/** Nouns that people "have" for a moment only. */
export const PASSING =
  /^(?:an?|some|no|another|two|three|several) (?:[\w-]+ ){0,2}?(?:questions?|problems?|issues?|ideas?|feelings?|doubts?|point|headache|cold|fever|look|chat|bit|minutes?|seconds?|times?|clue|hunch|guess|suggestions?|requests?|favou?rs?|moment|break|snack|coffee|drinks?|things?|words?|concerns?|thoughts?|choice|reasons?|errors?|bugs?|sentence|text|files?|lists?|bad day|good day|lot|say|go|nap|bath|shower|laugh|rest|stuff|story|news|offers?|way|ways|plans?|events|community|chance|opportunity|blast|win|battle|experience|projects?|advice|tips?|few|day|week|vibe|sense|connection|pic|fun|bond)\b/i;

/** The words a habit or a taste is filed under. */
export const filedUnder = (phrase: string): string =>
  contentWords(phrase.replace(new RegExp(OFTEN, "gi"), " "))
    .slice(0, 2)
    .join(" ");
