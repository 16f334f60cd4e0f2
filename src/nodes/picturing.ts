import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { pictureBlock, PICTURES_NOTE } from "../../prompts/respond.js";
import { messageKey } from "../domain/message.js";
import { memoryId } from "../domain/record.js";
import { showDay } from "../domain/time.js";
import { imageBlock, type ImageBlock } from "../models/vision.js";
import type { Settings } from "../options.js";
import type { Recalled } from "../state.js";
import type { UserLog } from "../store/memory-log.js";
import { isImageBlock } from "./langchain-image.js";
import { warn, type Memory, type PersonaRuntime, type Services, type Who } from "./services.js";

type Picture = Recalled & Required<Pick<Recalled, "media">>;

export interface Sight {
  readonly services: Services;
  readonly runtime: PersonaRuntime;
  readonly who: Who;
  readonly canSee: boolean;
}

/**
 * A conversation as a model is to see it, and the pictures that were recalled for it: with images, or, for a model without eyes, in
 * words. Where there are none nothing is read. Memory that fails takes no answer away: then there is what the conversation holds.
 */
export async function inSight(
  messages: readonly BaseMessage[],
  recalled: readonly Recalled[],
  { services, runtime, who, canSee }: Sight,
): Promise<{ conversation: BaseMessage[]; shown: ImageBlock[] }> {
  const wanted = canSee && recalled.some(({ media }) => media !== undefined);
  if (!wanted && (canSee || !anyImages(messages))) return { conversation: [...messages], shown: [] };
  try {
    const memory = await services.memory(runtime.store);
    const user = memory.log.of(who.userId);
    return canSee
      ? { conversation: [...messages], shown: await picturesFor(recalled, memory, user, services.settings, who.timezone) }
      : { conversation: await described(messages, user), shown: [] };
  } catch (error) {
    warn(runtime, "IMAGES_FAILED", error);
    return { conversation: canSee ? [...messages] : messages.map((message) => inWords(message, UNSEEN)), shown: [] };
  }
}

/**
 * Recalled pictures as a model is shown them: each with its name, its day and the message that held it, scaled down so that all of
 * them together keep to the budget of pixels. What is gone from the store is left out.
 */
async function picturesFor(
  recalled: readonly Recalled[],
  { images }: Pick<Memory, "images">,
  user: UserLog,
  settings: Pick<Settings, "images">,
  timezone: string,
): Promise<ImageBlock[]> {
  const chosen = choose(recalled, settings.images.recall);
  const pixels = Math.floor(settings.images.recallPixels / Math.max(1, chosen.length));
  const marks = new Map(recalled.map(({ id, mark }) => [id, mark]));
  const shown = await Promise.all(
    chosen.map(async ({ mark, kind, at, media, sources }): Promise<ImageBlock[]> => {
      const jpeg = await images.read(user, media.id, pixels);
      if (!jpeg) return [];
      const message = kind === "message" ? mark : (marks.get(memoryId("message", sources[0] ?? "")) ?? "");
      return [{ type: "text", text: pictureBlock(mark, media.label, showDay(at, timezone), message) }, imageBlock(jpeg, "image/jpeg")];
    }),
  );
  const blocks = shown.flat();
  return blocks.length === 0 ? [] : [{ type: "text", text: PICTURES_NOTE }, ...blocks];
}

/** What the last search found comes first, and what has a name before what a message holds; one picture of each thing and message. */
function choose(recalled: readonly Recalled[], limit: number): Picture[] {
  const held = new Set<string>();
  return [...recalled]
    .filter((memory): memory is Picture => memory.media !== undefined)
    .sort((a, b) => b.search - a.search || Number(a.kind === "message") - Number(b.kind === "message"))
    .filter(({ media, kind, sources }) => {
      const names = kind === "message" ? sources : [media.id];
      const isNew = names.every((name) => !held.has(name));
      for (const name of [media.id, ...sources]) held.add(name);
      return isNew;
    })
    .slice(0, limit);
}

const holdsImages = ({ content }: BaseMessage): boolean => Array.isArray(content) && content.some(isImageBlock);

export const anyImages = (messages: readonly BaseMessage[]): boolean => messages.some(holdsImages);

/** The conversation for a model without eyes: in place of each image what is known of it, if it was described before. */
async function described(messages: readonly BaseMessage[], user: UserLog): Promise<BaseMessage[]> {
  const withImages = messages.filter((message) => message.getType() === "human" && holdsImages(message));
  if (withImages.length === 0) return [...messages];
  const extractions = await user.getMany(
    "extraction",
    withImages.map(({ id }) => messageKey(id ?? "")),
  );
  const texts = new Map(
    withImages.map((message, i) => {
      const seen = (extractions[i]?.changes ?? []).flatMap(({ media, text }) => (media ? [text] : []));
      return [message, seen.length > 0 ? `[image: ${seen.join("; ")}]` : UNSEEN] as const;
    }),
  );
  return messages.map((message) => {
    const text = texts.get(message);
    return text === undefined ? message : inWords(message, text);
  });
}

const UNSEEN = "[image, which you cannot see]";

/** Several images of a message share one description, which stands in place of the first. */
function inWords(message: BaseMessage, text: string): BaseMessage {
  if (!holdsImages(message)) return message;
  const { name, id, content } = message;
  const blocks = Array.isArray(content) ? content : [];
  const first = blocks.findIndex(isImageBlock);
  const words = blocks.flatMap((block, i) => (i === first ? [{ type: "text" as const, text }] : isImageBlock(block) ? [] : [block]));
  return new HumanMessage({ content: words as never, ...(name !== undefined && { name }), ...(id !== undefined && { id }) });
}
