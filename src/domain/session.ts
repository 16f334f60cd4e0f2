import { inOrder, type MessageRecord } from "./message.js";
import { HOUR } from "./time.js";

/** METHOD.md (PersonaVLM): a session ends when two messages are more than 60 minutes apart. */
export const SESSION_GAP = HOUR;

/** A session: messages of one user with no gap longer than the session gap, in order. */
export interface Session {
  /** Key of its first message. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly messages: readonly MessageRecord[];
}

/** A longer session is filed in parts of so many messages, so that one prompt can hold a part. */
export const MAX_SESSION_MESSAGES = 100;

/** Divides messages, in any order, into sessions, oldest first. */
export function sessionsOf(messages: readonly MessageRecord[], gap: number): Session[] {
  const groups: MessageRecord[][] = [];
  for (const message of [...messages].sort(inOrder)) {
    const last = groups.at(-1);
    if (last && last.length < MAX_SESSION_MESSAGES && message.at - last.at(-1)!.at <= gap) last.push(message);
    else groups.push([message]);
  }
  return groups.map((group) => ({ key: group[0]!.key, from: group[0]!.at, to: group.at(-1)!.at, messages: group }));
}

/**
 * Whether a session is over: the user has gone on in a later one, or nothing was said and nothing written down for a whole gap.
 * The second clock matters when a conversation is replayed with its old times: it is not over after each message.
 */
export function hasEnded(session: Session, latestAt: number, now: number, gap: number): boolean {
  if (latestAt - session.to > gap) return true;
  const written = Math.max(...session.messages.map((message) => message.recordedAt));
  return now - session.to > gap && now - written > gap;
}
