import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api.js";
import { timezone } from "../format.js";
import type { Attached } from "../parts/attach.js";
import { chosenUser } from "../who.js";
import { newTurn, withEvent, type Turn } from "./chat-turn.js";

interface Conversation {
  readonly user: string;
  readonly thread?: string;
  readonly turns: readonly Turn[];
}

/** What was said in this tab; it outlives a look at another view. */
let kept: Conversation = { user: "", turns: [] };

/** What was erased is not shown again. */
export const forgetChat = (): void => void (kept = { user: "", turns: [] });

export interface Chat {
  readonly turns: readonly Turn[];
  readonly running: boolean;
  readonly say: (text: string, images?: readonly Attached[]) => Promise<void>;
  readonly stop: () => void;
  readonly restart: () => void;
}

/** The running conversation with the agent. Leaving the view stops nothing; a new conversation does. */
export function useChat(): Chat {
  const [conversation, show] = useState<Conversation>(() => (kept.user === chosenUser() ? kept : { user: chosenUser(), turns: [] }));
  const running = useRef<AbortController | undefined>(undefined);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => void (alive.current = false);
  }, []);

  const change = (next: (before: Conversation) => Conversation): void => {
    kept = next(kept);
    if (alive.current) show(kept);
  };
  const changeLast = (next: (turn: Turn) => Turn): void =>
    change((before) => ({ ...before, turns: before.turns.map((turn, i) => (i === before.turns.length - 1 ? next(turn) : turn)) }));

  const say = async (text: string, images: readonly Attached[] = []): Promise<void> => {
    const control = new AbortController();
    running.current = control;
    kept = conversation;
    change((before) => ({
      ...before,
      turns: [
        ...before.turns,
        newTurn(
          text,
          images.map(({ preview }) => preview),
        ),
      ],
    }));
    try {
      const { thread } = kept;
      const body = {
        text,
        ...(images.length > 0 && { images: images.map(({ data }) => data) }),
        ...(thread !== undefined && { thread }),
        timezone: timezone(),
      };
      for await (const event of api.chat(body, control.signal)) {
        if (control.signal.aborted) break;
        if (event.type === "start") change((before) => ({ ...before, thread: event.thread }));
        changeLast((turn) => withEvent(turn, event));
      }
      changeLast((turn) => (turn.state === "running" ? { ...turn, state: "failed", error: "The answer broke off." } : turn));
    } catch (error) {
      if (control.signal.aborted) changeLast((turn) => ({ ...turn, state: "stopped" }));
      else changeLast((turn) => ({ ...turn, state: "failed", error: error instanceof Error ? error.message : String(error) }));
    }
    running.current = undefined;
  };

  return {
    turns: conversation.turns,
    running: conversation.turns.at(-1)?.state === "running",
    say,
    stop: () => running.current?.abort(),
    restart: () => {
      running.current?.abort();
      change(() => ({ user: chosenUser(), turns: [] }));
    },
  };
}
