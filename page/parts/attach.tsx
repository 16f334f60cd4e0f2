import { useRef } from "preact/hooks";
import type { Attached } from "../views/chat-turn.js";
import { Icon } from "./icon.js";

/** Images that one message takes. */
const MOST = 10;

const read = (file: File): Promise<Attached> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ data: reader.result as string, preview: URL.createObjectURL(file), name: file.name });
    reader.onerror = () => reject(reader.error ?? new Error("The file cannot be read."));
    reader.readAsDataURL(file);
  });

/** The images of a message with further ones. @throws Error that names a file that is no image, or says that they are too many */
export async function withFiles(before: readonly Attached[], files: readonly File[]): Promise<readonly Attached[]> {
  const other = files.find(({ type }) => !type.startsWith("image/"));
  if (other) throw new Error(`${other.name} is no image. Images are JPEG, PNG, WebP, GIF, AVIF or TIFF files.`);
  if (before.length + files.length > MOST) throw new Error(`A message takes at most ${MOST} images.`);
  return [...before, ...(await Promise.all(files.map(read)))];
}

/** A button that takes images from this machine. */
export function Attach({ onFiles, disabled }: { onFiles: (files: readonly File[]) => void; disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const take = (): void => {
    const files = [...(input.current?.files ?? [])];
    if (input.current) input.current.value = "";
    onFiles(files);
  };
  return (
    <>
      <input ref={input} type="file" accept="image/*" multiple hidden aria-label="Images to send" tabIndex={-1} onChange={take} />
      <button type="button" class="quiet" disabled={disabled} onClick={() => input.current?.click()}>
        <Icon name="image" /> Add images
      </button>
    </>
  );
}
