import { CONSOLIDATE_TOOL, consolidatePrompt, ConsolidateSchema } from "../../prompts/consolidate.js";
import type { MessageRow } from "../../prompts/prompt.js";
import { acceptConsolidation, type Consolidation } from "../domain/consolidation.js";
import { pending, pendingKey, type Pending, type Stage } from "../domain/pending.js";
import { foldProcedures } from "../domain/procedure.js";
import { foldProfile } from "../domain/profile.js";
import { hasEnded, sessionsOf, type Session } from "../domain/session.js";
import { clip } from "../domain/text.js";
import { DAY, MINUTE, showTime } from "../domain/time.js";
import { propose } from "../models/structured.js";
import type { MemoryState, MemoryUpdate } from "../state.js";
import { put, remove } from "../store/memory-log.js";
import { guarded, inTime, type Update } from "./guarded.js";
import { MAX_EXCHANGES, warnDropped } from "./extract.js";
import { oldestWork } from "./oldest-work.js";
import { callsOf, failureOf, overBudget, usageOf } from "./proposing.js";
import { expire } from "./retention.js";
import { warn, type Services } from "./services.js";
import { traced } from "./tracing.js";

const MAX_TEXT = 800;
/** One run files at most two sessions after its exchanges; the next run goes on. */
const MAX_STEPS = MAX_EXCHANGES + 3;
/** The update has ended: what a thread keeps of it must not steer the next one. */
const OVER: MemoryUpdate = { session: "", lease: "", endSession: false, force: false, steps: 0 };
/** After a session that grew late, so many later ones are filed again. More of them make it an import of the past. */
const MAX_OVERTAKEN = 10;
const APPLY: readonly Stage[] = ["episodic", "procedural", "core"];

/**
 * Takes the oldest session that has ended and is not filed yet, and sees to it that there is a proposal for it. When none is
 * left, the update is over.
 */
export const consolidate = (services: Services) =>
  guarded(services, async (state, update) => {
    if (state.steps >= MAX_STEPS) return OVER;
    const open = await oldestWork(update, ["consolidate", ...APPLY]);
    const applying = open.find(({ stage }) => APPLY.includes(stage));
    const steps = state.steps + 1;
    if (applying) return { session: applying.key, steps };
    const now = services.settings.clock.now();
    const waiting = open.filter(({ stage }) => stage === "consolidate");
    const session = await nextSession(waiting, state, now, update);
    if (session) return { steps, ...(await proposeFor(session, update)) };
    await expire(update);
    return OVER;
  });

/** Sessions are filed in their order, because a later one may change or end what an earlier one set. */
async function nextSession(
  waiting: readonly Pending[],
  { endSession, force }: Pick<MemoryState, "endSession" | "force">,
  now: number,
  { user, services }: Update,
): Promise<Session | undefined> {
  const gap = services.settings.sessionGap * MINUTE;
  for (const work of [...waiting].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))) {
    const session = await sessionAround(work, gap, { user });
    if (!session) {
      await user.write([remove("pending", pendingKey(work))]);
      continue;
    }
    if (work.notBefore > now && !force) return undefined;
    const later = await user.list("message", { at: { $gt: session.to + gap } }, 1);
    return endSession || later.length > 0 || hasEnded(session, session.to, now, gap) ? session : undefined;
  }
  return undefined;
}

/** The session that a message belongs to: the log is read in both directions until a gap. */
async function sessionAround({ key, at }: Pending, gap: number, { user }: Pick<Update, "user">): Promise<Session | undefined> {
  for (let reach = DAY; ; reach *= 2) {
    const near = await user.list("message", { at: { $gte: at - reach, $lte: at + reach } });
    const session = sessionsOf(near, gap).find(({ messages }) => messages.some((message) => message.key === key));
    if (!session) return undefined;
    // A session that touches the edge of what was read may go on beyond it.
    if ((session.from > at - reach + gap && session.to < at + reach - gap) || reach > 64 * DAY) return session;
  }
}

async function proposeFor(session: Session, update: Update): Promise<MemoryUpdate> {
  const { user, services, who, runtime } = update;
  const keys = new Set(session.messages.map(({ key }) => key));
  const around = await user.list("pending", { stage: "consolidate", at: { $gte: session.from, $lte: session.to } });
  const waiting = around.filter(({ key }) => keys.has(key));
  const over = await overBudget(update);
  if (over) {
    await user.write(waiting.map((work) => put("pending", pendingKey(work), { ...work, notBefore: over.until })));
    return { ...OVER, warnings: over.warnings };
  }
  const filed = await user.list("consolidation");
  // What was known when the session took place, also when it is filed late or again.
  const before = filed.filter(({ session: key, from }) => from < session.from && !keys.has(key));
  const { identity, preferences } = foldProfile(before);
  const prompt = consolidatePrompt({
    identity: identity.map(({ field, value }) => [field, value]),
    preferences: preferences.map(({ key, text }) => [key, text]),
    habits: foldProcedures(before, 0).map(({ key, text }) => [key, text]),
    messages: session.messages.map((message, i): MessageRow => [
      i + 1,
      message.role,
      showTime(message.at, who.timezone),
      clip(message.text, MAX_TEXT),
    ]),
  });
  try {
    const model = await services.memoryModel();
    const { value, usage } = await inTime(update, (signal) =>
      propose({
        model,
        prompt,
        tool: CONSOLIDATE_TOOL,
        description: "Files an ended conversation: topics, habits and goals, profile.",
        schema: ConsolidateSchema,
        signal,
        trace: traced(who, "consolidate", prompt),
      }),
    );
    const accepted = acceptConsolidation(session, value);
    const calls = callsOf("consolidate", session.key, usage);
    // A session that grew at its beginning has a new key: what was filed under the old one is replaced.
    const replaced = filed.filter(({ session: key }) => keys.has(key));
    await user.write([
      put("consolidation", session.key, accepted),
      ...replaced.filter(({ session: key }) => key !== session.key).map(({ session: key }) => remove("consolidation", key)),
      ...waiting.map((work) => remove("pending", pendingKey(work))),
      ...doubtful(accepted, replaced, filed).map(({ session: key, from }) => {
        const entry = pending("consolidate", key, from);
        return put("pending", pendingKey(entry), entry);
      }),
      ...APPLY.map((stage) => {
        const entry = pending(stage, session.key, session.from);
        return put("pending", pendingKey(entry), entry);
      }),
      ...usageOf(calls, user.now()),
    ]);
    return {
      session: session.key,
      calls,
      ...(accepted.dropped && { warnings: warnDropped(runtime, accepted.dropped) }),
    };
  } catch (error) {
    const later = waiting.map((work) => [work, failureOf(error, work, services.settings.clock.now())] as const);
    await user.write(later.map(([work, next]) => (next ? put("pending", pendingKey(next), next) : remove("pending", pendingKey(work)))));
    const givenUp = later.some(([, next]) => next === undefined);
    return { ...OVER, warnings: warn(runtime, givenUp ? "CONSOLIDATE_GIVEN_UP" : "CONSOLIDATE_POSTPONED", error) };
  }
}

/**
 * Sessions that were filed without knowing what this one says of the user. One that is only filed again (the same messages) puts no
 * other in doubt, or one late message would set off all that follow.
 */
function doubtful(accepted: Consolidation, replaced: readonly Consolidation[], filed: readonly Consolidation[]): readonly Consolidation[] {
  const messages = (sessions: readonly Consolidation[]): string =>
    JSON.stringify([...new Set(sessions.flatMap(({ topics }) => topics.flatMap((topic) => topic.messages)))].sort());
  const said = (sessions: readonly Consolidation[]): string =>
    JSON.stringify([
      sessions.flatMap(({ habits }) => habits),
      sessions.flatMap(({ identity }) => identity),
      sessions.flatMap(({ preferences }) => preferences),
    ]);
  const later = filed.filter(({ session, from, edited }) => from > accepted.to && session !== accepted.session && !edited);
  if (later.length === 0 || later.length > MAX_OVERTAKEN) return [];
  return messages([accepted]) === messages(replaced) || said([accepted]) === said(replaced) ? [] : later;
}
