import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { MessagesZodMeta } from "@langchain/langgraph";
import { registry } from "@langchain/langgraph/zod";
import { z } from "zod";
import type { Personality } from "./domain/personality.js";
import type { Profile } from "./domain/profile.js";
import type { ScoreParts } from "./domain/recall.js";
import type { MediaId } from "./domain/image.js";
import type { MemoryId, MemoryKind } from "./domain/record.js";

/** Whose memory it is. On a server with auth the authenticated identity wins over `userId`. */
export interface PersonaContext {
  readonly userId: string;
  readonly timezone?: string;
  readonly locale?: string;
}

/** The context as a server validates and Studio shows it. A missing user id is our own error, which names the fix. */
export const ContextSchema = z.object({
  userId: z
    .string()
    .optional()
    .describe("Whose memory is used. Any string that names one user; required unless the server authenticates the caller."),
  timezone: z.string().optional().describe('The user\'s IANA time zone, such as "Europe/Lisbon". Default: the timezone setting, UTC.'),
  locale: z.string().optional().describe('The user\'s language as a BCP 47 tag, such as "pt-PT". Default: found from what they write.'),
});

/** The same for the compiler: LangGraph's types would make every key of the context required. */
export const contextSchema = ContextSchema as unknown as z.ZodObject<{
  userId: z.ZodType<string>;
  // An optional key is only kept when its type is `any`.
  timezone?: any; // eslint-disable-line @typescript-eslint/no-explicit-any
  locale?: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}>;

/** A memory that was put before the model, and why. */
export interface Recalled {
  /** How the prompt and the answer refer to it. */
  readonly mark: string;
  readonly id: MemoryId;
  readonly kind: MemoryKind;
  /** `past fact` for what is no longer true. */
  readonly label: string;
  readonly at: number;
  readonly text: string;
  readonly score: number;
  readonly why: ScoreParts;
  /** Keys of the messages behind it. */
  readonly sources: readonly string[];
  /** 0: eager recall; n: the n-th search of the turn. */
  readonly search: number;
  /** The image it describes or holds; `label` is what the user calls what is seen, or what kind of thing it is. */
  readonly media?: { readonly id: MediaId; readonly label: string };
}

export interface Search {
  readonly query: string;
  readonly keywords: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly kinds?: readonly MemoryKind[];
  readonly found: number;
  readonly beyond: number;
  readonly note?: string;
}

/** What was known about the user when the turn began. */
export interface Persona {
  readonly profile: Profile;
  readonly habits: readonly string[];
  readonly personality: Personality;
  /** Style guidance that follows from the personality. */
  readonly style: readonly string[];
}

/**
 * What memory knows of the running turn, under the one key `persona` of somebody else's graph: read by their model node and by the
 * update stage. A plain value, so that it lives through checkpoints and interrupts.
 */
export interface PersonaTurn extends Persona {
  /** The user's key in the store: what was recalled for one user is not shown to another who takes over the thread. */
  readonly user: string;
  /** Recalled for the user's message. What the turn's searches found stands in their tool messages. */
  readonly recalled: readonly Recalled[];
  /** Id of the user's message. */
  readonly asked: string;
  /** When the turn began: for the user (the message's own time) and by the wall clock, in epoch ms. */
  readonly turn: { readonly now: number; readonly startedAt: number };
  readonly timezone: string;
  /** Id of the newest message of this thread that is in the log. */
  readonly loggedThrough: string;
}

/** One record that the turn wrote. */
export interface Written {
  readonly what: "message" | "fact" | "episode" | "procedures" | "profile" | "personality";
  readonly text: string;
  readonly status?: "current" | "closed";
}

/** One model call. */
export interface ModelCall {
  readonly stage: "respond" | "extract" | "consolidate";
  readonly usage?: UsageMetadata | undefined;
}

/** What our own code writes and nobody sends: typed, not checked. `z.custom` cannot be shown as JSON schema, which would take Studio's forms away. */
const shaped = <T>() => z.any() as unknown as z.ZodType<T>;

/** A channel that combines the values it is given; LangGraph keeps the reducer in a registry beside the schema. */
const reduced = <T>(initial: T, combine: (before: T, update: T | null) => T) =>
  shaped<T>()
    .default(initial as never)
    .register(registry, { reducer: { fn: combine, schema: z.any() }, default: () => initial } as never) as unknown as z.ZodDefault<
    z.ZodType<T>
  >;

/** A map that nodes add to, so that parallel nodes and subgraphs may return overlapping parts; null empties it. */
const ledger = <T>() => reduced<Readonly<Record<string, T>>>({}, (before, update) => (update === null ? {} : { ...before, ...update }));

/** A value that parallel nodes may both set; the last one stays. */
const latest = <T>(initial: T) => reduced<T>(initial, (before, update) => update ?? before);

export const messages = z.array(z.any()).register(registry, MessagesZodMeta as never) as unknown as z.ZodType<BaseMessage[]>;

/** What the agent and its memory subgraph share: what was written, and what it cost. */
const shared = {
  written: ledger<Written>(),
  calls: ledger<ModelCall>(),
  warnings: ledger<string>(),
};

const memoryInput = {
  endSession: z.boolean().default(false).describe("Treat the running session as ended, and file it now."),
  force: z.boolean().default(false).describe("Try again at once what was postponed."),
};
export const MemoryInputSchema = z.object(memoryInput);

/** What the memory stage works on: at most one exchange or session at a time. */
export const MemoryStateSchema = z.object({
  ...shared,
  ...memoryInput,
  /** The exchange whose proposal is to be applied; empty when none is left. */
  exchange: z.string().default(""),
  /** The session whose proposal is to be applied; empty when none is left. */
  session: z.string().default(""),
  /** Holds the user's updates for this run; empty between runs. */
  lease: latest(""),
  /** Something failed that only a later update can mend. */
  halted: latest(false),
  /** Exchanges and sessions that this run has worked on. */
  steps: z.number().default(0),
});
export type MemoryState = z.infer<typeof MemoryStateSchema>;

/** The state of the whole agent, as Studio shows it. */
export const PersonaStateSchema = z.object({
  messages,
  persona: shaped<Persona>().nullable().default(null),
  recalled: shaped<readonly Recalled[]>().default([]),
  searches: shaped<readonly Search[]>().default([]),
  cited: shaped<readonly MemoryId[]>().default([]),
  /** The model's searches of this turn and their results; not part of the conversation. */
  scratch: shaped<readonly BaseMessage[]>().default([]),
  /** How many of the thread's last messages stand in the prompt. */
  window: z.number().default(1),
  /** When the turn began: for the user (the message's own time) and by the wall clock, in epoch ms; and its end, until it is logged. */
  turn: shaped<{ readonly now: number; readonly startedAt: number; readonly answeredAt?: number }>().default({ now: 0, startedAt: 0 }),
  /** Id of the newest message of this thread that is in the log. */
  loggedThrough: z.string().default(""),
  ...shared,
});
export type PersonaState = z.infer<typeof PersonaStateSchema>;
export type PersonaUpdate = { [K in keyof PersonaState]?: PersonaState[K] | null };
export type MemoryUpdate = { [K in keyof MemoryState]?: MemoryState[K] | null };

export const InputSchema = z.object({ messages });
