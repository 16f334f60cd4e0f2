import type { ExtractProposal } from "../../prompts/extract.js";
import type { MessageRecord } from "./message.js";
import { NEUTRAL_SCORES, type TraitScores } from "./personality.js";
import { cleanText } from "./text.js";
import { readTime } from "./time.js";

/** A change to what is known about the user, proposed by a model and checked: its source exists, its target was shown. */
export interface FactChange {
  readonly op: "ADD" | "UPDATE" | "DELETE";
  /** The fact that an UPDATE replaces or a DELETE ends. */
  readonly target?: `fact:${string}`;
  readonly text: string;
  readonly keywords: readonly string[];
  /** Event time: since when it holds, or when it takes place. */
  readonly at: number;
  /** When the user said so. */
  readonly said: number;
  readonly confidence: number;
  /** Key of the message that says so. */
  readonly source: string;
}

/** What was proposed for one exchange. Kept, so that a cut-off update goes on without asking the model again. */
export interface Extraction {
  /** Key of the user's message. */
  readonly exchange: string;
  readonly at: number;
  readonly changes: readonly FactChange[];
  readonly traits: TraitScores;
}

export interface Shown {
  /** The messages of the exchange by the number they were shown under. */
  readonly messages: ReadonlyMap<number, MessageRecord>;
  /** The known facts by the short id they were shown under. */
  readonly known: ReadonlyMap<string, `fact:${string}`>;
  readonly timezone: string;
}

/** Longer is no single fact. */
const MAX_FACT = 500;

/** What of a proposal stands up: a change whose source is no message of the user's is dropped, as is one without a text. */
export function acceptExtraction(exchange: MessageRecord, proposal: ExtractProposal, shown: Shown): Extraction {
  const changes = proposal.changes.flatMap((change): FactChange[] => {
    const source = shown.messages.get(change.source);
    const text = cleanText(change.text).trim().slice(0, MAX_FACT);
    if (change.op === "NO_OP" || source?.role !== "user") return [];
    const target = change.id === null ? undefined : shown.known.get(change.id);
    if (change.op === "DELETE" ? !target : text === "") return [];
    return [
      {
        op: change.op === "UPDATE" && !target ? "ADD" : change.op,
        ...(target && change.op !== "ADD" && { target }),
        text,
        keywords: change.keywords.map((word) => cleanText(word).trim()).filter(Boolean).slice(0, 8),
        at: readTime(change.when, shown.timezone) ?? source.at,
        said: source.at,
        confidence: change.confidence,
        source: source.key,
      },
    ];
  });
  return { exchange: exchange.key, at: exchange.at, changes, traits: proposal.traits };
}

/** Stands for an exchange that no proposal could be had for: no facts, and, as METHOD.md has it, all traits 3. */
export const emptyExtraction = (exchange: MessageRecord): Extraction => ({
  exchange: exchange.key,
  at: exchange.at,
  changes: [],
  traits: NEUTRAL_SCORES,
});

/** A correction by the user's own hand is kept like a proposal, under a key of its own. */
const CORRECTION = "edit.";
export const correctionKey = (now: number, name: string): string => `${CORRECTION}${now}.${name}`;
export const isCorrection = ({ exchange }: Extraction): boolean => exchange.startsWith(CORRECTION);

/** Exchanges in the order in which they took place. */
export const inExchangeOrder = (a: Extraction, b: Extraction): number => a.at - b.at || (a.exchange < b.exchange ? -1 : a.exchange > b.exchange ? 1 : 0);
