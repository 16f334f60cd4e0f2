import { stem } from "./words.js";

/** Words that stand for one another between a question and what was said: "pets" and "dog", "live" and "moved". */
const GROUPS = [
  "live home move relocate city town country address based reside house apartment flat place",
  "job work profession occupation career employ employer company office earn",
  "name called nickname",
  "old age years birthday born turned",
  "birthday born birth",
  "pet dog cat puppy kitten parrot rabbit hamster horse animal",
  "food eat diet meat vegetarian vegan pescatarian dish meal cuisine restaurant pizza sushi pasta",
  "drink coffee tea wine beer juice water alcohol beverage",
  "allergy allergic intolerant allergies intolerance",
  "hobby hobbies love enjoy like play hike collect paint interest pastime passion fond fun",
  "like love enjoy adore prefer favourite fond taste",
  "dislike hate detest loathe avoid cannot",
  "prefer preference favourite rather",
  "sport run tennis swim hike marathon yoga gym football climb cycle ski surf train exercise",
  "partner wife husband girlfriend boyfriend spouse married dating engaged fiancé fiancée relationship",
  "marry wedding husband wife",
  "family sister brother mother father parents son daughter child wife husband aunt uncle cousin grandmother grandfather",
  "sibling sister brother",
  "child son daughter baby kid",
  "parent mother father",
  "car vehicle drive motorbike bike van",
  "appointment meeting exam interview visit flight trip checkup",
  "trip travel flight fly holiday vacation visit journey",
  "goal dream aim ambition resolution train want learn plan saving",
  "habit usually every always routine often",
  "language speak fluent native",
  "study student university degree school course college",
  "health allergic diabetes asthma diagnosed condition ill",
  "instrument guitar piano violin cello drums play",
  "colour red green blue yellow purple orange black white pink",
  "bought buy purchase got ordered",
  "quit stop gave leave lost",
].map((group) => new Set(group.split(" ").map(stem)));

/** Words too common in questions to tell memories apart. */
const GENERIC = new Set(
  "name day date time thing kind type sort way place city number year month week now currently current new happen plan favourite people"
    .split(" ")
    .map(stem),
);
/** People: a question about a brother is not answered by a sister. */
const PEOPLE = new Set(
  "sister brother mother father wife husband partner girlfriend boyfriend son daughter child aunt uncle cousin grandmother grandfather friend boss colleague neighbour neighbor dog cat parents family niece nephew roommate manager teacher"
    .split(" ")
    .map(stem),
);

export const related = (a: string, b: string): boolean => GROUPS.some((group) => group.has(a) && group.has(b));
export const isPerson = (word: string): boolean => PEOPLE.has(word);
export const weightOf = (word: string, proper: boolean): number => (proper || isPerson(word) ? 2 : GENERIC.has(word) ? 0.5 : 1);
