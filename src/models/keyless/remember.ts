/** "Remember this": the one wish that is a fact whatever it says. In a few languages, as it is the same everywhere: a phrase, then the thing. */
const ASKED: readonly (readonly [RegExp, string])[] = [
  // Without "that" it is often advice ("Remember, it takes time"); then only what is the user's own counts.
  [
    /^(?:please |and |can you |could you |also )*(?:(?:remember|do not forget|don't forget|keep in mind|note(?: down)?|make a note)(?:(?: this)?:|(?: this)? that| of| (?=(?:my|our|I|I'm|we)\b))|for the record[:,]) ?/i,
    "",
  ],
  [/^(?:bitte )?(?:merk(?:e)? dir|denk daran|vergiss nicht)(?: bitte)?(?:, ?dass|:|,)? /i, "Zu merken: "],
  [/^(?:souviens-toi|rappelle-toi|retiens|n'oublie pas|note bien)(?: que|:)? /i, "À retenir : "],
  [/^(?:por favor,? )?(?:recuerda|no olvides|anota)(?: que|:)? /i, "Para recordar: "],
  [/^(?:por favor,? )?(?:lembra-te(?: de)?|lembre-se(?: de)?|não te esqueças(?: de)?)(?: que|:)? /i, "Para lembrar: "],
  [/^(?:per favore,? )?(?:ricorda(?:ti)?|non dimenticare|tieni a mente)(?: che|:)? /i, "Da ricordare: "],
  [/^(?:onthoud|vergeet niet)(?: alsjeblieft)?(?: dat|:)? /i, "Te onthouden: "],
  [/^(?:请)?(?:记住|記住)[:：,，]?\s*/, "要记住："],
  [/^(?:覚えて(?:おいて)?(?:ください)?)[:：、]\s*/, "覚えておくこと："],
];

export interface Asked {
  /** What is to be remembered, as the user said it. */
  readonly what: string;
  /** How the fact begins, in the user's language; "" for English, which is put into the third person. */
  readonly lead: string;
}

export function askedToRemember(sentence: string): Asked | undefined {
  for (const [phrase, lead] of ASKED) {
    const match = phrase.exec(sentence);
    const what = match ? sentence.slice(match[0].length).trim() : "";
    // "remember to answer in verse" and "remember when" speak to the assistant, not about the user.
    if (
      match &&
      what.length >= 4 &&
      !(/\b(?:should|must|shall)\b/i.test(what) && !/\b(?:I|my|we|our)\b/i.test(what)) &&
      !/^(?:to|when|how|what|me|the time|you|your|us|always|never)\b/i.test(what) &&
      !/[?？]$/.test(what)
    )
      return { what, lead };
  }
  return undefined;
}
