import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PersonaError, reasonOf } from "../errors.js";
import type { Source } from "./imported.js";

/** A file. @throws PersonaError IMPORT_FILE */
export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch((cause: unknown) => {
    throw fileError(`${path} cannot be read: ${reasonOf(cause)}.`, 'Give the path of the export, or "-" to read standard input.', cause);
  });
  if (found.isDirectory()) {
    throw fileError(
      `${path} is a folder.`,
      "Give the zip as it was downloaded, or the file in it that holds what was said (conversations.json).",
    );
  }
  return {
    name: path,
    size: found.size,
    modifiedAt: Math.floor(found.mtimeMs),
    bytes: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
  };
}

const fileError = (message: string, fix: string, cause?: unknown): PersonaError =>
  new PersonaError({ code: "IMPORT_FILE", message, fix, cause });

/** A stream: its beginning may be looked at, then it can be read once. */
export function streamSource(name: string, stream: AsyncIterable<Uint8Array>, now: number): Source {
  let taken = false;
  return {
    name,
    modifiedAt: now,
    bytes() {
      if (taken) {
        throw new PersonaError({
          code: "IMPORT_ONCE",
          message: `${name} can be read once only, and this format is read twice.`,
          fix: "Save it to a file and import that.",
        });
      }
      taken = true;
      return stream;
    },
  };
}

/** The first bytes of a source, and the same source from its beginning. */
export async function peek(source: Source, bytes: number): Promise<{ head: Uint8Array; source: Source }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = source.bytes()[Symbol.asyncIterator]();
  while (length < bytes) {
    const next = await stream.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(chunks).subarray(0, bytes);
  if (source.size !== undefined) {
    await stream.return?.();
    return { head, source };
  }
  const whole = (async function* () {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => stream };
  })();
  return { head, source: streamSource(source.name, whole, source.modifiedAt) };
}
