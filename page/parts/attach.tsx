import { useRef } from "preact/hooks";
import type { Attached } from "../views/chat-turn.js";
import { Icon } from "./icon.js";

const read = (file: File): Promise<Attached> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ data: reader.result as string, preview: URL.createObjectURL(file), name: file.name });
    reader.onerror = () => reject(reader.error ?? new Error("The file cannot be read."));
    reader.readAsDataURL(file);
  });

/** A button that takes images from this machine. */
export function Attach({ onAttach, disabled }: { onAttach: (images: readonly Attached[]) => void; disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const take = async (): Promise<void> => {
    const files = [...(input.current?.files ?? [])];
    if (input.current) input.current.value = "";
    onAttach(await Promise.all(files.map(read)));
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Images to send"
        tabIndex={-1}
        onChange={() => void take()}
      />
      <button type="button" class="quiet" disabled={disabled} onClick={() => input.current?.click()}>
        <Icon name="image" /> Add images
      </button>
    </>
  );
}
