import { useEffect, useRef, useState } from "preact/hooks";
import { Attach, withFiles } from "../parts/attach.js";
import { Empty } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { attempt, useTell } from "../told.js";
import { Answer } from "./answer.js";
import type { Attached } from "./chat-turn.js";
import { restart, say, sayAgain, stop } from "./conversation.js";
import { TurnPanel } from "./turn-panel.js";
import { useChat } from "./use-chat.js";

/** A conversation, and beside it what memory did for the chosen answer. */
export function ChatView({ user }: { user: string }) {
  const { turns } = useChat(user);
  const [draft, setDraft] = useState("");
  const [images, attach] = useState<readonly Attached[]>([]);
  const [chosen, choose] = useState<number>();
  const [lit, light] = useState<string>();
  const end = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const shown = chosen ?? turns.length - 1;
  const last = turns.at(-1);
  const running = last?.state === "running";
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [turns.length, last?.answer.length, last?.state]);

  const tell = useTell();
  const add = (files: readonly File[]): void => void attempt(tell, async () => attach(await withFiles(images, files)));
  const send = (event: Event): void => {
    event.preventDefault();
    const text = draft.trim();
    if ((text === "" && images.length === 0) || running) return;
    setDraft("");
    attach([]);
    choose(undefined);
    light(undefined);
    void say(text, images);
  };

  return (
    <div class="chat">
      <section class="talk" aria-label="Conversation">
        <div class="log" role="log" aria-live="polite" aria-busy={running} tabIndex={0} aria-label="What was said">
          {turns.length === 0 && (
            <Empty icon="chat" title="Say something about yourself, then ask for it.">
              “My sister Mia is a nurse in Porto.” — and later: “What does my sister do?”
            </Empty>
          )}
          {turns.map((turn, i) => (
            <div class={`turn${i === shown ? " shown" : ""}`} key={i}>
              <p class="bubble mine" dir="auto">
                <span class="hidden">You: </span>
                {turn.question}
                {turn.images.map(({ preview }) => (
                  <img class="picture" key={preview} src={preview} alt="Sent image" />
                ))}
              </p>
              <Answer
                turn={turn}
                {...(i === turns.length - 1 && { onAgain: sayAgain })}
                onCite={(id) => {
                  choose(i);
                  light(id);
                }}
              />
              {turns.length > 1 && (
                <button
                  type="button"
                  class="quiet small"
                  aria-pressed={i === shown}
                  onClick={() => {
                    choose(i);
                    light(undefined);
                  }}
                >
                  {i === shown ? "Memory of this answer is shown" : "Show memory of this answer"}
                </button>
              )}
            </div>
          ))}
          <div ref={end} />
        </div>
        <form class="compose" onSubmit={send}>
          <textarea
            ref={box}
            aria-label="Your message"
            placeholder="Write a message …"
            rows={2}
            dir="auto"
            value={draft}
            onInput={(event) => setDraft(event.currentTarget.value)}
            onPaste={(event) => {
              const files = [...(event.clipboardData?.files ?? [])];
              if (files.length === 0) return;
              event.preventDefault();
              add(files);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
            }}
          />
          {images.length > 0 && (
            <div class="row pictures">
              {images.map(({ preview, name }) => (
                <button
                  type="button"
                  class="quiet leave-out"
                  key={preview}
                  aria-label={`Leave out ${name}`}
                  title={`Leave out ${name}`}
                  onClick={() => attach(images.filter((other) => other.preview !== preview))}
                >
                  <img class="picture" src={preview} alt={name} />
                </button>
              ))}
            </div>
          )}
          <div class="row">
            {running ? (
              <button type="button" onClick={stop}>
                <Icon name="stop" /> Stop
              </button>
            ) : (
              <button type="submit" class="primary" disabled={draft.trim() === "" && images.length === 0}>
                <Icon name="send" /> Send
              </button>
            )}
            <Attach disabled={running} onFiles={add} />
            <button
              type="button"
              class="quiet"
              disabled={turns.length === 0}
              onClick={() => {
                restart(user);
                choose(undefined);
                box.current?.focus();
              }}
            >
              <Icon name="plus" /> New conversation
            </button>
          </div>
        </form>
      </section>
      <TurnPanel turn={turns[shown]} lit={lit} />
    </div>
  );
}
