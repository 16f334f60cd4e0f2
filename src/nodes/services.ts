import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseStore, Runtime } from "@langchain/langgraph";
import { isTimezone } from "../domain/time.js";
import { PersonaError, reasonOf } from "../errors.js";
import { emit } from "../events.js";
import type { Settings } from "../options.js";
import type { Recall } from "../recall/index-port.js";
import type { Images } from "../media/images.js";
import type { MemoryLog } from "../store/memory-log.js";
import { userKey } from "../store/namespace.js";
import type { UserLocks } from "../store/user-lock.js";

/** The memory of all users over one store. */
export interface Memory {
  readonly log: MemoryLog;
  readonly recall: Recall;
  readonly locks: UserLocks;
  readonly images: Images;
  /** Why the index is not one that would serve better. */
  readonly indexAdvice?: { readonly message: string; readonly fix: string };
}

/** What the nodes are given; made once, when the graph is made. */
export interface Services {
  readonly settings: Settings;
  /** The memory over the configured store, or over the store of the run. */
  memory(runStore: BaseStore | undefined): Promise<Memory>;
  model(): Promise<BaseChatModel>;
  memoryModel(): Promise<BaseChatModel>;
}

/**
 * Sees to it that what is pending for the user is done after the run, and before that, what could not be logged is logged. Never fails;
 * answers a warning when it is not done where it was meant to be.
 */
export type Later = (who: Who, runtime: PersonaRuntime, unlogged?: () => Promise<unknown>) => Promise<string | undefined>;

/** The context as it arrives: LangGraph has checked it where it was declared, and other graphs pass theirs. */
export type PersonaRuntime = Runtime<{ userId?: string; timezone?: unknown; locale?: unknown }>;

/** Who the run is for. */
export interface Who {
  readonly userId: string;
  readonly timezone: string;
  readonly locale?: string;
  readonly thread?: string;
}

interface AuthUser {
  readonly identity?: unknown;
}

/** @throws PersonaError USER_ID_MISSING, TIMEZONE */
export function whoOf(runtime: PersonaRuntime, settings: Settings): Who {
  const configurable = (runtime.configurable ?? {}) as { langgraph_auth_user?: AuthUser; thread_id?: unknown };
  const authenticated: unknown = runtime.serverInfo?.user?.["identity"] ?? configurable.langgraph_auth_user?.identity;
  const userId = typeof authenticated === "string" && authenticated !== "" ? authenticated : (runtime.context?.userId ?? "");
  userKey(userId);
  const timezone = runtime.context?.timezone ?? settings.timezone;
  if (typeof timezone !== "string" || !isTimezone(timezone)) {
    throw new PersonaError({
      code: "TIMEZONE",
      message: `${JSON.stringify(timezone)} is no time zone.`,
      fix: 'Give an IANA name in the context, such as "Europe/Lisbon", or leave it out.',
    });
  }
  const locale = runtime.context?.locale ?? settings.locale;
  const thread = runtime.executionInfo?.threadId ?? configurable.thread_id;
  return { userId, timezone, ...(typeof locale === "string" && { locale }), ...(typeof thread === "string" && { thread }) };
}

/** Tells the run's listener and the state of something that went wrong without stopping the answer. */
export function warn(runtime: PersonaRuntime, code: string, thrown: unknown): Record<string, string> {
  const message = typeof thrown === "string" ? thrown : reasonOf(thrown);
  emit(runtime, { type: "warning", code, message });
  return { [code]: message };
}
