/**
 * What the form of a text says about it, apart from its words. Forms of English and Chinese; in other languages the cues stay
 * silent and ranking goes by words alone.
 */

/** About oneself: a memory asks what the user is, has and wants, not what the assistant explained. */
const FIRST_PERSON = /\b(i|my|me|mine|myself|we|our)\b/gi;
const PREFERENCE =
  /\b(prefer|like|love|enjoy|hate|dislike|avoid|refuse|favou?rite|allergic|always|never|can't stand|only|want|need|fan of|interested)\b|我[^，。！？]{0,8}(喜欢|讨厌|不吃|过敏|最爱)/i;
/** A wish that stands until it is taken back: "Always show me the code first." */
const STANDING =
  /^\s*(please )?(always|never|whenever|from now on|in (the )?future|make sure (to|you) always|don't ever|do not ever)\b|^(请)?(以后|总是|永远|从现在起)/i;

const REQUEST =
  /\b(recommend|suggest|advice|tips?|ideas?|should i|can you|could you|how (can|do|should|would) i|how would you|what are (some|the best)|what'?s the best|i'?m (looking|planning|hoping|thinking|trying|interested)|help me|best way|walk me|explain|show me)\b|推荐|帮我|有什么建议|我该/i;
const LOOKS_BACK =
  /\b(did|have|had|was|were|has) [a-z]|\b(i|we|you) (said|told|mentioned|discussed|did)\b|\b(remember|previously|earlier)\b|记得|说过|上次/i;
const TO_ASSISTANT =
  /\b(did|have|had) you\b|\byou (said|told|suggested|recommended|advised|mentioned|gave|listed|explained|shared|provided)\b|\byour (advice|suggestion|recommendation|answer|explanation)\b|你(说过|建议|推荐)/i;
const QUESTION = /[?？]\s*$/;

/** What was said is judged by its beginning: what follows in a long message is mostly pasted. */
const HEAD = 400;

export interface MessageCues {
  /** Share of first-person words, 0 to 1. */
  readonly firstPerson: number;
  readonly preference: boolean;
  readonly standing: boolean;
  readonly question: boolean;
}

export function cuesOf(text: string): MessageCues {
  const head = text.slice(0, HEAD);
  const spoken = Math.max(6, (head.match(/[\p{L}\p{N}]+/gu) ?? []).length);
  return {
    firstPerson: Math.min(1, (5 * (head.match(FIRST_PERSON) ?? []).length) / spoken),
    preference: PREFERENCE.test(head),
    standing: STANDING.test(head),
    question: QUESTION.test(text.slice(-HEAD)),
  };
}

export interface QuestionCues {
  /** Asks for help or advice, which should fit the user's preferences and standing wishes. */
  readonly request: boolean;
  /** Asks what the assistant said. */
  readonly toAssistant: boolean;
}

export function questionCuesOf(text: string): QuestionCues {
  const head = text.slice(-2000);
  return { request: REQUEST.test(head) && !LOOKS_BACK.test(head), toAssistant: TO_ASSISTANT.test(head) };
}
