import { ToolMessage, type AIMessage } from "@langchain/core/messages";
import type { PersonaState, PersonaUpdate } from "../state.js";
import { inPrompt, NO_SEARCH_LEFT, runSearch } from "./run-search.js";
import { whoOf, type PersonaRuntime, type Services } from "./services.js";

/** Runs the searches that the model called for. A search that fails is answered with the reason, so that the model can go on. */
export const retrieve =
  (services: Services) =>
  async (state: PersonaState, runtime: PersonaRuntime): Promise<PersonaUpdate> => {
    const who = whoOf(runtime, services.settings);
    const asked = state.scratch.at(-1) as AIMessage;
    const calls = [...(asked.tool_calls ?? []), ...(asked.invalid_tool_calls ?? [])];
    const searches = [...state.searches];
    const recalled = [...state.recalled];
    const answers: ToolMessage[] = [];
    const warnings: Record<string, string> = {};
    const standing = inPrompt(state.messages.slice(-state.window));
    for (const [i, call] of calls.entries()) {
      const tool_call_id = call.id ?? `search-${i}`;
      if (searches.length >= services.settings.search.max) {
        answers.push(new ToolMessage({ tool_call_id, content: NO_SEARCH_LEFT }));
        continue;
      }
      const n = searches.length + 1;
      const result = await runSearch(services, runtime, who, {
        args: call.args,
        n,
        shown: recalled,
        inPrompt: standing,
        now: state.turn.now,
      });
      searches.push(result.search);
      recalled.push(...result.found);
      Object.assign(warnings, result.warnings);
      answers.push(new ToolMessage({ tool_call_id, content: result.content, ...(result.failed && { status: "error" as const }) }));
    }
    // An invalid call is answered like any other; as a plain tool call the provider will take it back.
    const question = asked.invalid_tool_calls?.length ? mended(asked) : asked;
    return { searches, recalled, scratch: [...state.scratch.slice(0, -1), question, ...answers], warnings };
  };

function mended(asked: AIMessage): AIMessage {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(asked) as object) as AIMessage, asked);
  copy.tool_calls = [
    ...(asked.tool_calls ?? []),
    ...(asked.invalid_tool_calls ?? []).map((call, i) => ({
      id: call.id ?? `search-${(asked.tool_calls?.length ?? 0) + i}`,
      name: call.name ?? "search_memory",
      args: {},
    })),
  ];
  copy.invalid_tool_calls = [];
  return copy;
}
