import { api } from "../api.js";
import { timezone } from "../format.js";
import { newTurn, withEvent, type Attached, type Turn } from "./chat-turn.js";

export interface Conversation {
  readonly user: string;
  readonly thread?: string;
  readonly turns: readonly Turn[];
}

/** What one user said in this tab. It outlives a look at another view, and an answer goes on meanwhile. */
let kept: Conversation = { user: "", turns: [] };
let running: AbortController | undefined;
const watchers = new Set<(conversation: Conversation) => void>();

function show(next: Conversation): void {
  kept = next;
  for (const watcher of watchers) watcher(next);
}
const showLast = (next: (turn: Turn) => Turn): void =>
  show({ ...kept, turns: kept.turns.map((turn, i) => (i === kept.turns.length - 1 ? next(turn) : turn)) });

/** Begins with nothing said; an answer that is still coming is given up. */
export function restart(user: string): void {
  running?.abort();
  running = undefined;
  show({ user, turns: [] });
}

/** The user's own conversation. Somebody else's is gone with the first look. */
export function conversationOf(user: string): Conversation {
  if (kept.user !== user) restart(user);
  return kept;
}

export function watch(watcher: (conversation: Conversation) => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export function stop(): void {
  running?.abort();
  running = undefined;
  showLast((turn) => (turn.state === "running" ? { ...turn, state: "stopped" } : turn));
}

/** Says the last question again, in its own place, after the answer to it failed. */
export function sayAgain(): void {
  const last = kept.turns.at(-1);
  if (last?.state !== "failed") return;
  show({ ...kept, turns: kept.turns.slice(0, -1) });
  void say(last.question, last.images);
}

export async function say(text: string, images: readonly Attached[] = []): Promise<void> {
  const control = new AbortController();
  running = control;
  show({ ...kept, turns: [...kept.turns, newTurn(text, images)] });
  // What comes after a stop or a restart belongs to no turn any more.
  const change = (next: (turn: Turn) => Turn): void => {
    if (running === control) showLast(next);
  };
  try {
    const body = {
      text,
      ...(images.length > 0 && { images: images.map(({ data }) => data) }),
      ...(kept.thread !== undefined && { thread: kept.thread }),
      timezone: timezone(),
    };
    for await (const event of api.chat(body, control.signal)) {
      if (running !== control) return;
      if (event.type === "start") show({ ...kept, thread: event.thread });
      change((turn) => withEvent(turn, event));
    }
    change((turn) => (turn.state === "running" ? { ...turn, state: "failed", error: "The answer broke off." } : turn));
  } catch (error) {
    change((turn) => ({ ...turn, state: "failed", error: error instanceof Error ? error.message : String(error) }));
  }
  if (running === control) running = undefined;
}
