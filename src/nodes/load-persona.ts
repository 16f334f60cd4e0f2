import type { BaseMessage } from "@langchain/core/messages";
import { Overwrite } from "@langchain/langgraph";
import { styleFor } from "../domain/alignment.js";
import { wordsBeside } from "../domain/image.js";
import { messageKey, takeIn, type MessageRecord } from "../domain/message.js";
import { UNKNOWN_PERSONALITY, type Personality } from "../domain/personality.js";
import { EMPTY_PROFILE, type Profile } from "../domain/profile.js";
import type { RecallHit } from "../domain/recall.js";
import { memoryId, type MemoryId, type MemoryRecord } from "../domain/record.js";
import { rulesOf } from "../domain/secrets.js";
import { sessionsOf } from "../domain/session.js";
import { HOUR, MINUTE } from "../domain/time.js";
import { PersonaError, reasonOf } from "../errors.js";
import { emit } from "../events.js";
import type { TakenImage } from "../media/images.js";
import { withDeadline } from "../models/deadline.js";
import type { Persona, PersonaState, PersonaUpdate, Recalled } from "../state.js";
import type { UserLog } from "../store/memory-log.js";
import { imagesIn } from "./langchain-image.js";
import { pinnedMemories } from "../upkeep/pin.js";
import { incoming, textOf } from "./langchain-message.js";
import { takenOf, takeImages } from "./message-images.js";
import { present } from "./present.js";
import { recallByImages } from "./recall-images.js";
import { warn, whoOf, type Memory, type PersonaRuntime, type Services, type Who } from "./services.js";

/** A running session is looked for so far back. */
const SESSION_REACH = 12 * HOUR;
/** Messages of the running session that were said in another thread, at most. */
const MAX_ELSEWHERE = 6;

/** Pinned memories that one prompt shows, at most. */
const MAX_PINNED = 12;

const UNKNOWN: Persona = { profile: EMPTY_PROFILE, habits: [], personality: UNKNOWN_PERSONALITY, style: [] };

/** Reads who the user is and recalls what their message calls for. No model call, and no failure: without memory it warns. */
export const loadPersona =
  (services: Services) =>
  async (state: PersonaState, runtime: PersonaRuntime): Promise<PersonaUpdate> => {
    whoOf(runtime, services.settings);
    if (isAnswered(state) || isUnlogged(state)) return {};
    const { warnings, ...recollection } = await recollect(services, state, lastUserMessage(state.messages), runtime);
    return { searches: [], cited: [], scratch: [], written: null, calls: null, warnings: anew(warnings), ...recollection };
  };

/** What is known at the beginning of a turn. */
export interface Recollection {
  readonly persona: Persona;
  readonly recalled: readonly Recalled[];
  readonly turn: PersonaState["turn"];
  readonly window: number;
  readonly warnings: Readonly<Record<string, string>>;
}

/** What a turn begins with: the thread, and how far it is in the log. */
export interface Begun extends Pick<PersonaState, "messages" | "loggedThrough"> {
  /** All messages of the thread stand in the prompt; else those of the running session. */
  readonly whole?: boolean;
}

/** The one way in which a turn begins, in our graph and in anybody else's. Without a message nothing is recalled. */
export async function recollect(
  services: Services,
  begun: Begun,
  message: BaseMessage | undefined,
  runtime: PersonaRuntime,
): Promise<Recollection> {
  const { settings } = services;
  const who = whoOf(runtime, settings);
  const startedAt = settings.clock.now();
  const { records, warnings } = takeIn(message ? [incoming(message, who.thread)] : [], {
    now: startedAt,
    timezone: who.timezone,
    rules: rulesOf(settings.secrets),
  });
  const now = records[0]?.at ?? startedAt;
  const { messages } = begun;
  const fresh = { turn: { now, startedAt }, window: Math.min(messages.length, settings.history) };
  const told = Object.assign({}, ...warnings.map((text) => warn(runtime, "MESSAGE_TIME", text))) as Record<string, string>;
  try {
    const memory = await services.memory(runtime.store);
    const { log, recall } = memory;
    const user = log.of(who.userId);
    const seeing = message && settings.recall.limit > 0 ? lookAt(message, services, memory, who, runtime) : Promise.resolve(NOTHING_SEEN);
    // Where something else fails first, nobody waits for it.
    seeing.catch(() => undefined);
    const [persona, pinned, recent] = await Promise.all([
      loadCore(user, settings.personality),
      pinnedMemories(user),
      user.list("message", { at: { $gte: now - SESSION_REACH, $lte: now } }),
    ]);
    const { window, inPrompt, elsewhere } = conversation(
      begun,
      recent,
      now,
      settings.sessionGap * MINUTE,
      begun.whole ? undefined : settings.history,
    );
    const given = [...pinned.slice(0, MAX_PINNED).map(standing("pinned")), ...elsewhere.map(standing("same session"))];
    // As it will be logged: a secret is not sent to embeddings either.
    const query = wordsBeside(records[0]?.text ?? "");
    const inView = new Set([...inPrompt, ...given.map(({ id }) => id)]);
    const found: RecallHit[] = [];
    if (settings.recall.limit > 0 && query.trim() !== "") {
      const { hits, warning } = await recall.recall(who.userId, {
        query,
        limit: settings.recall.limit,
        quotas: settings.recall.quotas,
        exclude: inView,
        now,
        timezone: who.timezone,
        ...(who.locale !== undefined && { locale: who.locale }),
      });
      found.push(...hits);
      if (warning) Object.assign(told, warn(runtime, warning.code, warning.message));
    }
    const seen = await seeing;
    Object.assign(told, seen.warnings);
    const hits = [...given, ...(await recallByImages(memory, user, seen.images, inView)), ...found];
    const recalled = await present(hits, { user, shown: [], inPrompt, search: 0, room: settings.recall.characters });
    emit(runtime, { type: "recall", recalled, ms: settings.clock.now() - startedAt });
    return { ...fresh, persona, recalled, window, warnings: told };
  } catch (error) {
    return { ...fresh, persona: UNKNOWN, recalled: [], warnings: { ...told, ...warn(runtime, "RECALL_FAILED", error) } };
  }
}

const NOTHING_SEEN: { readonly images: readonly TakenImage[]; readonly warnings: Readonly<Record<string, string>> } = {
  images: [],
  warnings: {},
};

/** The images of a message, decoded, to recall by. They hold the answer up for so long at most; what is wrong with one is said when it is logged. */
async function lookAt(
  message: BaseMessage,
  { settings }: Services,
  memory: Memory,
  { userId }: Who,
  runtime: PersonaRuntime,
): Promise<typeof NOTHING_SEEN> {
  const brought = imagesIn(message);
  if (brought.length === 0) return NOTHING_SEEN;
  try {
    const took = await withDeadline(settings.images.patience * 1000, runtime.signal, () =>
      takeImages(memory, userId, brought, settings, runtime.signal),
    );
    return { images: takenOf(took), warnings: {} };
  } catch (error) {
    if (runtime.signal?.aborted) throw error;
    return { images: [], warnings: warn(runtime, "IMAGE_SLOW", `Nothing was recalled by the message's images: ${reasonOf(error)}`) };
  }
}
/** A memory that is shown whatever the message says. */
const standing =
  (why: string) =>
  (record: MemoryRecord): RecallHit => ({ ...record, score: 1, why: { [why]: 1 }, record });

/** Whether the run was delivered twice: its message stands in the thread already, with the answer after it. */
export function isAnswered({ messages, loggedThrough }: PersonaState): boolean {
  const last = messages.at(-1);
  return last?.getType() === "ai" && last.id === loggedThrough;
}

/** Whether the run was cut off between the answer and the log: it goes on there, and asks the model nothing again. */
export const isUnlogged = ({ messages, turn }: PersonaState): boolean =>
  messages.at(-1)?.getType() === "ai" && (turn as PersonaState["turn"] | undefined)?.answeredAt !== undefined;

/** The warnings of this turn alone: what the thread's last turn had to say is dropped, not added to. */
const anew = (warnings: Readonly<Record<string, string>>): Record<string, string> | null =>
  Object.keys(warnings).length > 0 ? (new Overwrite(warnings) as unknown as Record<string, string>) : null;

function lastUserMessage(messages: readonly BaseMessage[]): BaseMessage {
  const last = messages.at(-1);
  if (last?.getType() !== "human") {
    throw new PersonaError({
      code: "INPUT_NO_USER_MESSAGE",
      message: last ? `The last message is of type "${last.getType()}", so there is nothing to answer.` : "The input holds no message.",
      fix: 'End the messages with one of the user\'s: { messages: [{ role: "user", content: "Hello" }] }.',
    });
  }
  if (textOf(last).trim() === "") {
    throw new PersonaError({
      code: "INPUT_EMPTY",
      message: "The user's message is empty.",
      fix: "Send a message with a text or other content.",
    });
  }
  return last;
}

/** Core memory: profile, habits and personality, each a small document that the update stage keeps. */
export async function loadCore(user: UserLog, withPersonality: boolean): Promise<Persona> {
  const [[profile, personality, wishes], procedures] = await Promise.all([
    user.getMany("core", ["profile", "personality", "wishes"]) as Promise<[Profile?, Personality?, { personality?: boolean }?]>,
    user.list("procedure"),
  ]);
  const known = withPersonality && wishes?.personality !== false ? (personality ?? UNKNOWN_PERSONALITY) : UNKNOWN_PERSONALITY;
  const { scores, turns, at } = known;
  return {
    profile: profile ?? EMPTY_PROFILE,
    habits: procedures.sort((a, b) => a.at - b.at).map(({ text }) => text),
    personality: { scores, turns, at },
    style: styleFor(known),
  };
}

interface Conversation {
  /** How many of the thread's last messages belong to the running session. */
  readonly window: number;
  readonly inPrompt: ReadonlySet<MemoryId>;
  /** What was said in the running session, but in another thread. */
  readonly elsewhere: readonly MessageRecord[];
}

/**
 * Which messages of the thread stand in the prompt: the new ones and those of the running session, from a user's message on,
 * at most `history`; without a `history`, all of them. What was said in earlier sessions is recalled when it is called for.
 */
function conversation(state: Begun, recent: readonly MessageRecord[], now: number, gap: number, history: number | undefined): Conversation {
  const { messages } = state;
  const keys = messages.map((message) => messageKey(message.id ?? ""));
  const running = sessionsOf(recent, gap)
    .filter(({ to }) => now - to <= gap)
    .flatMap((session) => session.messages);
  const inSession = new Set(running.map(({ key }) => key));
  const firstNew = messages.findIndex(({ id }) => id === state.loggedThrough) + 1;
  let start = history === undefined ? 0 : messages.length - 1;
  for (let i = start - 1; i >= Math.max(0, messages.length - (history ?? 0)); i--) {
    if (i < firstNew && !inSession.has(keys[i]!)) break;
    if (messages[i]!.getType() === "human") start = i;
  }
  const inThread = new Set(keys);
  return {
    window: messages.length - start,
    inPrompt: new Set(keys.slice(start).map((key) => memoryId("message", key))),
    elsewhere: running.filter(({ key }) => !inThread.has(key)).slice(-MAX_ELSEWHERE),
  };
}
