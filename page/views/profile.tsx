import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api.js";
import { showDay, showKey } from "../format.js";
import { useLoaded } from "../loading.js";
import { Confirm } from "../parts/confirm.js";
import { Editor } from "../parts/editor.js";
import { Empty } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { State } from "../parts/state.js";
import { Trace } from "../parts/trace.js";
import { attempt, useTell } from "../told.js";

type Part = "identity" | "preferences";

/** Who the user is in a few lines: identity, and what they lastingly prefer. */
export function ProfileView() {
  const loaded = useLoaded(() => api.profile(), []);
  return (
    <State of={loaded}>
      {({ identity, preferences }) =>
        identity.length + preferences.length === 0 ? (
          <Empty icon="profile" title="Nothing yet">
            The profile is made when a conversation is filed, from what you say of yourself.
          </Empty>
        ) : (
          <>
            <Entries title="Who you are">
              {identity.map(({ field, value, source, at }) => (
                <Entry
                  key={field}
                  part="identity"
                  name={field}
                  title={showKey(field)}
                  {...{ source, at }}
                  text={value}
                  onChange={loaded.reload}
                />
              ))}
            </Entries>
            <Entries title="What you prefer">
              {preferences.map(({ key, text, source, at }) => (
                <Entry key={key} part="preferences" name={key} title={showKey(key)} {...{ source, at, text }} onChange={loaded.reload} />
              ))}
            </Entries>
          </>
        )
      }
    </State>
  );
}

const Entries = ({ title, children }: { title: string; children: ComponentChildren[] }) =>
  children.length === 0 ? null : (
    <section>
      <h2>{title}</h2>
      <ul class="cards">{children}</ul>
    </section>
  );

interface EntryProps {
  readonly part: Part;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly source: string;
  readonly at: number;
  readonly onChange: () => Promise<void>;
}

function Entry({ part, name, title, text, source, at, onChange }: EntryProps) {
  const tell = useTell();
  const [open, setOpen] = useState<"edit" | "trace">();
  const [removing, setRemoving] = useState(false);
  const change = async (value: string | null): Promise<void> => {
    if (await attempt(tell, () => api.editProfile({ [part]: { [name]: value } }), value === null ? "Removed." : "Changed.")) {
      setOpen(undefined);
      await onChange();
    }
  };
  return (
    <li>
      <article class="card entry">
        <header class="row small">
          <h3 dir="auto">{title}</h3>
          <time class="muted" dateTime={new Date(at).toISOString()}>
            {showDay(at)}
          </time>
        </header>
        {open === "edit" ? (
          <Editor label={`New text for ${title}`} text={text} onSave={change} onCancel={() => setOpen(undefined)} />
        ) : (
          <p class="text" dir="auto">
            {text}
          </p>
        )}
        <div class="actions row" role="group" aria-label={`Actions for: ${title}`}>
          <button type="button" class="quiet" aria-expanded={open === "edit"} onClick={() => setOpen(open === "edit" ? undefined : "edit")}>
            <Icon name="edit" /> Edit
          </button>
          <button
            type="button"
            class="quiet"
            aria-expanded={open === "trace"}
            onClick={() => setOpen(open === "trace" ? undefined : "trace")}
          >
            <Icon name="trace" /> Where from
          </button>
          <button type="button" class="quiet" onClick={() => setRemoving(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
        {open === "trace" && <Trace id={`message:${source}`} />}
        {removing && (
          <Confirm title={`Delete “${title}”?`} action="Delete" onConfirm={() => change(null)} onClose={() => setRemoving(false)}>
            <blockquote dir="auto">{text}</blockquote>
            <p>It leaves the profile. A later conversation may bring it back.</p>
          </Confirm>
        )}
      </article>
    </li>
  );
}
