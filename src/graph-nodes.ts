import { SystemMessage, type BaseMessage } from "@langchain/core/messages";
import { Annotation, END, ReducedValue, START, StateGraph } from "@langchain/langgraph";
import { z } from "zod";
import type { memoryGraph } from "./memory-graph.js";
import { askedIn, beginTurn, logTurn } from "./nodes/host-turn.js";
import { asTyped, contextOf, systemOf, withContext } from "./nodes/prompting.js";
import type { PersonaRuntime } from "./nodes/services.js";
import { whoOf } from "./nodes/services.js";
import { PersonaError } from "./errors.js";
import type { PersonaOptions } from "./options.js";
import { contextSchema, messages, type PersonaTurn } from "./state.js";
import { surfaceOf } from "./surface.js";
import { createServices } from "./services.js";
import { memoryGraph as updateStage } from "./memory-graph.js";

/** What our nodes read of somebody else's state: the messages, and the one key that is ours. */
export interface PersonaHostState {
  readonly messages: BaseMessage[];
  readonly persona?: PersonaTurn | null | undefined;
}

/** What our nodes write: nothing but that key. */
export interface PersonaHostUpdate {
  persona?: PersonaTurn;
}

type Turn = PersonaTurn | null;
const newest = (before: Turn, update: Turn | undefined): Turn => update ?? before;

/** The key `persona` for a state that is declared with `StateSchema`. Subgraphs that share it may run side by side. */
export const PersonaValue = new ReducedValue(z.any().default(null) as unknown as z.ZodDefault<z.ZodType<Turn>>, {
  inputSchema: z.any() as unknown as z.ZodType<Turn | undefined>,
  reducer: newest,
});

/** The same for `Annotation.Root`: `Annotation.Root({ ...MessagesAnnotation.spec, ...PersonaAnnotation.spec })`. */
export const PersonaAnnotation = Annotation.Root({
  persona: Annotation<Turn, Turn | undefined>({ reducer: newest, default: () => null }),
});
