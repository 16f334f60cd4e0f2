import type { BaseMessage } from "@langchain/core/messages";
import { citedMarks } from "../domain/citation.js";
import { messageKey, takeIn } from "../domain/message.js";
import type { MemoryId } from "../domain/record.js";
import { reasonOf } from "../errors.js";
import type { PersonaTurn, Recalled } from "../state.js";
import { userKey } from "../store/namespace.js";
import { incoming } from "./langchain-message.js";
import { recollect } from "./load-persona.js";
import { keep, logMessages, type Logged } from "./record.js";
import { warn, whoOf, type Later, type PersonaRuntime, type Services } from "./services.js";
import { traceOf } from "./tool-trace.js";

/** The user's message that a thread is at: the last one that a person wrote. */
export const askedIn = (messages: readonly BaseMessage[]): BaseMessage | undefined =>
  messages.findLast((message) => message.getType() === "human" && message.additional_kwargs?.["lc_source"] !== "summarization");

/**
 * Begins a turn in somebody else's graph, where all messages of the thread stand in the prompt, and the last one need not be the
 * user's. @throws PersonaError USER_ID_MISSING, TIMEZONE; nothing else: without memory the turn goes on, and warns
 */
export async function beginTurn(
  services: Services,
  messages: readonly BaseMessage[],
  before: PersonaTurn | null | undefined,
  runtime: PersonaRuntime,
): Promise<PersonaTurn> {
  const { userId, timezone } = whoOf(runtime, services.settings);
  const user = userKey(userId);
  const asked = askedIn(messages);
  const loggedThrough = before?.user === user ? before.loggedThrough : "";
  const { persona, recalled, turn } = await recollect(services, { messages: [...messages], loggedThrough, whole: true }, asked, runtime);
  return { ...persona, recalled, turn, timezone, user, asked: asked?.id ?? "", loggedThrough };
}

/** The turn, if it is that of the run's user. */
export const ownTurn = (services: Services, turn: PersonaTurn | null | undefined, runtime: PersonaRuntime): PersonaTurn | undefined =>
  turn?.user === userKey(whoOf(runtime, services.settings).userId) ? turn : undefined;

/** Logs what of the thread is not in the log yet, and schedules what follows. Answers the turn, moved on. Fails like `beginTurn`. */
export async function endTurn(
  services: Services,
  later: Later,
  messages: readonly BaseMessage[],
  before: PersonaTurn | null | undefined,
  runtime: PersonaRuntime,
): Promise<PersonaTurn | undefined> {
  const known = ownTurn(services, before, runtime);
  const { loggedThrough } = await keep(services, later, threadOf(services, messages, known, runtime), runtime, citedIn(messages, known));
  return known && loggedThrough !== undefined && loggedThrough !== null ? { ...known, loggedThrough } : known;
}

/** Logs the user's message while the answer is being made. Where that fails, the end of the turn makes up for it. */
export const logQuestion = (services: Services, messages: readonly BaseMessage[], turn: PersonaTurn, runtime: PersonaRuntime) =>
  logMessages(services, threadOf(services, messages, turn, runtime), runtime, []).catch(() => undefined);

const threadOf = (
  services: Services,
  messages: readonly BaseMessage[],
  known: PersonaTurn | undefined,
  runtime: PersonaRuntime,
): Logged => ({
  messages: [...messages],
  turn: known?.turn ?? timeOf(services, messages, runtime),
  loggedThrough: known?.loggedThrough ?? "",
});

/** When a turn takes place that nothing was recalled for. */
export function timeOf({ settings }: Services, messages: readonly BaseMessage[], runtime: PersonaRuntime): PersonaTurn["turn"] {
  const startedAt = settings.clock.now();
  const asked = askedIn(messages);
  const { records } = takeIn(asked ? [incoming(asked)] : [], { now: startedAt, timezone: whoOf(runtime, settings).timezone });
  return { now: records[0]?.at ?? startedAt, startedAt };
}

/** Messages after the user's, which this turn has brought. */
export const sinceAsked = (messages: readonly BaseMessage[]): readonly BaseMessage[] =>
  messages.slice(messages.findLastIndex((message) => message === askedIn(messages)) + 1);

/** Everything that the turn has shown to the model, by recall and by its searches. */
export const shownIn = (messages: readonly BaseMessage[], turn: PersonaTurn | undefined): readonly Recalled[] => [
  ...(turn?.recalled ?? []),
  ...sinceAsked(messages).flatMap((message) => traceOf(message)?.recalled ?? []),
];

function citedIn(messages: readonly BaseMessage[], turn: PersonaTurn | undefined): MemoryId[] {
  const marks = new Set(
    sinceAsked(messages)
      .filter((message) => message.getType() === "ai")
      .flatMap(({ text }) => citedMarks(text)),
  );
  return marks.size === 0
    ? []
    : shownIn(messages, turn)
        .filter(({ mark }) => marks.has(mark))
        .map(({ id }) => id);
}

/** Does what must not break the answer; what goes wrong is told. */
export async function quietly<T>(runtime: PersonaRuntime, code: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    warn(runtime, code, reasonOf(error));
    return undefined;
  }
}

/** The key in the log of the user's message that a thread is at. */
export const askedKey = (messages: readonly BaseMessage[]): string | undefined => {
  const id = askedIn(messages)?.id;
  return id === undefined ? undefined : messageKey(id);
};
