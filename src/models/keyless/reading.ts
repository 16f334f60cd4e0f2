import type { BaseMessage } from "@langchain/core/messages";
import { MEMORIES_TAG, NOW_TAG, SEARCH_TOOL } from "../../../prompts/respond.js";
import { memories, type Evidence } from "./evidence.js";
import { rows } from "./extract.js";

/** The text of a message, whose content may be blocks; blocks that are no text are passed over. */
export function textOf(message: BaseMessage): string {
  const { content } = message;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((block: unknown) =>
      typeof block === "string"
        ? block
        : block !== null && typeof block === "object" && "text" in block && typeof block.text === "string"
          ? block.text
          : "",
    )
    .filter(Boolean)
    .join("\n");
}

/** The user's own words: fences come after them. */
export function ownText(text: string): string {
  const starts = [MEMORIES_TAG, NOW_TAG].map((tag) => text.lastIndexOf(`<${tag}>\n`)).filter((at) => at === 0 || text[at - 1] === "\n");
  return (starts.length > 0 ? text.slice(0, Math.min(...starts)) : text).trim();
}

export interface Conversation {
  readonly own: string;
  readonly now: string | undefined;
  /** Memories at hand, from the message and from searches after it. */
  readonly memories: readonly Evidence[];
  /** What the user said before in this conversation. */
  readonly earlier: readonly Evidence[];
  readonly profile: readonly Evidence[];
  readonly searched: boolean;
  /** The prompt wants marks after what rests on a memory. */
  readonly cites: boolean;
}

export function readConversation(messages: readonly BaseMessage[]): Conversation {
  const at = messages.findLastIndex((message) => message.getType() === "human");
  const text = at < 0 ? "" : textOf(messages[at]!);
  const now = rows(NOW_TAG, text).at(-1)?.[0];
  const after = messages.slice(at + 1).filter((message) => message.getType() === "tool");
  const system = messages
    .filter((message) => message.getType() === "system")
    .map(textOf)
    .join("\n");
  const asked = messages
    .slice(at + 1)
    .some((message) => ((message as { tool_calls?: { name: string }[] }).tool_calls ?? []).some((call) => call.name === SEARCH_TOOL));
  return {
    own: ownText(text),
    now: typeof now === "string" ? now : undefined,
    memories: [text, ...after.map(textOf)].flatMap(memories),
    earlier: messages
      .slice(0, Math.max(at, 0))
      .filter((message) => message.getType() === "human")
      .map((message) => ({ origin: "conversation", text: ownText(textOf(message)), time: typeof now === "string" ? now : "" })),
    profile: aboutUser(system).map((line) => ({ origin: "profile", text: line, time: "" })),
    searched: asked || after.length > 0,
    cites: !system.includes(`<${MEMORIES_TAG}>`) || system.includes("[m"),
  };
}

/** There are two such fences, for profile and habits, so each is read by itself. */
function aboutUser(system: string): string[] {
  const parts = system.split("<about_user>\n").slice(1);
  return parts.flatMap((part) => {
    const end = part.indexOf("</about_user>");
    if (end < 0) return [];
    return part
      .slice(0, end)
      .split("\n")
      .flatMap((line) => {
        try {
          const value: unknown = JSON.parse(line);
          return typeof value === "string" ? [value] : [];
        } catch {
          return [];
        }
      });
  });
}

/** The name in the profile, whether written as a field or as a sentence. */
export const nameOf = (profile: readonly Evidence[]): string | undefined =>
  profile.map(({ text }) => /^(?:(?:the )?user'?s? )?name(?: is|:)\s*(\p{Lu}[\p{L}'’ -]{0,40})/iu.exec(text)?.[1]?.trim()).find(Boolean);
