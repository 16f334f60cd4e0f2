import { setTimeout as sleep } from "node:timers/promises";
import type { BaseMessage } from "@langchain/core/messages";
import { withoutMarks } from "../domain/citation.js";
import { messageKey, saidKey, takeIn, type HeardMessage, type MessageRecord } from "../domain/message.js";
import { rulesOf } from "../domain/secrets.js";
import { HOUR, readTime } from "../domain/time.js";
import type { PersonaState, PersonaUpdate, Written } from "../state.js";
import { put, remove, type Change, type UserLog } from "../store/memory-log.js";
import { append, isFull, notesOf } from "./append.js";
import { imagesIn } from "./langchain-image.js";
import { incoming } from "./langchain-message.js";
import { imageChanges, imageNotes, imagesFrom, restoreImages, storeImages, takeImages, type Took } from "./message-images.js";
import { usageOf } from "./proposing.js";
import { isOurs } from "./tool-trace.js";
import { warn, whoOf, type Later, type Memory, type PersonaRuntime, type Services, type Who } from "./services.js";

/** Appends what was said to the log, with what is pending for it. A log that cannot be reached is made up for by the next turn. */
export const record =
  (services: Services, later: Later) =>
  async (state: PersonaState, runtime: PersonaRuntime): Promise<PersonaUpdate> => {
    const { now, startedAt } = state.turn;
    const update = await keep(services, later, state, runtime, state.cited);
    return { ...update, ...(update.loggedThrough !== undefined && { turn: { now, startedAt } }) };
  };

/** Logs what was said and schedules what follows from it, in our graph and in anybody else's. Without a `loggedThrough` it has failed. */
export async function keep(
  services: Services,
  later: Later,
  state: Logged,
  runtime: PersonaRuntime,
  cited: PersonaState["cited"],
): ReturnType<typeof logMessages> {
  const who = whoOf(runtime, services.settings);
  try {
    const update = await persistently(() => logMessages(services, state, runtime, cited));
    const problem = await later(who, runtime);
    return problem === undefined ? update : { ...update, warnings: { ...update.warnings, ...warn(runtime, "UPDATE_IN_PROCESS", problem) } };
  } catch (error) {
    // Nobody may ever go on in this thread: it is tried for as long as the process lives. The run's listener is gone by then.
    const silent = { ...runtime, writer: undefined } as unknown as PersonaRuntime;
    void later(who, runtime, () => logMessages(services, state, silent, cited));
    return { warnings: warn(runtime, "LOG_FAILED", error) };
  }
}

/** A store that is busy or restarts is back in a moment, and whatever is written may be written twice. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (const pause of [20, 60, 180, 500]) {
    try {
      return await work();
    } catch {
      await sleep(pause);
    }
  }
  return work();
}

/** What is read of a thread to log it. */
export type Logged = Pick<PersonaState, "messages" | "turn" | "loggedThrough"> & Partial<Pick<PersonaState, "calls">>;

/** Logs every message of the thread that is not in the log yet, and the citations of its answer. */
export async function logMessages(
  services: Services,
  state: Logged,
  runtime: PersonaRuntime,
  cited: PersonaState["cited"],
): Promise<Pick<PersonaUpdate, "loggedThrough" | "written" | "warnings">> {
  const who = whoOf(runtime, services.settings);
  const memory = await services.memory(runtime.store);
  const { log, locks } = memory;
  const user = log.of(who.userId);
  const done = state.messages.findIndex(({ id }) => id === state.loggedThrough) + 1;
  const rules = rulesOf(services.settings.secrets);
  const answering = state.messages.slice(0, done).findLast((message) => message.getType() === "human");
  const { limits } = services.settings;
  const options = {
    now: services.settings.clock.now(),
    timezone: who.timezone,
    at: state.turn.now,
    rules,
    maxBytes: limits.messageBytes,
    ...(answering?.id !== undefined && { exchange: messageKey(answering.id) }),
  };
  // Times and exchanges follow from the whole conversation, also where a part of it is in the log already.
  const heard = spoken(state.messages.slice(done));
  const full = await isFull(user, limits);
  const took = await Promise.all(heard.map((message) => imagesSaidIn(message, services, memory, who, full)));
  const unlogged = timed(heard, state, options.now, who).map((message, i) => ({ ...message, kept: imagesFrom(took[i]!) }));
  const whole = takeIn(unlogged, options).records;
  // Where a thread goes on, what is new in it is news, even if the same words were said before.
  const known = done > 0 ? new Map<string, string>() : await knownOf(user, whole, state.turn.now);
  const fresh = whole.filter(({ key }) => !known.has(key));
  const intake = takeIn(
    unlogged.filter((_, i) => !known.has(whole[i]!.key)),
    options,
  );
  const records = intake.records.map((entry, i) => ({ ...entry, exchange: known.get(fresh[i]!.exchange) ?? fresh[i]!.exchange }));
  const asked = records.findLast(({ role }) => role === "user");
  const citations = asked
    ? cited.map((memory): Change =>
        put("citation", `${asked.key} ${memory}`, { memory, exchange: asked.key, at: state.turn.now, recordedAt: user.now() }),
      )
    : [];
  const spent = asked ? usageOf(namedBy(asked.key, state.calls), user.now()) : [];
  const pictures = took.filter((_, i) => !known.has(whole[i]!.key)).flat();
  const warnings = { ...notesOf(intake, limits, full), ...imageNotes(pictures) };
  const changes = [...citations, ...spent, ...imageChanges(memory, user, records, pictures)];
  await storeImages(memory, user, pictures);
  // The same message may be delivered twice at once: who comes second sees what the first has written.
  const written = full
    ? []
    : await locks.briefly(who.userId, async () => append(user, records, [...changes, ...(await replayed(user, records))]));
  await restoreImages(memory, user, pictures);
  for (const [code, message] of Object.entries(warnings)) warn(runtime, code, message);
  return {
    loggedThrough: state.messages.at(-1)?.id ?? "",
    written: Object.fromEntries(written.map((entry): [string, Written] => [entry.id, { what: "message", text: entry.text }])),
    ...(Object.keys(warnings).length > 0 && { warnings }),
  };
}

/** The images that a person sent. What cannot be stored is not decoded either. */
const imagesSaidIn = async (message: BaseMessage, services: Services, memory: Memory, { userId }: Who, full: boolean): Promise<Took[]> =>
  full || message.getType() !== "human" ? [] : takeImages(memory, userId, imagesIn(message), services.settings);

/** Calls are counted by turn in the state, and by question in the log. */
const namedBy = (asked: string, calls: PersonaState["calls"] = {}): PersonaState["calls"] =>
  Object.fromEntries(Object.entries(calls).map(([name, call]) => [`${name} ${asked}`, call]));

/**
 * Times for messages that carry none: the question has the turn's, what stands before it lies just before, and the answer comes
 * as long after it as it took, also when the question carries an old time of its own. No two have the same.
 */
function timed(messages: readonly BaseMessage[], { turn }: Logged, now: number, { thread, timezone }: Who): HeardMessage[] {
  const question = messages.findLastIndex((message) => message.getType() === "human");
  const took = (turn.answeredAt ?? now) - turn.startedAt;
  let previous: number | undefined;
  return messages.map((message, i) => {
    const taken = incoming(message, thread);
    // What an earlier turn could not log follows on its own question, where that carries its time.
    const before = previous === undefined ? turn.now - (question - i) : previous + 1;
    const after = turn.now + Math.max(i - question, took - (messages.length - 1 - i));
    const at = i === question ? turn.now : i < question ? before : after;
    previous = readTime(taken.at, timezone) ?? (previous === undefined ? undefined : at);
    return {
      ...taken,
      at: i === question ? at : (taken.at ?? at),
      text: taken.role === "assistant" ? withoutMarks(taken.text) : taken.text,
    };
  });
}

/**
 * A client without threads sends the whole conversation each time, with new ids: what was just said is not news. Answers which messages
 * are in the log, by their key, and under which key they are there.
 */
async function knownOf(user: UserLog, records: readonly MessageRecord[], now: number): Promise<ReadonlyMap<string, string>> {
  const lastUser = records.findLastIndex(({ role }) => role === "user");
  if (lastUser <= 0) return new Map();
  const recent = await user.list("message", { at: { $gte: now - 12 * HOUR } });
  const keys = new Set(recent.map(({ key }) => key));
  const said = new Map(recent.map((message) => [saidKey(message), message.key]));
  return new Map(
    records.slice(0, lastUser).flatMap((record) => {
      const { key } = record;
      const there = keys.has(key) ? key : said.get(saidKey(record));
      return there === undefined ? [] : [[key, there] as const];
    }),
  );
}

/**
 * What was said. What our tools returned to the model is in the log already and would be remembered as if it were new; and what another
 * middleware made of the conversation to shorten it was said by nobody.
 */
function spoken(messages: readonly BaseMessage[]): BaseMessage[] {
  const ours = new Set(messages.filter(isOurs).map((message) => message.tool_call_id));
  return messages.filter((message) => {
    if (isOurs(message) || message.additional_kwargs?.["lc_source"] === "summarization") return false;
    const calls = (message as { tool_calls?: { id?: string }[] }).tool_calls ?? [];
    return calls.length === 0 || message.text.trim() !== "" || !calls.every(({ id }) => id !== undefined && ours.has(id));
  });
}

/** When a turn is run again from an earlier checkpoint, its new answer takes the place of the old one. */
async function replayed(user: UserLog, records: readonly MessageRecord[]): Promise<Change[]> {
  const asked = records.findLast(({ role }) => role === "user");
  if (!asked || !records.some(({ role, exchange }) => role === "assistant" && exchange === asked.key)) return [];
  const first = await user.get("message", asked.key);
  if (!first) return [];
  const keys = new Set(records.map(({ key }) => key));
  const old = await user.list("message", { at: { $gte: Math.min(first.at, asked.at) }, exchange: asked.key });
  return old.filter(({ role, key }) => role === "assistant" && !keys.has(key)).map(({ key }) => remove("message", key));
}
