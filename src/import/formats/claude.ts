import { z } from "zod";
import { CONVERSATIONS, conversationsIn } from "../conversations.js";
import { problem, type ImportFormat, type ImportItem } from "../imported.js";
import { misfit, Parts } from "../parts.js";

const FileSchema = z.looseObject({ file_name: z.string().nullish(), file_kind: z.string().nullish() });
const MessageSchema = z.object({
  uuid: z.string().min(1),
  sender: z.string(),
  text: z.string().nullish(),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().nullish() })).nullish(),
  created_at: z.string().nullish(),
  attachments: z.array(FileSchema).nullish(),
  files: z.array(FileSchema).nullish(),
  parent_message_uuid: z.string().nullish(),
});
const ConversationSchema = z.object({
  uuid: z.string().min(1),
  created_at: z.string().nullish(),
  current_leaf_message_uuid: z.string().nullish(),
  chat_messages: z.array(z.unknown()),
});

const ROLES: Readonly<Record<string, "user" | "assistant">> = { human: "user", user: "user", assistant: "assistant" };

/** Claude: Settings, Privacy, Export data. Where the export names the last message, its branch is taken; else all that was said, in order. */
export const claude: ImportFormat = {
  name: "claude",
  title: "Claude's export (zip or conversations.json)",
  recognises: ({ text }) => /^\s*[[{]/.test(text) && /"chat_messages"\s*:\s*\[/.test(text),
  inZip: CONVERSATIONS,
  read: (source) => conversationsIn(source, { service: "Claude", schema: ConversationSchema, keys: ["conversations"], items: messagesOf }),
};

function* messagesOf(conversation: z.infer<typeof ConversationSchema>, where: string): Generator<ImportItem> {
  const { uuid, chat_messages, created_at, current_leaf_message_uuid: leaf } = conversation;
  const read = chat_messages.map((message) => MessageSchema.safeParse(message));
  const onBranch = leaf
    ? branchTo(
        leaf,
        read.flatMap(({ data }) => (data ? [data] : [])),
      )
    : undefined;
  let at = created_at;
  for (const [i, { success, data, error }] of read.entries()) {
    if (!success) {
      yield problem(`${where}.chat_messages[${i}]`, `This is no message of Claude: ${misfit(error)}.`, "Export again, or leave it.");
      continue;
    }
    at = data.created_at ?? at;
    yield onBranch && !onBranch.has(data.uuid) ? { skipped: "on a branch that was left" } : toItem(data, uuid, at ?? undefined);
  }
}

type Message = z.infer<typeof MessageSchema>;

function branchTo(leaf: string, messages: readonly Message[]): Set<string> {
  const parents = new Map(messages.map(({ uuid, parent_message_uuid: parent }) => [uuid, parent]));
  const path = new Set<string>();
  for (let uuid: string | null | undefined = leaf; uuid && parents.has(uuid) && !path.has(uuid); uuid = parents.get(uuid)) path.add(uuid);
  return path;
}

function toItem(message: Message, thread: string, at: string | undefined): ImportItem {
  const role = ROLES[message.sender];
  if (!role) return { skipped: "of the system" };
  const parts = new Parts();
  const texts = (message.content ?? []).flatMap(({ type, text }) => (type === "text" && text ? [text] : []));
  // Older exports have no blocks, and in newer ones `text` also holds what tools were asked.
  if (texts.length > 0) texts.forEach((text) => parts.text(text));
  else if (!message.content?.length) parts.text(message.text ?? "");
  for (const { file_name: name, file_kind: kind } of [...(message.attachments ?? []), ...(message.files ?? [])])
    if (kind === "image" || /\.(?:avif|gif|heic|jpe?g|png|webp)$/i.test(name ?? "")) parts.image(name ?? "");
    else parts.file(name ?? "");
  if (parts.said === "") return { skipped: "empty" };
  return {
    message: {
      id: `claude/${message.uuid}`,
      role,
      text: parts.said,
      thread,
      ...(at !== undefined && { at }),
      ...(parts.images.length > 0 && { images: parts.images }),
    },
  };
}
