import type { BaseMessage } from "@langchain/core/messages";
import { IMAGE_MARK } from "../domain/image.js";
import type { HeardMessage, MessageRole } from "../domain/message.js";

import { isImageBlock } from "./langchain-image.js";

const ROLES: Record<string, MessageRole> = {
  human: "user",
  user: "user",
  ai: "assistant",
  assistant: "assistant",
  tool: "tool",
  function: "tool",
  system: "system",
  developer: "system",
  peer: "peer",
  record: "record",
};

interface Block {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly [key: string]: unknown;
}

/** What a message says in words; whatever is not text leaves a placeholder, so that nothing is lost without a trace. */
export function textOf(message: BaseMessage): string {
  const blocks: unknown = message.content;
  const said =
    typeof blocks === "string"
      ? blocks
      : Array.isArray(blocks)
        ? blocks
            .map((block: Block | string) => (typeof block === "string" ? block : blockText(block)))
            .filter(Boolean)
            .join("\n")
        : "";
  const calls = (message as { tool_calls?: { name: string }[] }).tool_calls ?? [];
  return said === "" && calls.length > 0 ? calls.map(({ name }) => `[calls ${name}]`).join(" ") : said;
}

function blockText(block: Block): string {
  if (typeof block.text === "string") return block.text;
  // Thinking and tool blocks are the model's own business.
  if (block.type === "tool_use" || block.type === "tool_call" || block.type === "thinking" || block.type === "reasoning") return "";
  if (isImageBlock(block)) return IMAGE_MARK;
  const type = typeof block.type === "string" ? block.type.replace(/_url$/, "") : "unknown content";
  return `[${type}]`;
}

/** A LangChain message as the log takes it. Its own time is read from `additional_kwargs.at` (ISO 8601 or epoch ms). */
export function incoming(message: BaseMessage, thread?: string): HeardMessage {
  const type = message.getType();
  const role = (message as { role?: string }).role;
  return {
    ...(message.id !== undefined && { id: message.id }),
    role: ROLES[type] ?? ROLES[role ?? ""] ?? "record",
    text: textOf(message),
    ...(message.additional_kwargs?.["at"] !== undefined && { at: message.additional_kwargs["at"] }),
    ...(message.name !== undefined && { speaker: message.name }),
    ...(thread !== undefined && { thread }),
  };
}
