import { STYLE_WISH } from "./lexicon.js";
import { askedToRemember } from "./remember.js";

/** What of a message is plain speech of the user about the user's world: sentences and their clauses, without quotes, code and orders. */

/** More is not analysed: it bounds the time of one call. A person's own sentences stand well before that. */
export const MAX_TEXT = 20_000;
/** A longer clause is no plain sentence. It also bounds every pattern below. */
const MAX_CLAUSE = 300;
/** Stands where a quotation was; a clause that holds it is not read. */
const QUOTE = "\u0001";

export interface Clause {
  readonly text: string;
  /** The user asked for it to be remembered, in words of the language that `lead` belongs to. */
  readonly asked?: { readonly lead: string };
}

const ABBREVIATION = /(?:\b(?:mr|mrs|ms|dr|st|prof|sr|jr|vs|etc|e\.g|i\.e|no|approx|ave|ft|mt)|\b[a-z]|\b[ap]\.m)\.$/i;

/** Code, quotations and lines of a form that no person says to another are taken out first. */
function ownWords(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replaceAll("\u0001", "")
    .replace(/[‘’]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .replace(/```[^`]*(?:```|$)/g, ` ${QUOTE} `)
    .replace(/`[^`\n]*`/g, QUOTE)
    .replace(/"([^"\n]{0,2000})"/g, (_, inner: string) =>
      /^[\p{L}\p{N}'-]+(?: [\p{L}\p{N}'-]+){0,2}$/u.test(inner) && !/\b(?:i|my|we)\b/i.test(inner) ? inner : QUOTE,
    )
    .split("\n")
    .map((line) =>
      /^\s*(?:>|[{}[\]<|#]|(?:system|assistant|user|human|ai|tool|developer|function|bot)\s*(?:\([^)]*\))?\s*:)/i.test(line)
        ? ""
        : line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, ""),
    )
    .join("\n");
}

export function sentences(text: string): string[] {
  const out: string[] = [];
  for (const line of text.split(/\n+/)) {
    let start = 0;
    for (const match of line.matchAll(/[.!?…。！？]+["')\]]*(?:\s+|$)|(?<=[。！？])/g)) {
      const end = match.index + match[0].length;
      const sentence = line.slice(start, end).trim();
      if (/^\.\s/.test(match[0]) && ABBREVIATION.test(sentence)) continue;
      if (sentence) out.push(sentence);
      start = end;
    }
    const rest = line.slice(start).trim();
    if (rest) out.push(rest);
  }
  return out;
}

const QUESTION_START =
  /^(?:can|could|would|will|do|does|did|is|are|was|were|am|have|has|should|shall|may|might|what|what's|where|where's|when|when's|who|who's|whom|whose|which|why|how|how's|any idea|don't you|isn't|aren't|didn't) (?!not\b)/i;
export const isQuestion = (sentence: string): boolean =>
  /[?？]["')]*$/.test(sentence) ||
  (QUESTION_START.test(sentence) && !/^(?:when|will|may|was|were|am) (?:i|we|my)\b|^(?:have|may|will) [A-Z]/.test(sentence));

/** Orders, and what tries to steer the assistant: addressed to somebody, and never about the user. */
const ORDER =
  /^(?:please |kindly |now |then |just )*(?:write|tell|give|show|explain|translate|summari[sz]e|help|make|create|list|find|search|look|suggest|recommend|generate|draft|compare|describe|rewrite|proofread|fix|correct|answer|reply|respond|call|use|ignore|forget|disregard|pretend|imagine|suppose|assume|act|repeat|print|output|return|set|send|add|delete|let's say|say|stop|do|don't|never|always|let|go|consider|think|continue|check|convert|calculate|play|read|open|run|remind)\b/i;
const STEERING =
  /\b(?:ignore (?:all|any|the|your|previous|everything)|disregard|instructions?|system prompt|from now on|you (?:are|must|should|will|shall|have to|need to|always|never)|always (?:answer|respond|reply|say|call)|jailbreak|developer mode|propose_memory|propose_summary|search_memory|tool_?calls?|<\/?[a-z_|]+>)/i;
const UNREAL =
  /^(?:(?:and|but|so|or|well|also)\s+)?(?:if|suppose|supposing|imagine|what if|let's say|unless|were i|had i|i wish|wish)\b|\bif (?:i|we|my|you|only)\b|\b(?:would|could|might|maybe|perhaps|possibly|hypothetically|in theory)\b(?! (?:love|like) to)/i;
const PASTE =
  /(?:\b(?:this|following|text|email|letter|paragraph|sentence|story|below|essay|message)\b[^:]{0,40}|^(?:translate|summari[sz]e|rewrite|proofread|correct)[^:]{0,60}):\s*$/i;

export const isOrder = (sentence: string): boolean => ORDER.test(sentence) || /^(?:please|kindly)\b/i.test(sentence);
export const isSteering = (sentence: string): boolean => STEERING.test(sentence);

/** Where one sentence says two things: before "and I", "but", a semicolon, a comma with a new subject. Reasons and asides are cut off. */
const JOINT =
  /\s*(?:;|\s[-–—]{1,2}\s|,?\s+(?:but|although|though|while|whereas|because|'?cause|so that)\s+|,?\s+(?:and|so)\s+(?=(?:it|it's|that's|this|he|she|they|there)\b)|,\s+(?=(?:it|it's|it'll|that's|this is|he|she|they)\b)|,?\s+(?:and|so|plus|then|and then|and also)\s+(?=(?:i|i'm|i've|i'll|my|we|we're|we've|our)\b)|,\s+(?=(?:i|i'm|i've|i'll|my|we|we're|we've|our|can you|could you|would you|will you|do you|did you|any|what|how|where|when|who|should|which)\b)|,?\s+which\s+)\s*/i;
/** "and hate crowds": the verbs that may go on with the subject of the clause before. */
const CARRIED =
  /(?:,\s*|\s+)(?:and|but|then|and then)\s+(?:(?:now|also|really|then|usually|often|always|never) )?(?=(?:love|like|enjoy|hate|dislike|prefer|lives?|works?|loves|likes|hates|has|studies|have|play|study|speak|moved|bought|adopted|sold|quit|started|stopped|got|joined|married|own|drink|eat|avoid|support|don't|can't|am|became)\b)/i;

function clausesOf(sentence: string): string[] {
  const out: string[] = [];
  for (const part of sentence.split(JOINT)) {
    if (!part?.trim()) continue;
    const subject =
      /^(my [a-z]+(?: [A-Z][a-z]+)?) (?:is|was|works|lives|has|loves|likes|hates|studies)\b/i.exec(part.trim())?.[1] ??
      /\b(I|we)\b/i.exec(part)?.[1];
    const pieces = subject ? part.split(CARRIED) : [part];
    pieces.forEach((piece, n) => out.push(n === 0 || !subject ? restore(piece, out.at(-1)) : `${subject} ${piece}`));
  }
  return out.map((clause) => clause.trim()).filter(Boolean);
}

/** After "but", a clause without a subject goes on with the last one's: "but hate crowds". */
function restore(piece: string, before: string | undefined): string {
  return before &&
    /^(?:i|we)\b/i.test(before) &&
    /^(?:(?:now|also|really) )?(?:love|like|enjoy|hate|dislike|prefer|don't|can't|never|no longer|live|work|moved)\b/i.test(piece.trim())
    ? `I ${piece.trim()}`
    : piece;
}

/** An order to write something is followed by words that are not the user's own: "Write: I love hiking". */
const DICTATES =
  /^(?:please |kindly |now )*(?:write|tell|say|translate|rewrite|draft|proofread|repeat|print|output|correct|generate|create|imagine|pretend|suppose|assume|compose)\b|:/i;

function clausesIn(sentence: string): Clause[] {
  const asked = askedToRemember(sentence);
  if (asked) return [{ text: asked.what, asked: { lead: asked.lead } }];
  if (STYLE_WISH.test(sentence)) return [{ text: sentence }];
  if (isSteering(sentence) || (isOrder(sentence) && DICTATES.test(sentence))) return [];
  const asks = isQuestion(sentence);
  if (asks && (QUESTION_START.test(sentence) || UNREAL.test(sentence))) return [];
  if (/^if\b|\bif (?:i|we) (?:\w+ed|were|had|could|was)\b/i.test(sentence)) return [];
  // "I have an exam on Friday, can you help me?": only the end is the question.
  const clauses = clausesOf(sentence);
  return (asks ? clauses.slice(0, -1) : clauses).map((text) => ({ text }));
}

/** The clauses of a message that may hold facts. */
export function statements(text: string): Clause[] {
  const out: Clause[] = [];
  for (const sentence of sentences(ownWords(text))) {
    // "Translate this:" and all that follows is not the user's own speech.
    if (PASTE.test(sentence.slice(0, sentence.indexOf(":") + 1)) && !askedToRemember(sentence)) break;
    for (const clause of clausesIn(sentence)) {
      const bare = clause.text.replace(/[.!?…,;:]+["')\]]*$/, "").trim();
      if (bare && !bare.includes(QUOTE) && bare.length <= MAX_CLAUSE && !UNREAL.test(bare)) out.push({ ...clause, text: bare });
    }
  }
  return out;
}

/** Sentences for quoting: what the user said that is neither question nor order. */
export const said = (text: string): string[] =>
  sentences(text.slice(0, MAX_TEXT)).filter((sentence) => !isQuestion(sentence) && !isOrder(sentence));
