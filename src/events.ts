import type { MemoryId } from "./domain/record.js";
import type { TraitScores } from "./domain/personality.js";
import type { Recalled, Search } from "./state.js";

/** What the graph tells a user interface while it runs: chunks of LangGraph's stream mode "custom". */
export type PersonaEvent =
  | { readonly type: "recall"; readonly recalled: readonly Recalled[]; readonly ms: number }
  | { readonly type: "search"; readonly search: Search; readonly recalled: readonly Recalled[] }
  | {
      readonly type: "remembered";
      readonly facts: readonly { readonly id: MemoryId; readonly text: string; readonly status: "current" | "closed" }[];
    }
  | { readonly type: "personality"; readonly scores: TraitScores; readonly turns: number }
  | { readonly type: "consolidated"; readonly session: string; readonly episodes: number }
  | { readonly type: "warning"; readonly code: string; readonly message: string };

const TYPES: ReadonlySet<string> = new Set([
  "recall",
  "search",
  "remembered",
  "personality",
  "consolidated",
  "warning",
] satisfies PersonaEvent["type"][]);

/** Whether a chunk of the stream mode "custom" is one of ours: other nodes of a graph may send their own. */
export const isPersonaEvent = (chunk: unknown): chunk is PersonaEvent =>
  typeof chunk === "object" && chunk !== null && "type" in chunk && typeof chunk.type === "string" && TYPES.has(chunk.type);

/** Anything that can be told; LangGraph's runtime is one. */
export interface Listener {
  readonly writer?: ((chunk: unknown) => void) | undefined;
}

export const emit = (listener: Listener, event: PersonaEvent): void => listener.writer?.(event);
