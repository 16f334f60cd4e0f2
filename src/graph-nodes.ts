import { SystemMessage, type BaseMessage } from "@langchain/core/messages";
import { Annotation, END, ReducedValue, START, StateGraph } from "@langchain/langgraph";
import { z } from "zod";
import { PersonaError } from "./errors.js";
import { memoryGraph } from "./memory-graph.js";
import type { ImageBlock } from "./models/vision.js";
import { askedIn, beginTurn, endTurn, ownTurn, shownIn } from "./nodes/host-turn.js";
import { asTyped, contextOf, systemOf, withContext } from "./nodes/prompting.js";
import { inSight } from "./nodes/picturing.js";
import { whoOf, type PersonaRuntime } from "./nodes/services.js";
import type { PersonaOptions } from "./options.js";
import { createServices } from "./services.js";
import { contextSchema, messages, type PersonaTurn } from "./state.js";
import { surfaceOf } from "./surface.js";

/** What our nodes read of a state: the messages, and the one key that is ours. */
export interface PersonaHostState {
  readonly messages: BaseMessage[];
  readonly persona?: PersonaTurn | null | undefined;
}

type Turn = PersonaTurn | null;
const newest = (before: Turn, update: Turn | undefined): Turn => update ?? before;
const turn = z.any().default(null) as unknown as z.ZodDefault<z.ZodType<Turn>>;

/** The key `persona` of a state declared with `StateSchema`. Subgraphs that have it too may run side by side. */
export const PersonaValue = new ReducedValue(turn, { inputSchema: z.any(), reducer: newest });

/** The same for `Annotation.Root({ ...MessagesAnnotation.spec, ...PersonaAnnotation.spec })`. */
export const PersonaAnnotation = Annotation.Root({
  persona: Annotation<Turn, Turn | undefined>({ reducer: newest, default: () => null }),
});

/**
 * A node that recalls for the user's last message: who they are, how to answer them and what they said and did, as `persona`.
 * It writes no other key and no message; `personaPrompt` puts it before a model.
 *
 * @example graph.addNode("recall", recallNode({ store: "memory.db" }))
 */
export const recallNode = (options?: PersonaOptions) => {
  const { services } = surfaceOf(options);
  return async (state: PersonaHostState, runtime: PersonaRuntime): Promise<{ persona: PersonaTurn }> => ({
    persona: await beginTurn(services, state.messages, state.persona, runtime),
  });
};

/**
 * The pictures that `recallNode` has recalled, as content blocks for a model that sees: with name, day and message, at most
 * `images.recall` of them in `images.recallPixels` pixels.
 *
 * @example const images = await recalledImages(options)(state, runtime);
 *          const answer = await model.invoke(personaPrompt(state, { images }));
 */
export const recalledImages = (options?: PersonaOptions) => {
  const { services } = surfaceOf(options);
  return async ({ persona, messages }: PersonaHostState, runtime: PersonaRuntime): Promise<readonly ImageBlock[]> => {
    const who = whoOf(runtime, services.settings);
    const turn = ownTurn(services, persona, runtime);
    return (await inSight([], shownIn(messages, turn), { services, runtime, who, canSee: true })).shown;
  };
};

/**
 * A node that puts what was said into the log, for after the answer. Deriving from it follows by the setting `update`: "background"
 * after a moment of quiet, "off" when you call flush; "inline" is what `createMemoryGraph({ record: true })` is for.
 */
export const recordNode = (options?: PersonaOptions) => {
  const { services, updates } = surfaceOf(options);
  return async (state: PersonaHostState, runtime: PersonaRuntime): Promise<{ persona?: PersonaTurn }> => {
    const persona = await endTurn(services, updates.later, state.messages, state.persona, runtime);
    return persona ? { persona } : {};
  };
};

export interface MemoryGraphOptions extends PersonaOptions {
  /** Puts the messages of the state into the log first, so that the graph can stand after any answer. Default false. */
  readonly record?: boolean | undefined;
}

const HostSchema = z.object({ messages, persona: turn });

/**
 * The update stage as a graph: whatever is pending for the user of the run is derived and filed. On its own it reads the log and
 * needs no messages in its state. With `record` it is the last node of any graph that has messages: it shares `messages` and
 * `persona` with that graph, and nothing else.
 *
 * @example graph.addNode("remember", createMemoryGraph({ record: true }))
 */
export function createMemoryGraph(options: MemoryGraphOptions & { readonly record: true }): ReturnType<typeof recordingGraph>;
export function createMemoryGraph(options?: PersonaOptions & { readonly record?: false | undefined }): ReturnType<typeof memoryGraph>;
export function createMemoryGraph({ record = false, ...options }: MemoryGraphOptions = {}):
  ReturnType<typeof recordingGraph> | ReturnType<typeof memoryGraph> {
  return record ? recordingGraph(options) : memoryGraph(createServices(options));
}

const recordingGraph = (options: PersonaOptions) => {
  const { services } = surfaceOf(options);
  const update = services.settings.update === "inline" ? ("memory" as const) : END;
  return new StateGraph({ state: HostSchema, output: z.object({ persona: turn }), context: contextSchema })
    .addNode("record", recordNode(options) as never)
    .addNode("memory", memoryGraph(services))
    .addEdge(START, "record")
    .addConditionalEdges("record", () => update, ["memory", END])
    .addEdge("memory", END)
    .compile({ name: "remember" });
};

export interface PersonaPromptOptions {
  /** What your application wants of its assistant. A system message that stands first in the conversation is kept, and comes before ours. */
  readonly instructions?: string;
  /** Whether the model has `searchMemoryTool`, and is told when to use it. Default false. */
  readonly search?: boolean;
  /** Whether it has `saveMemoryTool`. Default false. */
  readonly save?: boolean;
  /** Whether answers carry the marks of the memories they rest on. Default false. */
  readonly citations?: boolean;
  /** Recalled pictures, for a model that sees: what `recalledImages` gives. Default none; models are told of them in words anyway. */
  readonly images?: readonly ImageBlock[];
}

/**
 * The conversation as a model should see it: who the user is in the system message, what was recalled behind the user's own words.
 * What never changes comes first, so that providers can cache it. The state stays as it is.
 *
 * @example const answer = await model.invoke(personaPrompt(state));
 */
export function personaPrompt(
  state: PersonaHostState,
  { instructions = "", search = false, save = false, citations = false, images = [] }: PersonaPromptOptions = {},
): BaseMessage[] {
  const { messages } = state;
  if (!state.persona) {
    throw new PersonaError({
      code: "STATE_NO_PERSONA",
      message: "The state has no `persona`: LangGraph drops a key that is not declared, without a word.",
      fix: "Declare it, as `persona: PersonaValue` in a StateSchema or with PersonaAnnotation.spec, and run recallNode before.",
    });
  }
  const { recalled, turn, timezone } = state.persona;
  const first = messages[0]?.getType() === "system" ? messages[0] : undefined;
  const ours = systemOf(state.persona, { instructions, citations }, { canSearch: search, canSave: save, guest: first !== undefined });
  const asked = askedIn(messages);
  const conversation = (first ? messages.slice(1) : messages).map((message) =>
    message === asked ? withContext(message, contextOf(recalled, turn.now, timezone), images) : asTyped(message),
  );
  return [first ? new SystemMessage(first.text).concat(new SystemMessage(`\n\n${ours}`)) : new SystemMessage(ours), ...conversation];
}
