import { z } from "zod";
import { CONVERSATIONS, conversationsIn } from "../conversations.js";
import { problem, type ImportFormat, type ImportItem, type ImportedMessage } from "../imported.js";
import { epoch, misfit, Parts } from "../parts.js";

const MessageSchema = z.object({
  id: z.string().min(1),
  author: z.object({ role: z.string(), name: z.string().nullish() }),
  create_time: z.number().nullish(),
  content: z
    .looseObject({ content_type: z.string().nullish(), parts: z.array(z.unknown()).nullish(), text: z.string().nullish() })
    .nullish(),
  recipient: z.string().nullish(),
  metadata: z.looseObject({ is_visually_hidden_from_conversation: z.boolean().nullish() }).nullish(),
});
const ConversationSchema = z.object({
  conversation_id: z.string().nullish(),
  id: z.string().nullish(),
  create_time: z.number().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(z.string(), z.looseObject({ message: z.unknown(), parent: z.string().nullish() }).nullable()),
});
const PartSchema = z.looseObject({
  content_type: z.string().nullish(),
  asset_pointer: z.string().nullish(),
  text: z.string().nullish(),
  name: z.string().nullish(),
});

/**
 * ChatGPT: Settings, Data controls, Export data. Every conversation is a tree, since prompts can be edited and answers made anew; what is
 * taken is the branch that the user ended on, from `current_node` up to the root, as the app shows it.
 */
export const chatgpt: ImportFormat = {
  name: "chatgpt",
  title: "ChatGPT's export (zip or conversations.json)",
  recognises: ({ text }) => /^\s*[[{]/.test(text) && /"mapping"\s*:\s*\{/.test(text),
  inZip: CONVERSATIONS,
  read: (source) => conversationsIn(source, { service: "ChatGPT", schema: ConversationSchema, items: messagesOf }),
};

function* messagesOf(conversation: z.infer<typeof ConversationSchema>, where: string): Generator<ImportItem> {
  const { mapping, create_time, ...rest } = conversation;
  const thread = rest.conversation_id ?? rest.id ?? undefined;
  const path = branch(mapping, rest.current_node ?? lastOf(mapping));
  const onPath = new Set(path);
  for (const [key, node] of Object.entries(mapping))
    if (!onPath.has(key) && isSaid(node?.message)) yield { skipped: "on a branch that was left" };
  let at = create_time ?? undefined;
  for (const key of path) {
    const node = mapping[key];
    if (node === undefined) {
      yield problem(
        `${where}.mapping.${key}`,
        "The conversation goes on in a message that is not in the file.",
        "Export again, or leave it.",
      );
      continue;
    }
    if (!node?.message) continue;
    const read = MessageSchema.safeParse(node.message);
    if (!read.success) {
      yield problem(
        `${where}.mapping.${key}.message`,
        `This is no message of ChatGPT: ${misfit(read.error)}.`,
        "Export again, or leave it.",
      );
      continue;
    }
    at = read.data.create_time ?? at;
    yield toItem(read.data, thread, at);
  }
}

type Mapping = z.infer<typeof ConversationSchema>["mapping"];

/** From the root to the node, each once: a tree that bites its tail is cut. */
function branch(mapping: Mapping, leaf: string | undefined): string[] {
  const path: string[] = [];
  const seen = new Set<string>();
  for (let key: string | null | undefined = leaf; key && !seen.has(key); key = mapping[key]?.parent) {
    seen.add(key);
    path.push(key);
  }
  return path.reverse();
}

const lastOf = (mapping: Mapping): string | undefined => {
  const parents = new Set(Object.values(mapping).map((node) => node?.parent));
  return Object.keys(mapping)
    .filter((key) => !parents.has(key))
    .at(-1);
};

const isSaid = (message: unknown): boolean => {
  const read = MessageSchema.safeParse(message);
  return read.success && "message" in toItem(read.data, undefined, undefined);
};

function toItem(
  { id, author, content, recipient, metadata }: z.infer<typeof MessageSchema>,
  thread: string | undefined,
  at: number | undefined,
): ImportItem {
  const { role } = author;
  if (metadata?.is_visually_hidden_from_conversation) return { skipped: "hidden" };
  if (role !== "user" && role !== "assistant") return { skipped: role === "tool" ? "from a tool" : "of the system" };
  if (recipient !== undefined && recipient !== null && recipient !== "all") return { skipped: "to a tool" };
  const type = content?.content_type ?? "text";
  if (type === "thoughts" || type === "reasoning_recap") return { skipped: "thoughts of the model" };
  if (type === "user_editable_context" || type === "model_editable_context") return { skipped: "hidden" };
  const parts = new Parts();
  for (const part of content?.parts ?? []) addPart(parts, part);
  if (!content?.parts) parts.text(content?.text ?? "");
  if (parts.said === "") return { skipped: "empty" };
  const read: ImportedMessage = {
    id: `chatgpt/${id}`,
    role,
    text: parts.said,
    ...(at !== undefined && { at: epoch(at) }),
    ...(thread !== undefined && { thread }),
    ...(parts.images.length > 0 && { images: parts.images }),
  };
  return { message: read };
}

function addPart(parts: Parts, part: unknown): void {
  if (typeof part === "string") return parts.text(part);
  const read = PartSchema.safeParse(part);
  if (!read.success) return;
  const { content_type: type, asset_pointer: pointer, text, name } = read.data;
  if (type === "image_asset_pointer") parts.image(pointer?.replace(/^[\w-]+:\/\//, "") ?? "");
  else if (typeof text === "string") parts.text(text);
  else if (type && !/^(?:audio|real_time)/.test(type)) parts.file(name ?? "");
}
