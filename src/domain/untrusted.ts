import type { MessageRecord } from "./message.js";
import { isAddressed } from "./untrusted-address.js";
import { isStyleWish, kindOf, orderIn } from "./untrusted-orders.js";
import { partsOf } from "./untrusted-parts.js";
import { overlap, plain, tokens } from "./untrusted-plain.js";

/**
 * What becomes of a memory that a model proposed. The rules, which are the same for facts, habits, preferences and identity:
 * - An instruction to the assistant is no memory, whoever gave it. A wish of the user's about style is one.
 * - What rests on an instruction in the message ("always recommend X" for "the user likes X") is none either.
 * - What only a tool or the assistant said was not said by the user.
 * - What rests only on a pasted part is kept as untrusted, where there is room to say so.
 * A heuristic: it reads words, not meaning. It makes planted memories rare and marked; that memories are data, never followed, is
 * what the prompts see to.
 */
export type Verdict = { readonly keep: true; readonly trust?: "untrusted" } | { readonly keep: false; readonly reason: string };

/** Why something proposed was not stored. The text is not kept: it stands in the log. */
export interface Dropped {
  readonly reason: string;
  /** Key of the message that was named as its source. */
  readonly source: string;
}

type Said = Pick<MessageRecord, "role" | "text">;

const dropped = (reason: string): Verdict => ({ keep: false, reason });

/** `around` are the messages that were shown with the source. */
export function judge(text: string, source: Said, around: readonly Said[] = []): Verdict {
  const claim = tokens(text);
  const { own, pasted } = partsOf(source.text);
  const inOwn = overlap(claim, own);
  const inPasted = pasted === "" ? 0 : overlap(claim, pasted);
  const isPasted = inPasted > inOwn || (inOwn === 0 && pasted.length > own.length);
  const order = isPasted ? kindOf(text) : orderIn(text);
  if (order !== undefined) return dropped(`it is ${order}`);
  if (inOwn + inPasted === 0 && saidByOthers(claim, around)) return dropped("only the assistant or a tool said it");
  // In a letter "you" is whoever it was written to.
  const speaksToAssistant = isPasted ? isOrder : (clause: string): boolean => isOrder(clause) || isAddressed(clause);
  if (restsOn(speaksToAssistant, claim, isPasted ? pasted : own)) return dropped("it rests on an instruction");
  if (!isPasted) return { keep: true };
  return isStyleWish(text) && ABOUT_ANSWERS.test(plain(text))
    ? dropped("a wish in pasted text is not the user's")
    : { keep: true, trust: "untrusted" };
}

const ABOUT_ANSWERS = /\b(?:answer|repl|respon|explan|talk|speak|address|call)|antwort|répon|respuest|respost|rispost|回答|回复|返答|答え/;

function saidByOthers(claim: ReadonlySet<string>, around: readonly Said[]): boolean {
  const others = around.filter(({ role }) => role !== "user");
  return claim.size >= 2 && others.some(({ text }) => overlap(claim, text) >= Math.max(2, 0.6 * claim.size));
}

const isOrder = (clause: string): boolean => orderIn(clause) !== undefined;

/** Whether the sentence that a memory was drawn from is of a kind. Where another sentence says as much, that one counts. */
function restsOn(kind: (clause: string) => boolean, claim: ReadonlySet<string>, part: string): boolean {
  const clauses = clausesOf(part).map((clause) => ({ clause, shared: overlap(claim, clause) }));
  const most = Math.max(0, ...clauses.map(({ shared }) => shared));
  const best = clauses.filter(({ shared }) => shared === most);
  return best.length > 0 && best.every(({ clause }) => kind(clause));
}

/** More is no talk, and what is proposed of it is read as untrusted anyway. */
const MAX_CLAUSES = 400;

/** Sentences, divided where a part with "I" begins: "always warn me, I'm allergic to nuts". */
const clausesOf = (text: string): string[] =>
  text
    .split(
      /(?<=[.!?;])\s+|[。！？；\n]+|[,:–—-]\s+(?=(?:and |but |because |as |since |so )?(?:i|i'm|i've|my|we|our|she|he|they|it|there|ich|mein|sie|er|elle|il|ella|él|ela|ele|je|j'|mon|ma|yo|mi|eu|meu|minha|io|ik|я|мой)\b)|\s(?=(?:because|since|but|and|who|as) (?:i|i'm|i've|my|we|she|he|they)\b)/iu,
    )
    .filter((clause) => clause.trim() !== "")
    .slice(0, MAX_CLAUSES);

/** A summary without the sentences that instruct the assistant. */
export function withoutOrders(text: string): string {
  if (orderIn(text) === undefined) return text;
  const kept = text.split(/(?<=[.!?])\s+|(?<=[。！？])/u).filter((sentence) => orderIn(sentence) === undefined);
  const rest = kept.join(" ").trim();
  return orderIn(rest) === undefined ? rest : "";
}
