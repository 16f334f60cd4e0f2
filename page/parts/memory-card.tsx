import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Memory } from "../../src/server/api/schemas.js";
import { api } from "../api.js";
import { showDay, showTime } from "../format.js";
import { attempt, useTell } from "../told.js";
import { Confirm } from "./confirm.js";
import { Editor } from "./editor.js";
import { History } from "./history.js";
import { Icon, type IconName } from "./icon.js";
import { Pictures } from "./pictures.js";
import { Trace } from "./trace.js";

export const KIND_NAMES = { fact: "Fact", episode: "Episode", procedure: "Habit or goal", message: "Message" } as const;

interface Props {
  readonly memory: Memory;
  /** Something about it was changed; whoever holds the list asks for it again. */
  readonly onChange: () => void | Promise<void>;
  /** It was corrected by hand; told before the change, with what it was. */
  readonly onCorrect?: (memory: Memory) => void;
  /** Shown beneath: why it was found. */
  readonly children?: ComponentChildren;
}

type Open = "edit" | "trace" | "history" | undefined;

/** One memory with everything that can be done about it. */
export function MemoryCard({ memory, onChange, onCorrect, children }: Props) {
  const { id, kind, text, at, status, pinned, validTo, topic, trust, confidence, role } = memory;
  const tell = useTell();
  const [open, setOpen] = useState<Open>();
  const [deleting, setDeleting] = useState(false);
  const closed = status === "closed";
  const act = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    if (await attempt(tell, work, done)) {
      setOpen(undefined);
      await onChange();
    }
  };
  const toggle = (what: Open): void => setOpen(open === what ? undefined : what);
  return (
    <article class={`card memory ${kind}${closed ? " closed" : ""}`}>
      <header class="row small">
        <span class={`badge ${kind}`}>{KIND_NAMES[kind]}</span>
        {closed && <span class="badge past">No longer true</span>}
        {pinned && (
          <span class="badge pinned">
            <Icon name="pin" /> Pinned
          </span>
        )}
        {trust && <span class="badge warn">From pasted text</span>}
        {kind === "message" && <span class="muted">{role === "user" ? "You said" : role === "assistant" ? "Assistant said" : role}</span>}
        <time class="muted" dateTime={new Date(at).toISOString()}>
          {kind === "message" ? showTime(at) : showDay(at)}
        </time>
        {validTo !== undefined && <span class="muted">until {showDay(validTo)}</span>}
        {kind === "fact" && confidence !== undefined && confidence < 0.6 && <span class="muted">not certain</span>}
      </header>
      {topic !== undefined && (
        <h3 class="topic" dir="auto">
          {topic}
        </h3>
      )}
      {open === "edit" ? (
        <Editor
          label={`New text of the ${KIND_NAMES[kind].toLowerCase()}`}
          text={text}
          onCancel={() => setOpen(undefined)}
          onSave={async (draft) => {
            await act(() => api.edit(id, draft), kind === "fact" ? "Corrected. The old fact stays in its history." : "Changed.");
            onCorrect?.(memory);
          }}
        />
      ) : (
        <p class="text" dir="auto">
          {text}
        </p>
      )}
      <Pictures images={memory.images} label={text} />
      {children}
      <div class="actions row" role="group" aria-label={`Actions for: ${text.slice(0, 80)}`}>
        {kind !== "message" && !closed && <Action icon="edit" label="Edit" pressed={open === "edit"} onClick={() => toggle("edit")} />}
        {!closed && (
          <Action
            icon="pin"
            label={pinned ? "Unpin" : "Pin"}
            onClick={() => void act(() => api.pin(id, !pinned), pinned ? "Unpinned." : "Pinned: every answer keeps it in mind.")}
          />
        )}
        {kind !== "message" && <Action icon="trace" label="Where from" pressed={open === "trace"} onClick={() => toggle("trace")} />}
        {kind === "fact" && <Action icon="history" label="History" pressed={open === "history"} onClick={() => toggle("history")} />}
        <Action icon="trash" label="Delete" onClick={() => setDeleting(true)} />
      </div>
      {open === "trace" && <Trace id={id} />}
      {open === "history" && <History id={id} />}
      {deleting && (
        <Confirm
          title="Delete this memory?"
          action="Delete"
          onConfirm={() => act(() => api.delete(id), "Deleted.")}
          onClose={() => setDeleting(false)}
        >
          <blockquote dir="auto">{text}</blockquote>
          <p>
            {kind === "message"
              ? "The message and everything that rests on it will be gone for good."
              : "It will be gone for good. The messages it came from stay."}
          </p>
        </Confirm>
      )}
    </article>
  );
}

/** A button that may open something beneath it. */
const Action = ({ icon, label, pressed, onClick }: { icon: IconName; label: string; pressed?: boolean; onClick: () => void }) => (
  <button type="button" class="quiet" onClick={onClick} {...(pressed !== undefined && { "aria-expanded": pressed })}>
    <Icon name={icon} />
    {label}
  </button>
);
