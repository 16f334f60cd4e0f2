import { ToolMessage, type AIMessage } from "@langchain/core/messages";
import { z } from "zod";
import { memoriesBlock } from "../../prompts/respond.js";
import { messageKey } from "../domain/message.js";
import type { TimeWindow } from "../domain/recall.js";
import { memoryId } from "../domain/record.js";
import { readTime, readTimeEnd } from "../domain/time.js";
import { PersonaError, reasonOf } from "../errors.js";
import { emit } from "../events.js";
import type { PersonaState, PersonaUpdate, Recalled, Search } from "../state.js";
import { present, rowsOf } from "./present.js";
import { SearchSchema } from "./search-tool.js";
import { warn, whoOf, type PersonaRuntime, type Services, type Who } from "./services.js";

/** Runs the searches that the model called for. A search that fails is answered with the reason, so that the model can go on. */
export const retrieve = (services: Services) => async (state: PersonaState, runtime: PersonaRuntime): Promise<PersonaUpdate> => {
  const who = whoOf(runtime, services.settings);
  const asked = state.scratch.at(-1) as AIMessage;
  const calls = [...(asked.tool_calls ?? []), ...(asked.invalid_tool_calls ?? [])];
  const searches = [...state.searches];
  const recalled = [...state.recalled];
  const answers: ToolMessage[] = [];
  const warnings: Record<string, string> = {};
  for (const [i, call] of calls.entries()) {
    const tool_call_id = call.id ?? `search-${i}`;
    if (searches.length >= services.settings.search.max) {
      answers.push(new ToolMessage({ tool_call_id, content: "No search is left in this turn; answer with what you have." }));
      continue;
    }
    try {
      const { search, found } = await runSearch(services, runtime, state, who, call.args, searches.length + 1, recalled);
      searches.push(search);
      recalled.push(...found);
      emit(runtime, { type: "search", search, recalled: found });
      answers.push(new ToolMessage({ tool_call_id, content: memoriesBlock(rowsOf(found, who.timezone), noteOf(search)) }));
    } catch (error) {
      searches.push({ query: "", keywords: [], found: 0, beyond: 0, note: reasonOf(error) });
      if (!(error instanceof PersonaError)) Object.assign(warnings, warn(runtime, "SEARCH_FAILED", error));
      answers.push(new ToolMessage({ tool_call_id, content: `The search failed: ${reasonOf(error)}`, status: "error" }));
    }
  }
  // An invalid call is answered like any other; as a plain tool call the provider will take it back.
  const question = asked.invalid_tool_calls?.length ? mended(asked) : asked;
  return { searches, recalled, scratch: [...state.scratch.slice(0, -1), question, ...answers], warnings };
};

async function runSearch(
  services: Services,
  runtime: PersonaRuntime,
  state: PersonaState,
  who: Who,
  args: unknown,
  search: number,
  shown: readonly Recalled[],
): Promise<{ search: Search; found: Recalled[] }> {
  const { settings } = services;
  const parsed = SearchSchema.safeParse(args);
  if (!parsed.success) {
    throw new PersonaError({ code: "SEARCH_ARGUMENTS", message: `The arguments do not fit: ${z.prettifyError(parsed.error)}`, fix: "Call again with a query." });
  }
  const { query, keywords, from, to, kinds } = parsed.data;
  const { log, recall } = await services.memory(runtime.store);
  const inPrompt = new Set(state.messages.slice(-state.window).map(({ id }) => memoryId("message", messageKey(id ?? ""))));
  const window = windowOf(from, to, who.timezone);
  const result = await recall.recall(who.userId, {
    query,
    keywords,
    limit: settings.search.limit,
    quotas: settings.recall.quotas,
    exclude: [...inPrompt, ...shown.map(({ id }) => id)],
    now: state.turn.now,
    timezone: who.timezone,
    ...(window && { window }),
    ...(kinds && { kinds }),
    ...(who.locale !== undefined && { locale: who.locale }),
  });
  const found = await present(result.hits, { user: log.of(who.userId), shown, inPrompt, search, room: settings.recall.characters });
  return {
    found,
    search: {
      query,
      keywords,
      found: found.length,
      beyond: result.beyond,
      ...(from && { from }),
      ...(to && { to }),
      ...(kinds && { kinds }),
      ...(result.window?.note !== undefined && { note: result.window.note }),
    },
  };
}

function windowOf(from: string | null | undefined, to: string | null | undefined, timezone: string): TimeWindow | undefined {
  const read = (text: string | null | undefined, at: (text: string, timezone: string) => number | undefined): number | undefined => {
    if (!text) return undefined;
    const time = at(text, timezone);
    if (time === undefined) throw new PersonaError({ code: "SEARCH_TIME", message: `"${text}" is no time.`, fix: "Give from and to as ISO dates, such as 2026-05-01." });
    return time;
  };
  const start = read(from, readTime);
  const end = read(to, readTimeEnd);
  return start === undefined && end === undefined ? undefined : { ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) };
}

const noteOf = ({ found, beyond, note }: Search): string =>
  [note, found === 0 ? "nothing found" : beyond > 0 ? `${beyond} more memories match; search again with other words to see them` : undefined]
    .filter(Boolean)
    .join("; ");

function mended(asked: AIMessage): AIMessage {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(asked) as object) as AIMessage, asked);
  copy.tool_calls = [
    ...(asked.tool_calls ?? []),
    ...(asked.invalid_tool_calls ?? []).map((call, i) => ({ id: call.id ?? `search-${(asked.tool_calls?.length ?? 0) + i}`, name: call.name ?? "search_memory", args: {} })),
  ];
  copy.invalid_tool_calls = [];
  return copy;
}
