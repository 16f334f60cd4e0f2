import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useReturnFocus } from "./return-focus.js";

interface Props {
  readonly title: string;
  readonly action: string;
  readonly children: ComponentChildren;
  /** What has to be typed before the action is open; for what cannot be undone. */
  readonly typed?: string;
  readonly onConfirm: () => void | Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is gone. The browser's own dialog keeps the focus inside, and Escape leaves it. */
export function Confirm({ title, action, children, typed, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  useReturnFocus();
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  const confirm = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await onConfirm();
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <form onSubmit={(event) => void confirm(event)}>
        <h2 id="confirm-title">{title}</h2>
        {children}
        {typed !== undefined && (
          <label class="field">
            <span>
              Type <strong>{typed}</strong> to go on
            </span>
            <input value={text} onInput={(event) => setText(event.currentTarget.value)} autocomplete="off" spellcheck={false} />
          </label>
        )}
        <div class="row end">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="danger" disabled={busy || (typed !== undefined && text !== typed)}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
