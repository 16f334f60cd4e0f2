import type { BaseMessage } from "@langchain/core/messages";
import { z } from "zod";
import { memoriesBlock } from "../../prompts/respond.js";
import { messageKey } from "../domain/message.js";
import type { TimeWindow } from "../domain/recall.js";
import { memoryId, type MemoryId } from "../domain/record.js";
import { readTime, readTimeEnd } from "../domain/time.js";
import { PersonaError, reasonOf } from "../errors.js";
import { emit } from "../events.js";
import type { Recalled, Search } from "../state.js";
import { present, rowsOf } from "./present.js";
import { SearchSchema } from "./search-tool.js";
import { warn, type PersonaRuntime, type Services, type Who } from "./services.js";

export const NO_SEARCH_LEFT = "No search is left in this turn; answer with what you have.";

export interface Asked {
  /** What the model gave; it is checked here. */
  readonly args: unknown;
  /** The n-th search of the turn. */
  readonly n: number;
  /** What the turn has shown already; it is not shown again. */
  readonly shown: readonly Recalled[];
  /** Messages that the model has before it. */
  readonly inPrompt: ReadonlySet<MemoryId>;
  readonly now: number;
}

export interface Searched {
  readonly search: Search;
  readonly found: readonly Recalled[];
  /** The result as the model reads it. */
  readonly content: string;
  readonly failed: boolean;
  readonly warnings: Readonly<Record<string, string>>;
}

export const inPrompt = (messages: readonly BaseMessage[]): ReadonlySet<MemoryId> =>
  new Set(messages.map(({ id }) => memoryId("message", messageKey(id ?? ""))));

/** One search that a model asked for. One that fails is answered with the reason, so that the model can go on. */
export async function runSearch(services: Services, runtime: PersonaRuntime, who: Who, asked: Asked): Promise<Searched> {
  try {
    const { search, found, warnings } = await find(services, runtime, who, asked);
    emit(runtime, { type: "search", search, recalled: found });
    return { search, found, content: memoriesBlock(rowsOf(found, who.timezone), noteOf(search)), failed: false, warnings };
  } catch (error) {
    const search: Search = { query: "", keywords: [], found: 0, beyond: 0, note: reasonOf(error) };
    const warnings = error instanceof PersonaError ? {} : warn(runtime, "SEARCH_FAILED", error);
    return { search, found: [], content: `The search failed: ${reasonOf(error)}`, failed: true, warnings };
  }
}

async function find(
  services: Services,
  runtime: PersonaRuntime,
  who: Who,
  asked: Asked,
): Promise<Pick<Searched, "search" | "warnings"> & { found: Recalled[] }> {
  const { settings } = services;
  const parsed = SearchSchema.safeParse(asked.args);
  if (!parsed.success) {
    throw new PersonaError({
      code: "SEARCH_ARGUMENTS",
      message: `The arguments do not fit: ${z.prettifyError(parsed.error)}`,
      fix: "Call again with a query.",
    });
  }
  const { query, keywords, from, to, kinds } = parsed.data;
  const { log, recall } = await services.memory(runtime.store);
  const window = windowOf(from, to, who.timezone);
  const {
    hits,
    beyond,
    window: searched,
    warning,
  } = await recall.recall(who.userId, {
    query,
    keywords,
    limit: settings.search.limit,
    quotas: settings.recall.quotas,
    exclude: [...asked.inPrompt, ...asked.shown.map(({ id }) => id)],
    now: asked.now,
    timezone: who.timezone,
    ...(window && { window }),
    ...(kinds && { kinds }),
    ...(who.locale !== undefined && { locale: who.locale }),
  });
  const { shown, inPrompt, n } = asked;
  const found = await present(hits, { user: log.of(who.userId), shown, inPrompt, search: n, room: settings.recall.characters });
  return {
    found,
    warnings: warning ? warn(runtime, warning.code, warning.message) : {},
    search: {
      query,
      keywords,
      found: found.length,
      beyond,
      ...(from && { from }),
      ...(to && { to }),
      ...(kinds && { kinds }),
      ...(searched?.note !== undefined && { note: searched.note }),
    },
  };
}

function windowOf(from: string | null | undefined, to: string | null | undefined, timezone: string): TimeWindow | undefined {
  const read = (text: string | null | undefined, at: (text: string, timezone: string) => number | undefined): number | undefined => {
    if (!text) return undefined;
    const time = at(text, timezone);
    if (time === undefined)
      throw new PersonaError({
        code: "SEARCH_TIME",
        message: `"${text}" is no time.`,
        fix: "Give from and to as ISO dates, such as 2026-05-01.",
      });
    return time;
  };
  const start = read(from, readTime);
  const end = read(to, readTimeEnd);
  return start === undefined && end === undefined
    ? undefined
    : { ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) };
}

const noteOf = ({ found, beyond, note }: Search): string =>
  [
    note,
    found === 0 ? "nothing found" : beyond > 0 ? `${beyond} more memories match; search again with other words to see them` : undefined,
  ]
    .filter(Boolean)
    .join("; ");
