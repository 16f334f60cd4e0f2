import { HumanMessage, type BaseMessage, type MessageContent } from "@langchain/core/messages";
import { MEMORIES_TAG, memoriesBlock, NOW_TAG, nowBlock, PICTURE_TAG, respondSystem, type RespondInput } from "../../prompts/respond.js";
import { profileLines } from "../domain/profile.js";
import { showTime } from "../domain/time.js";
import type { ImageBlock } from "../models/vision.js";
import type { Settings } from "../options.js";
import type { Persona, Recalled } from "../state.js";
import { rowsOf } from "./present.js";

/** The system message, or our part of another application's: what never changes first, then who the user is. */
export const systemOf = (
  persona: Persona | null | undefined,
  { instructions, citations }: Pick<Settings, "instructions" | "citations">,
  tools: Pick<RespondInput, "canSearch" | "canSave" | "guest">,
): string =>
  respondSystem({
    instructions,
    citations,
    profile: persona ? profileLines(persona.profile) : [],
    habits: persona?.habits ?? [],
    style: persona?.style ?? [],
    ...tools,
  });

/** What eager recall found, and the time: what a turn adds to the user's message. */
export const contextOf = (recalled: readonly Recalled[], now: number, timezone: string): string => {
  const eager = rowsOf(
    recalled.filter(({ search }) => search === 0),
    timezone,
  );
  return [memoriesBlock(eager), nowBlock(showTime(now, timezone), timezone)].join("\n");
};

/** A copy of the user's message with what was recalled for it behind its own words. */
export const withContext = (message: BaseMessage, context: string, pictures: readonly ImageBlock[] = []): HumanMessage =>
  rewritten(message, append(withoutFences(message.content), context, pictures));

/** The tags of our fences. A person may paste them; only ours may look like memories. */
const FENCES = new RegExp(`<(?=/?(?:${MEMORIES_TAG}|${NOW_TAG}|${PICTURE_TAG}|about_user)\\b)`, "gi");

const withoutFences = (content: MessageContent): MessageContent =>
  typeof content === "string"
    ? content.replace(FENCES, "&lt;")
    : content.map((block) =>
        block.type === "text" && typeof block["text"] === "string" ? { ...block, text: block["text"].replace(FENCES, "&lt;") } : block,
      );

/** A message of the user's as it was typed, but for tags of our fences. */
export const asTyped = (message: BaseMessage): BaseMessage =>
  message.getType() !== "human" || message.text.search(FENCES) < 0 ? message : rewritten(message, withoutFences(message.content));

const rewritten = ({ name, id }: BaseMessage, content: MessageContent): HumanMessage =>
  new HumanMessage({ content, ...(name !== undefined && { name }), ...(id !== undefined && { id }) });

const append = (content: MessageContent, text: string, pictures: readonly ImageBlock[]): MessageContent => {
  if (typeof content === "string" && pictures.length === 0) return `${content}\n\n${text}`;
  const said = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  return [...said, { type: "text", text }, ...pictures];
};
