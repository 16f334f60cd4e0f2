import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useReturnFocus } from "./return-focus.js";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly onSave: (text: string) => Promise<void>;
  readonly onCancel: () => void;
}

/** Changes a text in place. Escape gives up; Ctrl or Cmd with Enter saves. */
export function Editor({ label, text, onSave, onCancel }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(text);
  const [busy, setBusy] = useState(false);
  useReturnFocus();
  useLayoutEffect(() => area.current?.focus(), []);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (draft.trim() === "" || busy) return;
    setBusy(true);
    await onSave(draft.trim());
    setBusy(false);
  };
  return (
    <form class="editor" onSubmit={(event) => void save(event)}>
      <textarea
        ref={area}
        aria-label={label}
        rows={3}
        maxLength={4000}
        dir="auto"
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save(event);
        }}
      />
      <div class="row">
        <button type="submit" class="primary" disabled={busy || draft.trim() === "" || draft.trim() === text}>
          Save
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
