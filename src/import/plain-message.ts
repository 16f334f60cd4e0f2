import { z } from "zod";
import { MESSAGE_ROLES, type MessageRole } from "../domain/message.js";
import type { ContentIds } from "./identity.js";
import { problem, type ImportItem } from "./imported.js";
import { epoch, misfit, Parts } from "./parts.js";

const time = z.union([z.string(), z.number()]).nullish();
const BlockSchema = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  image_url: z.union([z.string(), z.looseObject({ url: z.string() })]).nullish(),
});
const PlainSchema = z.object({
  id: z.string().min(1).nullish(),
  role: z.string(),
  text: z.string().nullish(),
  content: z.union([z.string(), z.array(z.union([z.string(), BlockSchema]))]).nullish(),
  at: time,
  timestamp: time,
  created_at: time,
  created: time,
  name: z.string().nullish(),
  speaker: z.string().nullish(),
  thread: z.string().nullish(),
  image: z.union([z.string(), z.array(z.string())]).nullish(),
});

const NAMES: Readonly<Record<string, MessageRole>> = {
  human: "user",
  ai: "assistant",
  model: "assistant",
  developer: "system",
  function: "tool",
};

export const PLAIN_FIX =
  'A message looks like {"at": "2026-05-12T18:05", "role": "user", "text": "Hello"}; a conversation like {"messages": [ … ]}.';

const ConversationSchema = z.object({
  id: z.string().nullish(),
  thread: z.string().nullish(),
  conversation_id: z.string().nullish(),
  messages: z.array(z.unknown()),
});

export interface PlainOptions {
  readonly ids: ContentIds;
  /** Where the value stands. */
  readonly where: string;
  readonly thread?: string | undefined;
  /** Whether messages of the system and of tools are left out. */
  readonly conversationOnly: boolean;
}

/** A message, or a conversation: an object with `messages`. */
export function* plainItems(value: unknown, options: PlainOptions): Generator<ImportItem> {
  const conversation = ConversationSchema.safeParse(value);
  if (!conversation.success) {
    yield plainMessage(value, options);
    return;
  }
  const { messages, id, conversation_id, thread } = conversation.data;
  for (const [i, message] of messages.entries()) {
    yield plainMessage(message, {
      ...options,
      thread: thread ?? conversation_id ?? id ?? undefined,
      where: `${options.where}.messages[${i}]`,
      conversationOnly: true,
    });
  }
}

/** A message as programs write it: `{at, role, text, image?}`, or OpenAI's `{role, content}` with text or blocks. */
function plainMessage(value: unknown, { ids, where, thread: around, conversationOnly }: PlainOptions): ImportItem {
  const refuse = (what: string): ImportItem => problem(where, `This is no message: ${what}.`, PLAIN_FIX);
  const parsed = PlainSchema.safeParse(value);
  if (!parsed.success) return refuse(misfit(parsed.error));
  const { data } = parsed;
  const name = data.role.toLowerCase();
  const role = NAMES[name] ?? MESSAGE_ROLES.find((known) => known === name);
  if (!role) return refuse(`role: "${data.role}" is none of ${MESSAGE_ROLES.join(", ")}`);
  if (conversationOnly && (role === "system" || role === "tool")) return { skipped: role === "tool" ? "from a tool" : "of the system" };
  const parts = new Parts();
  parts.text(data.text ?? "");
  for (const block of typeof data.content === "string" ? [data.content] : (data.content ?? [])) addBlock(parts, block);
  for (const image of typeof data.image === "string" ? [data.image] : (data.image ?? [])) parts.image(image);
  if (parts.said === "") {
    if (data.text === undefined && data.content === undefined) return refuse("text: it holds neither text nor content");
    return { skipped: "empty" };
  }
  const written = data.at ?? data.timestamp ?? data.created_at ?? data.created ?? undefined;
  const at = typeof written === "number" && data.at !== written ? epoch(written) : written;
  const thread = data.thread ?? around;
  const speaker = data.speaker ?? data.name ?? undefined;
  return {
    message: {
      id: data.id ?? ids.of(thread, at, role, speaker, parts.said, parts.images.map(nameOf)),
      role,
      text: parts.said,
      ...(at !== undefined && { at }),
      ...(speaker !== undefined && { speaker }),
      ...(thread !== undefined && { thread }),
      ...(parts.images.length > 0 && { images: parts.images }),
    },
  };
}

const nameOf = ({ name }: { readonly name: string }): string => name;

function addBlock(parts: Parts, block: string | z.infer<typeof BlockSchema>): void {
  if (typeof block === "string") return parts.text(block);
  if (typeof block.text === "string") return parts.text(block.text);
  if (!/image/.test(block.type)) return /file|audio|video/.test(block.type) ? parts.file("") : undefined;
  const url = typeof block.image_url === "string" ? block.image_url : (block.image_url?.url ?? "");
  // The bytes of an image that is written out in the text are no name.
  parts.image(url.startsWith("data:") ? url.slice(0, url.indexOf(",")).slice(0, 40) : url);
}
