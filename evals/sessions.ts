import type { Conversation, Turn } from "./retrieval/memqa.js";

/** The sessions of a conversation, in their order. */
export function sessionsIn({ turns }: Conversation): Turn[][] {
  const sessions = new Map<string, Turn[]>();
  for (const turn of turns) sessions.set(turn.session, [...(sessions.get(turn.session) ?? []), turn]);
  return [...sessions.values()];
}
