import { isKept, type LostImage, type MessageImage, plainAddress } from "../domain/image.js";
import type { MessageRecord } from "../domain/message.js";
import { PersonaError, reasonOf } from "../errors.js";
import type { NotedImage, TakenImage } from "../media/images.js";
import type { Settings } from "../options.js";
import type { Change, UserLog } from "../store/memory-log.js";
import type { Brought } from "./langchain-image.js";
import type { Memory } from "./services.js";

/** An image that was looked at: to be stored, or why it cannot be. */
export type Took<T = TakenImage> = { readonly taken: T } | { readonly lost: LostImage; readonly reason: string };

const isTaken = <T>(took: Took<T>): took is { readonly taken: T } => "taken" in took;

export const takenOf = <T>(took: readonly Took<T>[]): T[] => took.flatMap((one) => (isTaken(one) ? [one.taken] : []));

/** Takes in the images of one message. None of them fails the message: what cannot be taken is said. */
export function takeImages(
  { images }: Pick<Memory, "images">,
  userId: string,
  brought: readonly Brought[],
  { images: rules }: Pick<Settings, "images">,
  signal?: AbortSignal,
): Promise<Took[]> {
  return Promise.all(
    brought.map(async (one, i): Promise<Took> => {
      const source = "url" in one ? { source: plainAddress(one.url) } : "source" in one ? { source: one.source } : {};
      const lost = (problem: string, reason: string): Took => ({ lost: { problem, ...source }, reason });
      if (!rules.keep) return lost("IMAGE_OFF", "");
      if (i >= rules.perMessage) return lost("IMAGE_COUNT", `A message may hold ${rules.perMessage} images; further ones are not kept.`);
      if ("problem" in one) return lost(one.problem, REASONS[one.problem] ?? one.problem);
      try {
        return { taken: await images.take(userId, one, signal) };
      } catch (error) {
        return lost(error instanceof PersonaError ? error.code : "IMAGE_FAILED", reasonOf(error));
      }
    }),
  );
}

const REASONS: Readonly<Record<string, string>> = {
  IMAGE_BY_ID: "An image that is only named by a file id goes to the model, and is not kept: its bytes are not here.",
  IMAGE_EMPTY: "An image block holds neither data nor an address.",
};

/** What could not be kept of images, by code, and what was kept in part. */
export function imageNotes(took: readonly Took<{ readonly animated: boolean }>[]): Record<string, string> {
  const notes: Record<string, string> = {};
  const note = (code: string, text: string): void => {
    notes[code] = notes[code] === undefined || notes[code].includes(text) ? text : `${notes[code]} ${text}`;
  };
  for (const one of took) {
    if (!isTaken(one) && one.reason !== "") note(one.lost.problem, one.reason);
    if (isTaken(one) && one.taken.animated) note("IMAGE_ANIMATED", "Of an image that moves only the first frame is kept.");
  }
  return notes;
}

/** The images as their message holds them. */
export const imagesFrom = (took: readonly Took<Pick<NotedImage, "id" | "width" | "height">>[]): MessageImage[] =>
  took.map((one) => (isTaken(one) ? { media: one.taken.id, width: one.taken.width, height: one.taken.height } : one.lost));

/** The bytes lie there before the log refers to them. */
export async function storeImages({ images }: Pick<Memory, "images">, user: UserLog, took: readonly Took[]): Promise<void> {
  for (const image of takenOf(took)) await images.keep(user, image);
}

/** What is written of images with the messages that hold them. */
export function imageChanges(
  { images }: Pick<Memory, "images">,
  user: UserLog,
  records: readonly MessageRecord[],
  took: readonly Took<NotedImage>[],
): Change[] {
  const taken = new Map(takenOf(took).map((image) => [image.id, image]));
  return records.flatMap((record) => {
    const ids = new Set((record.images ?? []).flatMap((image) => (isKept(image) ? [image.media] : [])));
    return [...ids].flatMap((id) => {
      const image = taken.get(id);
      return image ? [images.recordOf(user, record.key, image)] : [];
    });
  });
}

/** Takes in and stores the images of one message, and keeps no bytes of them: an import may bring thousands. */
export async function takeAndStore(
  memory: Pick<Memory, "images">,
  user: UserLog,
  brought: readonly Brought[],
  settings: Pick<Settings, "images">,
): Promise<Took<NotedImage & { readonly animated: boolean }>[]> {
  const took = await takeImages(memory, user.userId, brought, settings);
  await storeImages(memory, user, took);
  return took.map((one) => {
    if (!isTaken(one)) return one;
    const { bytes: _stored, ...noted } = one.taken;
    return { taken: noted };
  });
}

/** An erase that ran meanwhile may have taken bytes away that are referred to again. */
export async function restoreImages(memory: Pick<Memory, "images">, user: UserLog, took: readonly Took[]): Promise<void> {
  for (const image of takenOf(took)) if (!(await user.media.get(image.id))) await memory.images.keep(user, image);
}
