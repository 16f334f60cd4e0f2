import type { BaseMessage } from "@langchain/core/messages";
import { choose, quote } from "./evidence.js";
import { findingsOf } from "./findings.js";
import type { Language } from "./language.js";
import { readQuestion, type Question } from "./question.js";
import { nameOf, readConversation, type Conversation } from "./reading.js";
import { isOrder, isQuestion, MAX_TEXT, sentences } from "./sentences.js";
import { capital, clip, looksEnglish } from "./words.js";

export const SELF =
  "I am the keyless model: rules, not a language model. I remember plain English sentences that you say about yourself, and quote them back. For real answers configure a language model, for example PERSONAGRAPH_MODEL=openai:gpt-5-mini with OPENAI_API_KEY.";
export const UNKNOWN = "I don't know: nothing that I remember answers that.";
const CANNOT = `I cannot do that. ${SELF}`;

export interface SearchCall {
  readonly query: string;
  readonly keywords: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
}
export type Reply = { readonly text: string } | { readonly search: SearchCall };

const ABOUT_SELF =
  /\b(?:who|what) (?:are|r) you\b|\bare you (?:an? )?(?:real|human|person|ai|bot|robot|llm|language model|chatgpt|gpt|claude|model)\b|\b(?:what|which) (?:language )?model\b|\bwhat can you do\b/i;
const GREETING =
  /^(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|hola|salut|hallo|ciao|olá)(?:[ ,]+(?:there|again|you|everyone|bot|friend))?[\s!.,:)]*(?:how are you(?: doing)?(?: today)?\??)?[\s!.]*$/i;
const COURTESY =
  /^(?:how are you(?: doing)?(?: today)?|thanks|thank you(?: (?:so|very) much)?|bye|goodbye|see you(?: later| soon)?|good night|ok(?:ay)?|great|cool|nice|yes|no|sure|fine)[\s!.?]*$/i;
/** Orders that a memory can answer: "tell me where I live", "list my hobbies". */
const FROM_MEMORY =
  /^(?:please )?(?:(?:can|could|would) you (?:please )?)?(?:tell|remind|show|list|give|recall|name|say)\b.*\b(?:my|me (?:about|what|where|when|who|which|how)|i|about)\b/i;
const ORDERED = /^(?:please )?(?:(?:can|could|would|will) you|i (?:want|need|would like) you to|i'd like you to)\b/i;

function searchFor(question: Question): SearchCall {
  return {
    query: clip(question.text, 400),
    keywords: question.keywords.slice(0, 8),
    from: question.period?.from ?? null,
    to: question.period?.to ?? null,
  };
}

function answer(question: Question, at: Conversation, maySearch: boolean, language: Language): Reply {
  const hits = choose([...at.memories, ...at.earlier, ...at.profile], question, language);
  if (hits.length > 0) {
    const dated = question.when ? hits.find((hit) => hit.dates.length > 0) : undefined;
    const day = dated?.dates[0] ? `${capital(dated.dates[0].say)}. ` : "";
    const shown = dated ? [dated, ...hits.filter((hit) => hit !== dated)].slice(0, 2) : hits;
    return { text: day + shown.map((hit) => quote(hit, at.cites)).join("\n") };
  }
  return maySearch && !at.searched && (question.keywords.length > 0 || question.period)
    ? { search: searchFor(question) }
    : { text: UNKNOWN };
}

/** A statement is taken note of with the user's own words; nothing is added to them. */
function acknowledge(at: Conversation, language: Language): string {
  const findings = findingsOf(at.own, at.now ?? "2000-01-01 12:00", language);
  if (findings.length > 0)
    return `Noted. I will remember: ${findings
      .slice(0, 3)
      .map((finding) => `"${clip(finding.said, 160)}"`)
      .join(", ")}.`;
  return looksEnglish(at.own) ? "All right." : `All right. ${SELF}`;
}

/** Answers the conversation, or asks for a search. */
export function respond(
  messages: readonly BaseMessage[],
  tools: { readonly search: boolean; readonly forced: boolean },
  language: Language,
): Reply {
  const at = readConversation(messages);
  const own = at.own.slice(0, MAX_TEXT);
  const all = sentences(own);
  const asked = all.filter((sentence) => isQuestion(sentence) || FROM_MEMORY.test(sentence));
  const question = readQuestion(clip(asked.length > 0 ? asked.slice(-3).join(" ") : own, 1000), at.now, language);
  if (tools.forced) return { search: searchFor(question) };
  if (own === "") return { text: `I read no text in that. ${SELF}` };
  if (ABOUT_SELF.test(own) && own.length < 200) return { text: SELF };
  const name = nameOf(at.profile);
  if (GREETING.test(own)) return { text: name ? `Hello, ${name}.` : "Hello." };
  if (COURTESY.test(own)) return { text: /^how/i.test(own) ? SELF : "You're welcome." };
  if (asked.length > 0) {
    const order = asked.every(
      (sentence) => ORDERED.test(sentence) && !FROM_MEMORY.test(sentence) && !/\b(?:remember|recall|know)\b/i.test(sentence),
    );
    return order ? { text: CANNOT } : answer(question, at, tools.search, language);
  }
  const findings = acknowledge(at, language);
  if (findings.startsWith("Noted")) return { text: findings };
  return all.length > 0 && all.every((sentence) => isOrder(sentence) || ORDERED.test(sentence)) ? { text: CANNOT } : { text: findings };
}
