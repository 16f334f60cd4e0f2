/** From the user's "I" to the third person of a fact, on clauses whose contractions are written out. */

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bI'm\b/gi, "I am"],
  [/\bI've\b/gi, "I have"],
  [/\bI'll\b/gi, "I will"],
  [/\bim\b/g, "I am"],
  [/\bive\b/g, "I have"],
  [/\bwe're\b/gi, "we are"],
  [/\bwe've\b/gi, "we have"],
  [/\bwe'll\b/gi, "we will"],
  [/\bcan't\b/gi, "cannot"],
  [/\bwon't\b/gi, "will not"],
  [/\b(do|does|did|is|was|are|were|have|has|had)n't\b/gi, "$1 not"],
  [/\bdont\b/gi, "do not"],
  [/\b(it|that|he|she)'s been\b/gi, "$1 has been"],
  [/,? for example\b,?/gi, ""],
  [/\b(it|that|he|she|name|birthday)'s\b/gi, "$1 is"],
  [/\b([a-z]+)'s (?=(?:a|an|the|called|named|from|allergic)\b)/gi, "$1 is "],
  [/\bgonna\b/gi, "going to"],
  [/\bfavorite\b/gi, "favourite"],
];

/** Words before a statement that say nothing. */
const LEAD =
  /^(?:(?:hi|hello|hey|well|oh|so|yes|no|yeah|yep|nope|ok|okay|btw|by the way|also|actually|anyway|fyi|just so you know|to be honest|honestly|guess what|and|but|plus|unfortunately|sadly|luckily|happily|sure|right|thanks|thank you|good news|bad news|update|as you know|you know|in fact|as for me|for me|personally|first of all|sorry|wait|there|everyone|all|ah|great)\b[,!.:\s]*(?:there\b[,!.\s]*)?)+(?=(?:I|my|we|our|it|please|the|remember|call|not|every|on|last|next|in|since|yesterday|today|tomorrow|don't|do)\b)/i;
const FILLER =
  /\s\b(?:really|actually|honestly|truly|absolutely|definitely|simply|basically|literally|totally|just|kind of|sort of|certainly|currently|presently|also|still|finally|recently|very much|so much|a lot(?! of)|as well(?! as)|too(?=$)|though(?=$)|these days|at the moment|right now|you know|I guess)\b(?=\s|$)/gi;
const HEDGE = /^I (?:think|guess|believe|suppose|feel like|figure)(?: that)? (?=I\b|my\b|we\b)/i;

export interface Plain {
  readonly text: string;
  /** "I think I ...": less sure. */
  readonly hedged: boolean;
  /** Said with "now": what was before may have ended. */
  readonly now: boolean;
}

/** A clause in the plainest form of itself, still in the first person. */
export function plain(clause: string): Plain {
  let text = clause.replace(/\s+/g, " ").trim();
  for (const [from, to] of CONTRACTIONS) text = text.replace(from, to);
  text = text
    .replace(LEAD, "")
    .replace(/^i\b/, "I")
    .replace(/ i (?=[a-z])/g, " I ");
  const hedged = HEDGE.test(text);
  text = text.replace(HEDGE, "").replace(FILLER, "").trim();
  const now = /\b(?:now|nowadays|instead|anymore|any more|any longer|no longer|again)\b/i.test(text);
  text = text
    .replace(/^now,? (?=I\b|my\b|we\b)/i, "")
    .replace(/^(I|we) now /i, "$1 ")
    .replace(/,? \b(?:now|nowadays)\b(?=$| (?:as|at|in|with|and)\b)/gi, "");
  return { text: fronted(text), hedged, now };
}

/** "Every Thursday I go running" and "In May 2025 I moved" put the time first; the patterns want it last. */
function fronted(text: string): string {
  const m =
    /^((?:on|in|at|since|until|every|each|once|twice|most|usually|often|sometimes|before|after|during|two|three) ?[^,]{0,45}|usually|often|recently),? (I|we|my) (.+)$/i.exec(
      text,
    );
  if (!m?.[1] || !m[2] || !m[3]) return text;
  const who = m[2].toLowerCase() === "i" ? "I" : m[2].toLowerCase();
  return /^(?:usually|often|sometimes)$/i.test(m[1])
    ? `${who} ${m[1].toLowerCase()} ${m[3]}`
    : `${who} ${m[3]} ${m[1].charAt(0).toLowerCase()}${m[1].slice(1)}`;
}

/** Pronouns inside a fact whose subject is the user already. */
export function third(phrase: string): string {
  return phrase
    .replace(/\b(?:my|our) own\b/gi, "their own")
    .replace(/\b(?:my|our)\b/gi, "their")
    .replace(/\b(?:mine|ours)\b/gi, "theirs")
    .replace(/\b(?:myself|ourselves)\b/gi, "themselves")
    .replace(/\b(?:me|us)\b(?!\.)/g, "them")
    .replace(/\b(?:I|we) am\b|\bwe are\b/g, "they are")
    .replace(/\b(?:I|we) (was|were)\b/g, "they were")
    .replace(/\b(?:I|we)\b/g, "they")
    .replace(/\s+/g, " ")
    .replace(/[\s,.!]+$/, "")
    .trim();
}

const THIRD: Readonly<Record<string, string>> = {
  am: "is",
  are: "is",
  have: "has",
  do: "does",
  go: "goes",
  was: "was",
  were: "was",
  cannot: "cannot",
  can: "can",
  will: "will",
};

/** "play" to "plays". Past forms are for the caller to leave alone. */
export function verbThird(verb: string): string {
  const known = THIRD[verb];
  if (known) return known;
  if (/(?:s|sh|ch|x|z|o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}
