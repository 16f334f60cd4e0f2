import { isMediaId, type MediaId } from "../domain/image.js";
import { PersonaError } from "../errors.js";
import { COLLECTIONS, type Collection } from "../store/namespace.js";
import { contentHash } from "../store/media-store.js";
import { put, type Change, type UserLog } from "../store/memory-log.js";

/** Raised when the lines of an export change their meaning; older ones stay readable. */
export const ARCHIVE_SCHEMA = "personagraph/1";

/** Everything that is kept of a user; traces of what was removed are not. */
const ARCHIVED: readonly Collection[] = COLLECTIONS.filter((collection) => collection !== "meta" && collection !== "removed");
const BATCH = 500;

interface Line {
  readonly collection: Collection;
  readonly key: string;
  readonly value: object;
}

/** The bytes of an image. They come before the records that refer to them. */
interface MediaLine {
  readonly media: MediaId;
  readonly data: string;
}

const isMediaLine = (value: unknown): value is MediaLine =>
  typeof value === "object" && value !== null && "media" in value && "data" in value;

/** A user as JSON lines: a head that names the schema, then the images, then one record a line. */
export async function* exportLines(user: UserLog): AsyncGenerator<string> {
  yield JSON.stringify({ schema: ARCHIVE_SCHEMA, userId: user.userId, exportedAt: new Date(user.now()).toISOString() });
  for (const id of await user.media.list()) {
    const bytes = await user.media.get(id);
    if (bytes) yield JSON.stringify({ media: id, data: Buffer.from(bytes).toString("base64") } satisfies MediaLine);
  }
  for (const collection of ARCHIVED) {
    for (const [key, value] of await user.entries(collection)) yield JSON.stringify({ collection, key, value } satisfies Line);
  }
}

/**
 * Reads such lines into a user's memory; what is there under the same key is replaced. Returns the number of records, images among them.
 * @throws PersonaError ARCHIVE with the number of the line that does not fit; what stood before it is in.
 */
export async function importLines(user: UserLog, lines: AsyncIterable<string> | Iterable<string>): Promise<number> {
  let n = 0;
  let records = 0;
  let batch: Change[] = [put("meta", "user", { userId: user.userId })];
  for await (const line of lines) {
    n++;
    if (line.trim() === "") continue;
    const value = parse(line, n);
    if (n === 1) {
      checkHead(value);
      continue;
    }
    records++;
    if (isMediaLine(value)) {
      await takeMedia(user, value, n);
      continue;
    }
    batch.push(toChange(value, n, user.now()));
    if (batch.length >= BATCH) {
      await user.write(batch);
      batch = [];
    }
  }
  await user.write(batch);
  return records;
}

const refuse = (n: number, what: string): never => {
  throw new PersonaError({
    code: "ARCHIVE",
    message: `Line ${n} of the export ${what}.`,
    fix: `Give the lines that export() wrote, from the first, whose schema is "${ARCHIVE_SCHEMA}".`,
  });
};

function parse(line: string, n: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return refuse(n, "is no JSON");
  }
}

function checkHead(value: unknown): void {
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== ARCHIVE_SCHEMA) refuse(1, `names the schema ${JSON.stringify(schema)}`);
}

/** An image that is not what its name says is refused: whatever was done to it was not done by us. */
async function takeMedia(user: UserLog, { media, data }: MediaLine, n: number): Promise<void> {
  if (!isMediaId(media) || typeof data !== "string") return refuse(n, "names no image");
  const bytes = Buffer.from(data, "base64");
  if (contentHash(bytes) !== media.slice(0, 64)) return refuse(n, "holds an image that is not the one it names");
  await user.media.put(media, bytes);
}

function toChange(value: unknown, n: number, now: number): Change {
  const { collection, key, value: record } = (value ?? {}) as Partial<Line>;
  if (!ARCHIVED.some((name) => name === collection)) return refuse(n, `names the unknown collection ${JSON.stringify(collection)}`);
  if (typeof key !== "string" || key === "" || typeof record !== "object" || record === null) return refuse(n, "holds no key and value");
  // Indexes follow `recordedAt`: what comes in now was written now, here.
  return put(collection as Collection, key, ("recordedAt" in record ? { ...record, recordedAt: now } : record) as never);
}
