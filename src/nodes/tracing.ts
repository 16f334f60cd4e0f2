import { userKey } from "../store/namespace.js";
import type { Who } from "./services.js";

/** What a model call is for. */
export type Stage = "respond" | "extract" | "consolidate";

/**
 * By what a trace finds a model call of ours: its stage, its prompt and its user; LangGraph adds the node (`langgraph_node`). The user
 * stands there as a hash, the same as in the store, so that no id leaves with a trace.
 */
export const traced = (
  { userId }: Who,
  stage: Stage,
  prompt: { readonly name: string; readonly version: number },
): { tags: string[]; metadata: Record<string, string | number> } => ({
  tags: ["personagraph", `personagraph:${stage}`],
  metadata: {
    personagraph_stage: stage,
    personagraph_user: userKey(userId),
    prompt: prompt.name,
    prompt_version: prompt.version,
  },
});
