import { isStyleWish } from "./untrusted-orders.js";
import { plain } from "./untrusted-plain.js";

/**
 * Whether a clause speaks to the assistant and says nothing of the user: an imperative, a question, or "you" and "your", and no "I"
 * or "my". Lists of known tricks miss every new wording; who is spoken to does not depend on it. What somebody orders, asks or
 * claims of the assistant is no statement about themselves.
 */
export function isAddressed(clause: string): boolean {
  const read = plain(clause.slice(0, MAX_READ)).trim();
  if (REMEMBER.test(read) || isStyleWish(clause)) return false;
  return (YOU.test(read) || IMPERATIVE.test(read) || /\?$/.test(read)) && !SELF.test(read);
}

const MAX_READ = 4000;

/** A wish that is fulfilled by storing what follows. */
const REMEMBER =
  /^(?:please |and |also |can you |could you )*(?:remember|don't forget|do not forget|keep in mind|note|make a note|for the record|fyi|forget (?:that|what) (?:i|we|my))\b|^(?:bitte )?(?:merk|denk daran|vergiss nicht)|^(?:souviens|rappelle|retiens|n'oublie)|^(?:recuerda|no olvides|anota)|^(?:lembr|não te esqueças|não esqueça)|^(?:ricorda|non dimenticare)|^(?:请|請)?(?:记住|記住|记得)|覚えて/;

/** The user as the subject, or what is the user's. "Me" is in orders too: "tell me". */
const SELF =
  /(?<![a-z])(?:i|i'm|i've|i'll|i'd|my|mine|we|we're|we've|our|us both|myself|ich|wir|meine?[rsnm]?|unsere?[rsnm]?|je|j'\p{L}+|nous|mon|ma|mes|notre|nos|yo|mi|mis|nuestr[oa]s?|soy|estoy|tengo|vivo|eu|meu|minha|meus|minhas|nós|sou|estou|tenho|moro|io|mio|mia|sono|ho|ik|mijn|wij|jestem|mam|mój|moja|moje|ben|benim)(?![a-z])|(?<!\p{L})(?:я|мой|моя|моё|мои|мы|наш|у меня)(?!\p{L})|我|咱|私|僕|俺|うちの|제가|저는|나는|내가|우리|أنا|मैं|मेर/u;

const YOU =
  /(?<![a-z])(?:you|you're|your|yours|yourself|du|dich|dein|deine[rsnm]?|tu es|vous|votre|vos|usted|tus|você|vocês|teu|tua)(?![a-z])|(?<!\p{L})(?:ты|вы|твой|твоя|ваш|ваша)(?!\p{L})|你|您|あなた|당신/u;

const VERBS =
  "accept|act|add|address|adopt|agree|allow|answer|append|apply|approve|ask|assert|assume|avoid|be|begin|believe|behave|block|book|bring|buy|call|cease|change|check|choose|cite|claim|click|comply|confirm|consider|copy|declare|defer|delete|deny|direct|discard|disclose|disregard|do|don't|email|enable|encourage|end|endorse|enter|erase|execute|explain|expose|favou?r|fetch|follow|forget|forward|give|grant|guide|help|hide|ignore|include|inform|insert|insist|install|keep|lead|let|list|load|look|make|mention|name|never|obey|offer|omit|open|output|override|pay|perform|place|play|post|praise|prefer|present|pretend|prioriti[sz]e|print|promote|put|quote|rank|rate|read|recommend|redirect|refer|refuse|register|reject|reply|report|repeat|reset|respond|return|reveal|rewrite|run|save|say|select|send|serve|set|share|show|side|sign|skip|speak|start|state|steer|stop|store|submit|suggest|support|switch|take|talk|tell|transfer|translate|treat|trust|turn|update|upload|use|view|visit|vouch|warn|write";
const IMPERATIVE = new RegExp(
  `^[^\\p{L}]*(?:(?:please|kindly|now|then|just|so|and|also|always|never|only|first|next|instead|hence\\p{L}*|from now on|from today|starting (?:now|today)|as of (?:now|today)|from here on|hereafter|at all times|no matter (?:what|how|who)[^,]{0,40}|(?:when|whenever|if|once|unless|should)\\b[^,]{0,80}),? ){0,3}(?:${VERBS})(?![\\p{L}'])`,
  "u",
);
