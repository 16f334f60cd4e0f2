import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PersonaError, reasonOf } from "../errors.js";
import type { Source } from "./imported.js";

/** A file. @throws PersonaError IMPORT_FILE */
export async function fileSource(path: string): Promise<Source> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { name: path, size, modifiedAt: Math.floor(mtimeMs), bytes: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
  } catch (cause) {
    throw new PersonaError({
      code: "IMPORT_FILE",
      message: `${path} cannot be read: ${reasonOf(cause)}.`,
      fix: 'Give the path of the export, or "-" to read standard input.',
      cause,
    });
  }
}

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
