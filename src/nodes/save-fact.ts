import type { BaseMessage } from "@langchain/core/messages";
import { correctionKey, type Extraction, type FactChange } from "../domain/extraction.js";
import type { FactId } from "../domain/fact.js";
import { pending, pendingKey } from "../domain/pending.js";
import { NEUTRAL_SCORES } from "../domain/personality.js";
import { redact, rulesOf } from "../domain/secrets.js";
import { cleanText, digest, sameText } from "../domain/text.js";
import { judge } from "../domain/untrusted.js";
import type { Settings } from "../options.js";
import { put, type UserLog } from "../store/memory-log.js";
import { textOf } from "./langchain-message.js";
import type { Memory, PersonaRuntime } from "./services.js";
import { applyProposal } from "./update-semantic.js";

export interface FactWish {
  readonly text: string;
  readonly keywords: readonly string[];
  /** Since when it holds or at which it happens; default: when it was said. */
  readonly at?: number | undefined;
  /** The fact that it takes the place of. */
  readonly replaces?: FactId | undefined;
}

/** Where a wish comes from. */
export interface FactOrigin {
  readonly now: number;
  /** The user's message, where there is one; erasing it takes the fact with it. */
  readonly asked?: BaseMessage | undefined;
  readonly askedKey?: string | undefined;
  /** What tools have returned since. */
  readonly around: readonly BaseMessage[];
}

export type Saved = { readonly saved: string } | { readonly known: string } | { readonly refused: string };

/** As long as a fact that is extracted. */
const MAX_FACT = 500;

/**
 * Keeps a fact that a model decided to keep, on the same way as one that was extracted: the proposal is appended, with what is pending
 * for it, and facts are derived from it, also by a rebuild. It never waits for an update that is running: that one will apply it.
 */
export async function saveFact(
  { log, locks }: Memory,
  userId: string,
  wish: FactWish,
  origin: FactOrigin,
  settings: Settings,
  runtime: PersonaRuntime,
): Promise<Saved> {
  const text = redact(cleanText(wish.text).trim().slice(0, MAX_FACT), rulesOf(settings.secrets)).text;
  if (sameText(text) === "") return { refused: "it has no words" };
  const said = origin.asked ? textOf(origin.asked) : text;
  const verdict = judge(
    text,
    { role: "user", text: said },
    origin.around.map((message) => ({ role: "tool" as const, text: textOf(message) })),
  );
  if (!verdict.keep) return { refused: verdict.reason };
  const user = log.of(userId);
  const twin = (await user.list("fact", { status: "current" })).find((fact) => sameText(fact.text) === sameText(text));
  if (twin && (twin.trust === undefined || verdict.trust !== undefined)) return { known: text };
  const key = await propose(user, { ...wish, text }, origin, verdict.trust);
  await applyNow(user, key, locks, settings, runtime);
  return { saved: text };
}

async function propose(
  user: UserLog,
  { text, keywords, at, replaces }: FactWish,
  { now, askedKey }: FactOrigin,
  trust: FactChange["trust"],
): Promise<string> {
  // After the exchange that it was said in, whose own proposal has the time of the message.
  const said = now + 1;
  const key = correctionKey(said, digest(`${replaces ?? ""} ${text}`));
  const change: FactChange = {
    op: replaces && trust === undefined ? "UPDATE" : "ADD",
    ...(replaces && trust === undefined && { target: replaces }),
    text,
    keywords: keywords
      .map((word) => cleanText(word).trim())
      .filter(Boolean)
      .slice(0, 8),
    at: at ?? now,
    said,
    confidence: trust === undefined ? 1 : 0.3,
    source: askedKey ?? key,
    ...(trust !== undefined && { trust }),
  };
  const extraction: Extraction = { exchange: key, at: said, changes: [change], traits: NEUTRAL_SCORES };
  const work = pending("semantic", key, said);
  await user.write([
    put("meta", "user", { userId: user.userId }),
    put("extraction", key, extraction),
    put("pending", pendingKey(work), work),
  ]);
  return key;
}

async function applyNow(user: UserLog, key: string, locks: Memory["locks"], settings: Settings, runtime: PersonaRuntime): Promise<void> {
  // Busy: an update of this user is running, and goes on until nothing is pending.
  const lease = await locks.hold(user.userId, "", { waitMs: 0 }).catch(() => undefined);
  if (lease === undefined) return;
  try {
    await applyProposal(user, key, settings.clock.now(), runtime);
  } finally {
    locks.release(user.userId, lease);
  }
}
