import type { ExtractImagesProposal, ExtractProposal } from "../../prompts/extract.js";
import { wordsBeside, type KeptImage, type SeenImage } from "./image.js";
import type { MessageRecord } from "./message.js";
import { NEUTRAL_SCORES, type TraitScores } from "./personality.js";
import { cleanText } from "./text.js";
import { readTime } from "./time.js";
import { describe, type Seen } from "./seen.js";
import { judge, type Dropped } from "./untrusted.js";
import { overlap, tokens } from "./untrusted-plain.js";

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
  /** Set when only pasted text says so. */
  readonly trust?: "untrusted";
  /** The image it describes. */
  readonly media?: SeenImage;
}

/** What was proposed for one exchange. Kept, so that a cut-off update goes on without asking the model again. */
export interface Extraction {
  /** Key of the user's message. */
  readonly exchange: string;
  readonly at: number;
  readonly changes: readonly FactChange[];
  readonly traits: TraitScores;
  /** What was proposed and must not be stored. */
  readonly dropped?: readonly Dropped[];
  /** Proposed a second time, because a message from before it had come late. */
  readonly revised?: true;
  /** The user took something out of it; it is not asked for again, which would bring that back. */
  readonly edited?: true;
}

export interface Shown {
  /** The messages of the exchange by the number they were shown under. */
  readonly messages: ReadonlyMap<number, MessageRecord>;
  /** The known facts by the short id they were shown under. */
  readonly known: ReadonlyMap<string, `fact:${string}`>;
  readonly timezone: string;
  /** The images of the exchange by the number they were shown under. */
  readonly images?: ReadonlyMap<number, ShownImage>;
}

export interface ShownImage {
  readonly message: MessageRecord;
  readonly image: KeptImage;
}

/** Longer is no single fact. */
const MAX_FACT = 500;

/** What pasted text says of the user is a guess at best. */
const UNTRUSTED_CONFIDENCE = 0.3;

type Proposal = ExtractProposal & Partial<Pick<ExtractImagesProposal, "images">>;

/**
 * What of a proposal stands up: a change whose source is no message of the user's is dropped, as is one without a text and what
 * `judge` turns down. What rests on pasted text alone is added as untrusted and never replaces or ends what the user said.
 */
export function acceptExtraction(exchange: MessageRecord, proposal: Proposal, shown: Shown): Extraction {
  const dropped: Dropped[] = [];
  const changes = proposal.changes.flatMap((change): FactChange[] => {
    const source = shown.messages.get(change.source);
    const text = cleanText(change.text).trim().slice(0, MAX_FACT);
    if (change.op === "NO_OP" || source?.role !== "user") return [];
    const target = change.id === null ? undefined : shown.known.get(change.id);
    if (change.op === "DELETE" ? !target : text === "") return [];
    const verdict = judge(text, source, [...shown.messages.values()]);
    const pasted = verdict.keep && (verdict.trust !== undefined || restsOnImage(text, source));
    if (!verdict.keep || (pasted && change.op === "DELETE")) {
      dropped.push({ reason: verdict.keep ? "pasted text ends no fact" : verdict.reason, source: source.key });
      return [];
    }
    return [
      {
        op: pasted || (change.op === "UPDATE" && !target) ? "ADD" : change.op,
        ...(target && !pasted && change.op !== "ADD" && { target }),
        text,
        keywords: change.keywords
          .map((word) => cleanText(word).trim())
          .filter(Boolean)
          .slice(0, 8),
        at: readTime(change.when, shown.timezone) ?? source.at,
        said: source.at,
        confidence: pasted ? Math.min(change.confidence, UNTRUSTED_CONFIDENCE) : change.confidence,
        source: source.key,
        ...(pasted && { trust: "untrusted" as const }),
      },
    ];
  });
  // The words of a message that is mostly pasted show nothing of the user's personality.
  const traits = exchange.trust === undefined ? proposal.traits : NEUTRAL_SCORES;
  const seen = (proposal.images ?? []).flatMap((entry) => seenIn(entry, shown) ?? []);
  return { exchange: exchange.key, at: exchange.at, changes: [...changes, ...seen], traits, ...(dropped.length > 0 && { dropped }) };
}

/** What nothing but a picture says may stand written in it, by whoever made it. */
const restsOnImage = (text: string, { images, text: said }: MessageRecord): boolean =>
  images !== undefined && overlap(tokens(text), wordsBeside(said)) === 0;

/** What was seen in an image, as a fact of the message that holds it. */
function seenIn(entry: Seen, { images, messages }: Shown): FactChange | undefined {
  const found = images?.get(entry.image);
  if (!found) return undefined;
  const { message, image } = found;
  const said = [...messages.values()].filter(({ role }) => role === "user").map(({ text }) => wordsBeside(text));
  const { at, key: source } = message;
  return { op: "ADD", ...describe(entry, image, said.join("\n")), at, said: at, confidence: 1, source };
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
export const inExchangeOrder = (a: Pick<Extraction, "at" | "exchange">, b: Pick<Extraction, "at" | "exchange">): number =>
  a.at - b.at || (a.exchange < b.exchange ? -1 : a.exchange > b.exchange ? 1 : 0);
