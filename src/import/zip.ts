import yauzl from "yauzl";
import { PersonaError, reasonOf } from "../errors.js";
import type { Source } from "./imported.js";

/** The four bytes that a zip begins with. */
export const isZip = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);

/**
 * The files of a zip whose path fits, in order, each as a source that unpacks as it is read. The archive's own directory is what is
 * read, so that nothing else in it (images, most of the bytes) is touched. @throws PersonaError IMPORT_ZIP
 */
export async function zipEntries(source: Source, fits: (path: string) => boolean): Promise<Source[]> {
  const entries: Source[] = [];
  const zip = await openZip(source.name);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!fits(entry.fileName)) continue;
      entries.push({
        name: `${source.name}/${entry.fileName}`,
        size: entry.uncompressedSize,
        modifiedAt: entry.getLastModDate().getTime(),
        bytes: () => unpack(source.name, entry.fileName),
      });
    }
  } catch (cause) {
    throw broken(source.name, cause);
  } finally {
    zip.close();
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* unpack(path: string, name: string): AsyncGenerator<Uint8Array> {
  const zip = await openZip(path);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
      return;
    }
  } catch (cause) {
    throw broken(`${path}/${name}`, cause);
  } finally {
    zip.close();
  }
}

export async function openZip(path: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(path, { autoClose: false });
  } catch (cause) {
    throw broken(path, cause);
  }
}

const broken = (where: string, cause: unknown): PersonaError =>
  new PersonaError({
    code: "IMPORT_ZIP",
    message: `${where} cannot be unpacked: ${reasonOf(cause)}.`,
    fix: "The archive is damaged or was cut off: download it again. Importing it again doubles nothing.",
    cause,
  });
