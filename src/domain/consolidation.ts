import type { ConsolidateProposal } from "../../prompts/consolidate.js";
import type { Session } from "./session.js";
import { cleanText } from "./text.js";
import { orderIn } from "./untrusted-orders.js";
import { judge, withoutOrders, type Dropped } from "./untrusted.js";

/** An entry of a short keyed list that sessions add to, change and end: habits and goals, or preferences. */
export interface ListChange {
  readonly op: "SET" | "REMOVE";
  readonly key: string;
  readonly text: string;
  /** Key of the message that says so. */
  readonly source: string;
}

export interface IdentityChange {
  readonly field: string;
  readonly value: string;
  readonly source: string;
}

export interface Topic {
  readonly topic: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  /** Keys of its messages. */
  readonly messages: readonly string[];
  /** The user removed the episode; its place stays, because ids count places. */
  readonly deleted?: boolean;
}

/** What was proposed for one ended session, checked. Profile and habits are folds over these, in the order of `from`. */
export interface Consolidation {
  readonly session: string;
  readonly from: number;
  readonly to: number;
  readonly topics: readonly Topic[];
  readonly habits: readonly ListChange[];
  readonly identity: readonly IdentityChange[];
  readonly preferences: readonly ListChange[];
  /** What was proposed and must not be stored. */
  readonly dropped?: readonly Dropped[];
  /** The user changed something in it; it is not asked for again for the sake of other sessions. */
  readonly edited?: true;
}

/** Sessions in the order in which they took place. */
export const inSessionOrder = (a: Consolidation, b: Consolidation): number => a.from - b.from || (a.session < b.session ? -1 : 1);

export interface ListEntry {
  readonly key: string;
  readonly text: string;
  readonly source: string;
  /** When it was first and last set. */
  readonly since: number;
  readonly at: number;
}

/** What a keyed list holds after all sessions, at most `max` entries: the ones confirmed last stay. */
export function foldList(
  sessions: readonly Consolidation[],
  pick: (session: Consolidation) => readonly ListChange[],
  max: number,
): ListEntry[] {
  const entries = new Map<string, ListEntry>();
  for (const session of [...sessions].sort(inSessionOrder)) {
    for (const { op, key, text, source } of pick(session)) {
      const before = entries.get(key);
      entries.delete(key);
      if (op === "SET") entries.set(key, { key, text, source, since: before?.since ?? session.from, at: session.to });
    }
  }
  return [...entries.values()].slice(-max);
}

/** Gives every message of a session to at least one topic: one that was left out goes with the topic of its nearest neighbour. */
export function coverAll(topics: readonly Topic[], messages: readonly string[]): Topic[] {
  const place = new Map(messages.map((key, i) => [key, i]));
  const covered = topics
    .map((topic) => ({ ...topic, messages: [...new Set(topic.messages)].filter((key) => place.has(key)) }))
    .filter((topic) => topic.messages.length > 0);
  if (covered.length === 0) return topics[0] ? [{ ...topics[0], messages: [...messages] }] : [];
  const owner = new Map(covered.flatMap((topic, t) => topic.messages.map((key) => [place.get(key)!, t] as const)));
  messages.forEach((key, i) => {
    if (owner.has(i)) return;
    const nearest = [...owner.keys()].reduce((a, b) => (Math.abs(b - i) < Math.abs(a - i) ? b : a));
    covered[owner.get(nearest)!]!.messages.push(key);
  });
  return covered.map((topic) => ({ ...topic, messages: topic.messages.sort((a, b) => place.get(a)! - place.get(b)!) }));
}

const slug = (key: string): string =>
  cleanText(key)
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);

/** A topic whose summary was nothing but instructions is filed all the same. */
const UNSUMMARISED = "(not summarised)";

/**
 * What of a proposal stands up: entries rest on a message of the user's in this session, and every message is filed. Profile and
 * habits stand in the system message of every answer, with no room for a warning: nothing that is only pasted gets there.
 */
export function acceptConsolidation(session: Session, proposal: ConsolidateProposal): Consolidation {
  const dropped: Dropped[] = [];
  const saidBy = (n: number, text: string): string | undefined => {
    const message = session.messages[n - 1];
    if (message?.role !== "user") return undefined;
    const verdict = judge(text, message, session.messages.slice(n, n + 5));
    if (verdict.keep && verdict.trust === undefined) return message.key;
    dropped.push({ reason: verdict.keep ? "only pasted text says so" : verdict.reason, source: message.key });
    return undefined;
  };
  const entries = (changes: ConsolidateProposal["habits"]): ListChange[] =>
    changes.flatMap(({ op, key, text, source }) => {
      const entry = { op, key: slug(key), text: cleanText(text).trim() };
      const from = saidBy(source, entry.text);
      return from !== undefined && entry.key !== "" && (op === "REMOVE" || entry.text !== "") ? [{ ...entry, source: from }] : [];
    });
  const topics = proposal.topics.map(({ topic, summary, keywords, messages }) => ({
    topic: withoutOrders(cleanText(topic).trim()),
    summary: summary.trim() === "" ? "" : withoutOrders(cleanText(summary).trim()) || UNSUMMARISED,
    keywords: keywords
      .map((word) => cleanText(word).trim())
      .filter(Boolean)
      .slice(0, 12),
    messages: messages.flatMap((n) => session.messages[n - 1]?.key ?? []),
  }));
  const filed = {
    session: session.key,
    from: session.from,
    to: session.to,
    topics: coverAll(
      topics.filter(({ summary }) => summary !== ""),
      session.messages.map(({ key }) => key),
    ),
    habits: entries(proposal.habits),
    preferences: entries(proposal.preferences),
    identity: proposal.identity.flatMap(({ field, value, source }) => {
      const entry = { field: slug(field), value: cleanText(value).trim() };
      const from = orderIn(`${entry.field}: ${entry.value}`) === undefined ? saidBy(source, entry.value) : undefined;
      return from !== undefined && entry.field !== "" && entry.value !== "" ? [{ ...entry, source: from }] : [];
    }),
  };
  return { ...filed, ...(dropped.length > 0 && { dropped }) };
}
