/** Words as the rules compare them: lower case, without inflection. Light on purpose: it runs on every recalled memory. */

const STOP = new Set(
  (
    "a an the and or but so if then than that this these those there here it its is are am was were be been being do does did done doing have has had having " +
    "i me my mine myself we us our ours you your yours he him his she her hers they them their theirs themselves user user's users who whom whose which what when where why how " +
    "to of in on at by for from with without about into onto over under as not no nor yes any some all both each few more most other such only own same too very just also " +
    "can could will would shall should may might must let lets ok okay hi hello hey please thanks thank now again still already ever never once any more anymore longer no-longer " +
    "know tell told remember remind say said asked call called named really actually maybe perhaps much many lot because since until while during before after up down out off again ago today"
  ).split(" "),
);

/** Past forms that no suffix rule finds. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  (
    "went:go gone:go goes:go bought:buy got:get gotten:get ate:eat eaten:eat ran:run running:run saw:see seen:see met:meet left:leave lost:lose made:make took:take taken:take " +
    "gave:give given:give began:begin begun:begin wrote:write written:write drove:drive driven:drive spoke:speak spoken:speak taught:teach thought:think found:find felt:feel kept:keep " +
    "sold:sell sent:send spent:spend slept:sleep swam:swim sang:sing rode:ride flew:fly grew:grow won:win broke:break broken:break born:birth wed:marry wedding:marry married:marry " +
    "children:child kids:child kid:child mum:mother mom:mother dad:father wife:wife wives:wife drank:drink drunk:drink lives:live life:life moving:move studies:study studying:study favorite:favourite colour:color"
  )
    .split(" ")
    .map((pair): [string, string] => {
      const at = pair.indexOf(":");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
);

export function stem(form: string): string {
  const word = IRREGULAR.get(form) ?? form;
  if (word.length < 4 || /\d/.test(word)) return word;
  const bare = word
    .replace(/'s$|'$/, "")
    .replace(/(?<=[a-z]{3})ies$/, "y")
    .replace(/(?<=(?:ss|sh|ch|x|z))es$/, "")
    .replace(/(?<=[^s'u])s$/, "");
  const cut = bare.replace(/(?<=[a-z]{3})(?:ing|ed)$/, "");
  // "running" and "stopped" double a letter, "moving" and "moved" drop an e; both ends are made alike.
  return (cut === bare ? bare : cut.replace(/([bdgmnprt])\1$/, "$1")).replace(/(?<=[a-z]{2})e$/, "").replace(/(?<=[a-z]{2})i$/, "y");
}

export const words = (text: string): string[] =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? [];

/** Scripts that write no spaces (Chinese, Japanese, Thai): `Intl.Segmenter` finds the words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

function tokens(text: string): string[] {
  if (!UNSPACED.test(text)) return words(text);
  return [...segmenter.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment.toLowerCase());
}

export const isContent = (word: string): boolean => !STOP.has(word) && (word.length > 1 || /\p{N}/u.test(word) || UNSPACED.test(word));

/** The words that carry meaning, in order, each once. */
export function contentWords(text: string): string[] {
  return [
    ...new Set(
      tokens(text)
        .map((word) => word.replace(/'s$/, ""))
        .filter(isContent),
    ),
  ];
}

export const contentStems = (text: string): string[] => [...new Set(contentWords(text).map(stem))];

/** A key that stays the same when the sentence is said again: "morning-run". */
export const slug = (parts: readonly string[]): string =>
  parts
    .map((part) =>
      part
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, "-")
        .replace(/^-|-$/g, ""),
    )
    .filter(Boolean)
    .join("-")
    .slice(0, 40);

const FUNCTION_WORDS = new Set("the and i my is are to with it this that we you have for at on but be of were they she his her".split(" "));

/** The rules are English; a text with hardly any of its commonest words is left alone. Words that other languages have too ("in", "was") don't count. */
export function looksEnglish(text: string): boolean {
  const all = words(text);
  return (
    all.length > 0 && all.filter((word) => FUNCTION_WORDS.has(word) || /^(i|it|he|she|we|they|you)'/.test(word)).length / all.length >= 0.12
  );
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`);
