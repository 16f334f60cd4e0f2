import type { BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { Recalled, Search } from "../state.js";

/** What our tools leave in the artifact of their messages, for whoever reads the thread; models do not see it. */
export interface ToolTrace {
  readonly search?: Search;
  readonly recalled?: readonly Recalled[];
}

/** Under this name, so that a message of ours is known whatever the tool is called. */
const KEY = "personagraph";

export const artifactOf = (trace: ToolTrace): Readonly<Record<string, ToolTrace>> => ({ [KEY]: trace });

export const traceOf = (message: BaseMessage): ToolTrace | undefined =>
  message.getType() === "tool"
    ? ((message as ToolMessage).artifact as Partial<Record<string, ToolTrace>> | null | undefined)?.[KEY]
    : undefined;

export const isOurs = (message: BaseMessage): message is ToolMessage => traceOf(message) !== undefined;
