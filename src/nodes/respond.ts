import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import { RESPOND_VERSION, SEARCH_TOOL } from "../../prompts/respond.js";
import { citedMarks } from "../domain/citation.js";
import { PersonaError, reasonOf } from "../errors.js";
import { withDeadline } from "../models/deadline.js";
import { cannotSee, sees } from "../models/vision.js";
import type { PersonaState, PersonaUpdate } from "../state.js";
import { asTyped, contextOf, systemOf, withContext } from "./prompting.js";
import { anyImages, inSight } from "./picturing.js";
import { logMessages } from "./record.js";
import { searchTool } from "./search-tool.js";
import { warn, whoOf, type PersonaRuntime, type Services, type Who } from "./services.js";
import { traced } from "./tracing.js";

/** Asks the model: it answers, or calls for a search. When it fails for good the user's message is still logged. */
export const respond =
  (services: Services) =>
  async (state: PersonaState, runtime: PersonaRuntime): Promise<Command> => {
    const who = whoOf(runtime, services.settings);
    try {
      const model = await services.model();
      const answer = await ask(model, state, runtime, services, who);
      const n = Object.keys(state.calls).length;
      const calls: PersonaUpdate["calls"] = { [`respond ${n + 1}`]: { stage: "respond", usage: answer.usage_metadata } };
      if (wantsSearch(answer)) return new Command({ update: { scratch: [...state.scratch, answer], calls }, goto: "retrieve" });
      const marks = new Set(citedMarks(answer.text));
      const cited = state.recalled.filter(({ mark }) => marks.has(mark)).map(({ id }) => id);
      const turn = { ...state.turn, answeredAt: services.settings.clock.now() };
      return new Command({ update: { messages: [answer], cited, calls, turn }, goto: "record" });
    } catch (error) {
      try {
        await logMessages(services, state, runtime, []);
      } catch (second) {
        warn(runtime, "LOG_FAILED", second);
      }
      throw error;
    }
  };

const wantsSearch = (answer: AIMessage): boolean => (answer.tool_calls?.length ?? 0) + (answer.invalid_tool_calls?.length ?? 0) > 0;

/** One more try for a call that broke off: the client's own retries end where the stream begins (PLATFORM.md). */
const ATTEMPTS = 2;

async function ask(model: BaseChatModel, state: PersonaState, runtime: PersonaRuntime, services: Services, who: Who): Promise<AIMessage> {
  const { settings } = services;
  const canSearch = settings.search.mode !== "never" && settings.search.max > 0 && model.bindTools !== undefined;
  const mayStill = canSearch && state.searches.length < settings.search.max;
  const must = mayStill && settings.search.mode === "always" && state.searches.length === 0;
  const bound = canSearch ? model.bindTools!([searchTool], { tool_choice: must ? SEARCH_TOOL : mayStill ? "auto" : "none" }) : model;
  const prompt = (): Promise<BaseMessage[]> =>
    promptOf(state, services, runtime, who, { canSearch, canSee: sees(model, settings.images.vision) });
  let messages = await prompt();
  const trace = traced(who, "respond", { name: "respond", version: RESPOND_VERSION });
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = (await withDeadline(settings.answerTimeout * 1000, runtime.signal, (signal) =>
        bound.invoke(messages, { signal, runName: "respond", ...trace }),
      )) as AIMessage;
      if (mayStill && wantsSearch(answer)) return answer;
      if (answer.text.trim() !== "") return wantsSearch(answer) ? withoutCalls(answer) : answer;
      throw new PersonaError({
        code: "ANSWER_EMPTY",
        message: "The model gave an empty answer.",
        fix: "Try again, or choose another model.",
      });
    } catch (error) {
      if (anyImages(messages) && cannotSee(model, settings.images.vision, error)) {
        warn(runtime, "VISION_REFUSED", `The model was asked again without images, which it does not seem to take (${reasonOf(error)}).`);
        messages = await prompt();
        continue;
      }
      if (attempt >= ATTEMPTS || runtime.signal?.aborted || isRefusal(error)) throw error;
      warn(runtime, "ANSWER_RETRIED", `The model call broke off (${reasonOf(error)}); asking again.`);
    }
  }
}

/** A request that the server understood and turned down will be turned down again. */
function isRefusal(error: unknown): boolean {
  const status = (error as { status?: unknown }).status;
  return typeof status === "number" && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** An answer that calls for a search where none is left: the words are kept. */
const withoutCalls = (answer: AIMessage): AIMessage =>
  new AIMessage({
    content: answer.text,
    ...(answer.id !== undefined && { id: answer.id }),
    response_metadata: answer.response_metadata,
    ...(answer.usage_metadata !== undefined && { usage_metadata: answer.usage_metadata }),
  });

/** What never changes first, then who the user is, then the conversation, and what was recalled last: so that prefixes can be cached. */
async function promptOf(
  state: PersonaState,
  services: Services,
  runtime: PersonaRuntime,
  who: Who,
  { canSearch, canSee }: { readonly canSearch: boolean; readonly canSee: boolean },
): Promise<BaseMessage[]> {
  const { settings } = services;
  const window = state.messages.slice(-state.window);
  const { conversation, shown } = await inSight(window, state.recalled, { services, runtime, who, canSee });
  const last = conversation.pop()!;
  const asked = withContext(last, contextOf(state.recalled, state.turn.now, who.timezone), shown);
  return [new SystemMessage(systemOf(state.persona, settings, { canSearch })), ...conversation.map(asTyped), asked, ...state.scratch];
}
