import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import { createMiddleware } from "langchain";
import { z } from "zod";
import { SEARCH_TOOL } from "../prompts/respond.js";
import { PersonaError } from "./errors.js";
import { cannotSee, sees, type ImageBlock } from "./models/vision.js";
import { askedIn, beginTurn, endTurn, logQuestion, ownTurn, quietly, shownIn, sinceAsked } from "./nodes/host-turn.js";
import { anyImages, inSight } from "./nodes/picturing.js";
import { asTyped, contextOf, systemOf, withContext } from "./nodes/prompting.js";
import { whoOf, type PersonaRuntime, type Services } from "./nodes/services.js";
import { PRIVATE_KEY } from "./nodes/tool-run.js";
import { traceOf } from "./nodes/tool-trace.js";
import type { PersonaOptions, Settings } from "./options.js";
import { ContextSchema, type PersonaTurn } from "./state.js";
import { surfaceOf, surfaceOver } from "./surface.js";
import { makeForgetTool, makeSaveTool, makeSearchTool } from "./tools.js";

export interface PersonaMiddlewareOptions extends PersonaOptions {
  /** The memory tools that the agent's model gets. Default: search and save. */
  readonly tools?: readonly ("search" | "save" | "forget")[] | undefined;
}

/** The private part of the agent's state: neither input nor output, and kept in its checkpoints. */
const stateSchema = z.object({ [PRIVATE_KEY]: z.any() }) as unknown as z.ZodObject<{
  [PRIVATE_KEY]: z.ZodOptional<z.ZodType<PersonaTurn>>;
}>;

/** For the compiler a user id is required; when it is missing all the same, the error is ours and names the fix. */
const contextSchema = ContextSchema as unknown as z.ZodObject<{
  userId: z.ZodString;
  timezone: z.ZodOptional<z.ZodString>;
  locale: z.ZodOptional<z.ZodString>;
}>;

/**
 * Long-term memory for LangChain's `createAgent`: recalls before the model, tells it who the user is, gives it memory tools, and
 * updates after the agent. What fails in it never breaks the answer.
 *
 * @example
 * const agent = createAgent({ model, tools, middleware: [personaMiddleware({ store: "memory.db" })] });
 * await agent.invoke({ messages: [{ role: "user", content: "Hello" }] }, { context: { userId: "ada" } });
 */
export function personaMiddleware({ tools: chosen = ["search", "save"], ...options }: PersonaMiddlewareOptions = {}) {
  const shared = surfaceOf(options);
  const { settings } = shared.services;
  const host = new HostModel(shared.services);
  const { services, updates, memory } = host.isConfigured ? shared : surfaceOver(host.services);
  const canSearch = chosen.includes("search") && settings.search.mode !== "never" && settings.search.max > 0;
  const canSave = chosen.includes("save");
  const make = { search: makeSearchTool, save: makeSaveTool, forget: makeForgetTool };
  const system = (turn: PersonaTurn, alone: boolean): string => systemOf(turn, settings, { canSearch, canSave, guest: !alone });

  return createMiddleware({
    name: "PersonaMiddleware",
    stateSchema,
    contextSchema,
    tools: chosen.filter((name) => name !== "search" || canSearch).map((name) => make[name](services)),

    beforeAgent: async (state, runtime) => ({
      [PRIVATE_KEY]: await beginTurn(services, state.messages, state[PRIVATE_KEY], runtime as PersonaRuntime),
    }),

    wrapModelCall: async (request, handler) => {
      const runtime = request.runtime as PersonaRuntime;
      const turn = ownTurn(services, request.state[PRIVATE_KEY], runtime);
      host.is(request.model);
      if (!turn) return handler(request);
      const alone = request.systemMessage.text === "";
      const ours = system(turn, alone);
      const ask = async (): Promise<Awaited<ReturnType<typeof handler>>> => {
        const model = request.model as BaseChatModel;
        const canSee = sees(model, settings.images.vision);
        const recalled = shownIn(request.messages, turn);
        const { conversation, shown } = await inSight(request.messages, recalled, {
          services,
          runtime,
          who: whoOf(runtime, settings),
          canSee,
        });
        try {
          return await handler({
            ...request,
            systemMessage: request.systemMessage.concat(alone ? ours : `\n\n${ours}`),
            messages: withRecalled(conversation, turn, shown),
            ...limited(request, turn, settings, canSearch),
          });
        } catch (error) {
          if ((shown.length > 0 || anyImages(conversation)) && cannotSee(model, settings.images.vision, error)) return ask();
          throw error;
        }
      };
      const answer = ask();
      // Beside the model, not before it: whatever becomes of the answer, the question is in the log.
      const isFirst = sinceAsked(request.state.messages).length === 0;
      const logged = isFirst ? logQuestion(services, request.state.messages, turn, runtime) : undefined;
      try {
        return await answer;
      } finally {
        await logged;
      }
    },

    afterAgent: async (state, runtime) => {
      const persona = runtime as PersonaRuntime;
      const turn = await endTurn(services, updates.later, state.messages, state[PRIVATE_KEY], persona);
      const who = whoOf(persona, settings);
      if (settings.update === "inline" && host.isKnown) {
        const context = { userId: who.userId, timezone: who.timezone, ...(who.locale !== undefined && { locale: who.locale }) };
        const { store, signal } = persona;
        await quietly(persona, "UPDATE_FAILED", () => memory.invoke({}, { context, ...(store && { store }), ...(signal && { signal }) }));
      }
      return turn && { [PRIVATE_KEY]: turn };
    },
  });
}

/** The user's message with what was recalled for it. Where another middleware has taken it out, the last one of a person stands for it. */
function withRecalled(
  messages: readonly BaseMessage[],
  { asked, recalled, turn, timezone }: PersonaTurn,
  pictures: readonly ImageBlock[],
): BaseMessage[] {
  const place =
    messages.find(({ id }) => id === asked) ?? askedIn(messages) ?? messages.findLast((message) => message.getType() === "human");
  return messages.map((message) =>
    message === place ? withContext(message, contextOf(recalled, turn.now, timezone), pictures) : asTyped(message),
  );
}

interface Choosing {
  readonly messages: readonly BaseMessage[];
  readonly tools: readonly { name?: unknown }[];
  readonly responseFormat?: unknown;
}

/** Whether the model may, must or may no longer search. Without a search left the tool is taken away, unless that would leave none. */
function limited({ messages, tools, responseFormat }: Choosing, turn: PersonaTurn, { search }: Settings, canSearch: boolean): object {
  if (!canSearch) return {};
  const after = messages.slice(messages.findIndex(({ id }) => id === turn.asked) + 1);
  const done = after.filter((message) => traceOf(message)?.search).length;
  if (search.mode === "always" && done === 0) return { toolChoice: { type: "function", function: { name: SEARCH_TOOL } } };
  if (done < search.max) return {};
  const rest = tools.filter(({ name }) => name !== SEARCH_TOOL);
  return rest.length > 0 || responseFormat !== undefined ? { tools: rest } : { toolChoice: "none" };
}

/** Without a model of its own, memory proposes with the agent's. */
class HostModel {
  readonly services: Services;
  readonly isConfigured: boolean;
  #model: BaseChatModel | undefined;

  constructor(services: Services) {
    const { model, memoryModel } = services.settings;
    this.isConfigured = model !== undefined || memoryModel !== undefined;
    this.services = this.isConfigured ? services : { ...services, memoryModel: () => this.#known() };
  }

  is(model: unknown): void {
    this.#model = model as BaseChatModel;
  }

  /** Whether there is a model to update with. A process that takes over a run after an interrupt may not have seen one; what is pending waits. */
  get isKnown(): boolean {
    return this.isConfigured || this.#model !== undefined;
  }

  async #known(): Promise<BaseChatModel> {
    if (this.#model) return this.#model;
    throw new PersonaError({
      code: "MODEL_UNKNOWN",
      message: "The agent has not called its model yet, so there is none to update memory with.",
      fix: "Set memoryModel, or let the next turn make up for it.",
    });
  }
}
