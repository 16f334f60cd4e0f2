import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { UsageMetadata } from "@langchain/core/messages";
import type { z } from "zod";
import { EXTRACT_TOOL, ExtractImagesSchema, extractPrompt, ExtractSchema } from "../../prompts/extract.js";
import type { MessageRow } from "../../prompts/prompt.js";
import { acceptExtraction, emptyExtraction, inExchangeOrder, isCorrection, type Extraction } from "../domain/extraction.js";
import type { FactId, FactRecord } from "../domain/fact.js";
import { inOrder, type MessageRecord } from "../domain/message.js";
import { pending, pendingKey, type Pending, type Stage } from "../domain/pending.js";
import { foldFacts } from "../domain/rebuild.js";
import { clip } from "../domain/text.js";
import type { Dropped } from "../domain/untrusted.js";
import { HOUR, MINUTE, showDay, showTime } from "../domain/time.js";
import { propose } from "../models/structured.js";
import { cannotSee, sees } from "../models/vision.js";
import type { MemoryUpdate, ModelCall } from "../state.js";
import { put, remove, type Change, type UserLog } from "../store/memory-log.js";
import { guarded, inTime, type Update } from "./guarded.js";
import { oldestWork } from "./oldest-work.js";
import { blocksOf, imagesToShow, rowsOfImages, withCrops } from "./extract-images.js";
import { callsOf, failureOf, overBudget, usageOf } from "./proposing.js";
import { warn, type PersonaRuntime, type Services } from "./services.js";
import { traced } from "./tracing.js";

/** Known facts that an exchange is compared with, and earlier messages that explain its words. */
const KNOWN = 20;
const CONTEXT = 4;
const MAX_TEXT = 4000;
const MAX_CONTEXT_TEXT = 400;

/** One run takes so many exchanges at most, which keeps it under LangGraph's limit of steps; the next run goes on. */
export const MAX_EXCHANGES = 6;

/** After a message that came late, so many exchanges that were said later are proposed anew. More of them make it an import of the past. */
const MAX_OVERTAKEN = 20;

const STAGES: readonly Stage[] = ["extract", "semantic", "personality"];

/**
 * Takes the oldest exchange that is pending and sees to it that there is a proposal for it. Exchanges are taken in the order in
 * which they were said, because a later one may change what an earlier one stated.
 */
export const extract = (services: Services) =>
  guarded(services, async (state, update) => {
    const { user } = update;
    const steps = state.lease === "" ? 0 : state.steps;
    const begun: MemoryUpdate = { exchange: "", session: "", halted: false, steps: steps + 1 };
    if (steps >= MAX_EXCHANGES) return begun;
    const next = (await oldestWork(update, STAGES)).sort(
      (a, b) => a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage)),
    )[0];
    if (!next || (next.notBefore > services.settings.clock.now() && !state.force)) return begun;
    if (next.stage !== "extract") return { ...begun, exchange: next.key };
    const message = await user.get("message", next.key);
    if (!message) {
      await user.write([remove("pending", pendingKey(next))]);
      return { ...begun, exchange: next.key };
    }
    return { ...begun, ...(await proposeFor(message, next, update)) };
  });

async function proposeFor(message: MessageRecord, work: Pending, update: Update): Promise<MemoryUpdate> {
  const { user, services, who, runtime } = update;
  const over = await overBudget(update);
  if (over) {
    await user.write([put("pending", pendingKey(work), { ...work, notBefore: over.until })]);
    return { exchange: "", warnings: over.warnings };
  }
  const [around, before, later] = await Promise.all([
    messagesAround(message, update),
    user.get("extraction", message.key),
    overtaken(user, message),
  ]);
  const overtaking = later.length > 0 && later.length <= MAX_OVERTAKEN;
  const current = await (before || overtaking ? factsBefore(user, message) : user.list("fact", { status: "current" }));
  const known = await relatedFacts(around.exchange, current, update);
  const row =
    (max: number) =>
    (record: MessageRecord, i: number): MessageRow => [i + 1, record.role, showTime(record.at, who.timezone), clip(record.text, max)];
  const save = (extraction: Extraction, calls: Record<string, ModelCall> = {}, further: readonly Change[] = []): Promise<void> => {
    // The message has not changed: what it shows of the user stays as it was seen first.
    const kept: Extraction = before ? { ...extraction, traits: before.traits, revised: true } : extraction;
    // Only what was never heard before puts later proposals in doubt, or one late message would set off all that follow.
    const doubtful = !before && overtaking && extraction.changes.length > 0 ? later.filter(({ edited }) => !edited) : [];
    const next = [
      ...(before ? (["semantic"] as const) : (["semantic", "personality"] as const)).map((stage) =>
        pending(stage, message.key, message.at),
      ),
      ...doubtful.map(({ exchange, at }) => pending("extract", exchange, at)),
    ];
    return user.write([
      put("extraction", message.key, kept),
      remove("pending", pendingKey(work)),
      ...next.map((entry) => put("pending", pendingKey(entry), entry)),
      ...usageOf(calls, user.now()),
      ...further,
    ]);
  };
  const ask = async (model: BaseChatModel): Promise<{ extraction: Extraction; further: readonly Change[]; usage: Usages }> => {
    const { vision } = services.settings.images;
    const images = sees(model, vision) ? await imagesToShow(update, around.exchange) : [];
    const prompt = extractPrompt({
      known: known.map((fact, i) => [`f${i + 1}`, showDay(fact.at, who.timezone), fact.text]),
      context: around.context.map(row(MAX_CONTEXT_TEXT)),
      messages: around.exchange.map(row(MAX_TEXT)),
      ...(images.length > 0 && { images: rowsOfImages(images, around.exchange) }),
    });
    try {
      const { value, usage } = await inTime(update, (signal) =>
        propose<z.infer<typeof ExtractSchema> & Partial<z.infer<typeof ExtractImagesSchema>>>({
          model,
          prompt,
          tool: EXTRACT_TOOL,
          description: "Proposes what to remember of the exchange, and what it shows of the user's personality.",
          schema: images.length > 0 ? ExtractImagesSchema : ExtractSchema,
          ...(images.length > 0 && { further: blocksOf(images) }),
          signal,
          trace: traced(who, "extract", prompt),
        }),
      );
      const extraction = acceptExtraction(message, value, {
        messages: new Map(around.exchange.map((record, i) => [i + 1, record])),
        known: new Map(known.map(({ id }, i) => [`f${i + 1}`, id as FactId])),
        timezone: who.timezone,
        images: new Map(images.map((image, i) => [i + 1, image])),
      });
      return { ...(await withCrops(extraction, update)), usage };
    } catch (error) {
      // A model that nothing is known of may have no eyes.
      if (images.length > 0 && cannotSee(model, vision, error)) return ask(model);
      throw error;
    }
  };
  try {
    const { extraction, further, usage } = await ask(await services.memoryModel());
    const calls = callsOf("extract", message.key, usage);
    await save(extraction, calls, further);
    return { exchange: message.key, calls, ...(extraction.dropped && { warnings: warnDropped(runtime, extraction.dropped) }) };
  } catch (error) {
    const later = failureOf(error, work, services.settings.clock.now());
    const warnings = warn(runtime, later ? "EXTRACT_POSTPONED" : "EXTRACT_GIVEN_UP", error);
    if (later) await user.write([put("pending", pendingKey(later), later)]);
    else if (before) await user.write([remove("pending", pendingKey(work))]);
    else await save(emptyExtraction(message));
    return { exchange: later ? "" : message.key, warnings };
  }
}

type Usages = readonly (UsageMetadata | undefined)[];

/** Says why something proposed was not stored, and not what it was: a warning may end before a model. */
export const warnDropped = (runtime: PersonaRuntime, dropped: readonly Dropped[]): Record<string, string> =>
  warn(runtime, "MEMORY_DROPPED", `Not stored: ${dropped.map(({ reason, source }) => `${reason} (message ${source})`).join("; ")}.`);

/** The exchange (the message and what followed it in answer) and a few messages before it. */
async function messagesAround(
  message: MessageRecord,
  { user, services }: Update,
): Promise<{ exchange: MessageRecord[]; context: MessageRecord[] }> {
  const gap = services.settings.sessionGap * MINUTE;
  const near = (await user.list("message", { at: { $gte: message.at - gap, $lte: message.at + Math.max(gap, HOUR) } })).sort(inOrder);
  return {
    exchange: near.filter(({ exchange }) => exchange === message.key).slice(0, 6),
    context: near
      .filter((other) => other.key !== message.key && other.exchange !== message.key && inOrder(other, message) < 0)
      .slice(-CONTEXT),
  };
}

/** Exchanges said after this one that were proposed for before it: their proposals knew nothing of it. */
export async function overtaken(user: UserLog, { key, at }: Pick<MessageRecord, "key" | "at">): Promise<Extraction[]> {
  const later = await user.list("extraction", { at: { $gte: at } }, 10 * MAX_OVERTAKEN);
  return later.filter((other) => !isCorrection(other) && inExchangeOrder(other, { exchange: key, at }) > 0);
}

/** The facts that held when the exchange took place, so that the order of arrival makes no difference. */
async function factsBefore(user: UserLog, { key, at }: MessageRecord): Promise<FactRecord[]> {
  const earlier = (await user.list("extraction", { at: { $lte: at } })).filter(
    (other) => inExchangeOrder(other, { exchange: key, at }) < 0,
  );
  return foldFacts(earlier, 0).filter(({ status }) => status === "current");
}

/** The facts that the exchange may be about: the most similar of the current ones, and, as words may differ, the newest. */
async function relatedFacts(
  exchange: readonly MessageRecord[],
  current: readonly FactRecord[],
  { recall, who }: Update,
): Promise<FactRecord[]> {
  const said = exchange.filter(({ role }) => role === "user");
  const { hits } = await recall.recall(who.userId, {
    query: said.map(({ text }) => text).join("\n"),
    kinds: ["fact"],
    limit: KNOWN,
    now: said[0]?.at ?? 0,
    timezone: who.timezone,
    ...(who.locale !== undefined && { locale: who.locale }),
  });
  const facts = new Map(current.map((fact) => [fact.id, fact]));
  const similar = hits.flatMap(({ id }) => facts.get(id) ?? []);
  const ids = new Set(similar.map(({ id }) => id));
  const newest = current.filter(({ id }) => !ids.has(id)).sort((a, b) => b.said - a.said || (a.id < b.id ? -1 : 1));
  return [...similar, ...newest].slice(0, KNOWN);
}
