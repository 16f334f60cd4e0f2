import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Entry } from "yauzl";
import type { ImageInput } from "../domain/message.js";
import { PersonaError } from "../errors.js";
import type { Source } from "./imported.js";
import { peek } from "./source.js";
import { isZip, openZip } from "./zip.js";

/** Larger files of an export are not read into memory; the log would refuse them as images. */
const MAX_BYTES = 100_000_000;

/** The images of an export: in its zip, or beside its file. */
export interface ExportedImages {
  /** What an export names so; undefined for what is not there. It is read when the log wants it, one after the other. */
  find(name: string): ImageInput | undefined;
  close(): void;
}

/** Where the images of a source are. One that is a stream or an address has none beside it. @throws PersonaError IMPORT_ZIP */
export async function exportedImages(source: Source): Promise<ExportedImages> {
  if (source.size === undefined) return new Named(new Map(), () => undefined);
  const { head } = await peek(source, 4);
  return isZip(head) ? inZip(source.name) : beside(source.name);
}

type Read = () => Promise<Uint8Array>;

class Named implements ExportedImages {
  readonly #files: ReadonlyMap<string, Read>;
  readonly close: () => void;

  constructor(files: ReadonlyMap<string, Read>, close: () => void) {
    this.#files = files;
    this.close = close;
  }

  find(name: string): ImageInput | undefined {
    if (/^(?:https?:|data:image\/)/i.test(name)) return name;
    // Only a name: a path in an export leads nowhere else on this machine.
    const wanted = basename(name);
    if (wanted === "") return undefined;
    const exact = this.#files.get(wanted);
    if (exact) return exact;
    // ChatGPT names an asset, and its file begins with that name: file-abc123-holiday.png.
    for (const [file, read] of this.#files) if (file.startsWith(`${wanted}-`) || file.startsWith(`${wanted}.`)) return read;
    return undefined;
  }
}

async function inZip(path: string): Promise<ExportedImages> {
  const zip = await openZip(path);
  const files = new Map<string, Read>();
  for await (const entry of zip.eachEntry()) {
    const read = async (): Promise<Uint8Array> => {
      checkSize(entry.fileName, entry.uncompressedSize);
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await zip.openReadStreamPromise(entry satisfies Entry)) as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    if (!/\.(?:json|jsonl|txt|html)$|\/$/i.test(entry.fileName)) files.set(basename(entry.fileName), read);
  }
  return new Named(files, () => zip.close());
}

async function beside(path: string): Promise<ExportedImages> {
  const folder = dirname(path);
  const read = (name: string): Read => {
    return async () => {
      checkSize(name, (await stat(join(folder, name))).size);
      return readFile(join(folder, name));
    };
  };
  const names = await readdir(folder).catch(() => []);
  return new Named(new Map(names.map((name) => [name, read(name)])), () => undefined);
}

function checkSize(name: string, bytes: number): void {
  if (bytes > MAX_BYTES) {
    throw new PersonaError({
      code: "IMAGE_BYTES",
      message: `${name} has ${bytes} bytes.`,
      fix: "It is left out; a smaller copy would be taken.",
    });
  }
}
