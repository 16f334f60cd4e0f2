import { isBaseMessage, type BaseMessage } from "@langchain/core/messages";
import type { BaseStore } from "@langchain/langgraph";
import type { PersonaTurn, Recalled } from "../state.js";
import { ownTurn, shownIn, sinceAsked, timeOf } from "./host-turn.js";
import { inPrompt, NO_SEARCH_LEFT, runSearch } from "./run-search.js";
import { whoOf, type PersonaRuntime, type Services, type Who } from "./services.js";
import { artifactOf, traceOf, type ToolTrace } from "./tool-trace.js";

/** The run that a tool is called in, as LangChain's and LangGraph's tool nodes pass it, or a plain config. */
export interface ToolRun {
  readonly runtime: PersonaRuntime;
  readonly who: Who;
  readonly messages: readonly BaseMessage[];
  readonly turn: PersonaTurn | undefined;
  /** When the user asked. */
  readonly now: number;
}

interface ToolConfig {
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly configurable?: Readonly<Record<string, unknown>> | undefined;
  readonly store?: BaseStore | null | undefined;
  readonly state?: unknown;
}

/** The middleware keeps its turn under a private name. */
export const PRIVATE_KEY = "_persona";

/** @throws PersonaError USER_ID_MISSING, TIMEZONE */
export function toolRun(services: Services, config: unknown): ToolRun {
  const { context, configurable = {}, store, state, ...rest } = (config ?? {}) as ToolConfig;
  const { userId, timezone, locale } = configurable;
  // Agents from before there was a context say who they are for in `configurable`.
  const own = context?.["userId"] === undefined && userId !== undefined ? { userId, timezone, locale } : (context ?? {});
  const runtime = { ...rest, configurable, context: own, ...(store && { store }) } as unknown as PersonaRuntime;
  const values = (typeof state === "object" && state !== null ? state : {}) as Readonly<Record<string, unknown>>;
  const messages = Array.isArray(values["messages"]) ? values["messages"].filter(isBaseMessage) : [];
  const turn = ownTurn(services, (values[PRIVATE_KEY] ?? values["persona"]) as PersonaTurn | null | undefined, runtime);
  const now = turn?.turn.now ?? timeOf(services, messages, runtime).now;
  return { runtime, who: whoOf(runtime, services.settings), messages, turn, now };
}

export type ToolAnswer = [content: string, artifact: Readonly<Record<string, ToolTrace>>];

interface Together {
  readonly found: Recalled[];
  readonly calls: number;
  readonly last: Promise<unknown>;
}

/**
 * Searches of one turn. What earlier ones have shown stands in their tool messages; those that a model calls for at once do not see each
 * other's messages, so that they take turns here.
 */
export class TurnSearches {
  readonly #services: Services;
  readonly #running = new Map<string, Together>();

  constructor(services: Services) {
    this.#services = services;
  }

  async search(args: unknown, run: ToolRun): Promise<ToolAnswer> {
    const key = `${run.who.userId} ${run.messages.findLast((message) => message.getType() === "ai")?.id ?? ""}`;
    const before = this.#running.get(key) ?? { found: [], calls: 0, last: Promise.resolve() };
    const answer = before.last.then(() => this.#next(args, run, before.calls, before.found));
    const mine = { found: before.found, calls: before.calls + 1, last: answer.catch(() => undefined) };
    this.#running.set(key, mine);
    return answer.finally(() => {
      if (this.#running.get(key) === mine) this.#running.delete(key);
    });
  }

  async #next(args: unknown, { runtime, who, messages, turn, now }: ToolRun, calls: number, found: Recalled[]): Promise<ToolAnswer> {
    const done = sinceAsked(messages).filter((message) => traceOf(message)?.search).length + calls;
    if (done >= this.#services.settings.search.max) return [NO_SEARCH_LEFT, artifactOf({})];
    const shown = [...shownIn(messages, turn), ...found];
    const result = await runSearch(this.#services, runtime, who, { args, n: done + 1, shown, inPrompt: inPrompt(messages), now });
    found.push(...result.found);
    return [result.content, artifactOf({ search: result.search, recalled: result.found })];
  }
}
