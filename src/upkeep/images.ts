import { imageKey, type MediaId } from "../domain/image.js";
import type { Sources } from "../domain/rebuild.js";
import { remove, type Change, type UserLog } from "../store/memory-log.js";

/** Names in one filter. */
const BATCH = 400;

const inBatches = async <T>(names: readonly string[], read: (batch: readonly string[]) => Promise<T[]>): Promise<T[]> => {
  const found: T[] = [];
  for (let i = 0; i < names.length; i += BATCH) found.push(...(await read(names.slice(i, i + BATCH))));
  return found;
};

/** The parts that facts show, under their keys in the log. */
const cropsOf = ({ extractions }: Sources): Map<string, MediaId> =>
  new Map(
    extractions.flatMap(({ changes }) =>
      changes.flatMap(({ source, media }) => (media?.crop === undefined ? [] : [[imageKey(source, media.crop), media.crop] as const])),
    ),
  );

/**
 * Takes away the bytes of images that only what is removed refers to, and answers what has to leave the log with it. The bytes go
 * first: were it the other way round and this process died in between, nobody would know of them any more.
 */
export async function removeImages(user: UserLog, before: Sources, after: Sources): Promise<Change[]> {
  const stay = new Set(after.messages.map(({ key }) => key));
  const gone = before.messages.filter(({ key, images }) => images !== undefined && !stay.has(key)).map(({ key }) => key);
  const shown = cropsOf(after);
  const crops = [...cropsOf(before)].filter(([key]) => !shown.has(key));
  if (gone.length === 0 && crops.length === 0) return [];
  const records = await inBatches(gone, (batch) => user.list("media", { message: { $in: batch } }));
  const lost = new Map([...records.map(({ message, id }) => [imageKey(message, id), id] as const), ...crops]);
  const ids = [...new Set(lost.values())];
  const holders = await inBatches(ids, (batch) => user.list("media", { id: { $in: batch } }));
  const held = new Set(holders.filter(({ message, id }) => !lost.has(imageKey(message, id))).map(({ id }) => id));
  await user.media.remove(ids.filter((id) => !held.has(id)));
  return [...lost.keys()].map((key) => remove("media", key));
}
