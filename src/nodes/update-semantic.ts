import type { Extraction } from "../domain/extraction.js";
import { applyFacts, type FactRecord } from "../domain/fact.js";
import { pendingKey } from "../domain/pending.js";
import { difference, foldFacts } from "../domain/rebuild.js";
import { emit, type Listener } from "../events.js";
import type { Written } from "../state.js";
import { put, remove, type UserLog } from "../store/memory-log.js";
import { overtaken } from "./extract.js";
import { guardedBeside } from "./guarded.js";
import type { Services } from "./services.js";

/** Applies the proposed changes of facts: new ones are added, changed ones closed. */
export const updateSemantic = (services: Services) =>
  guardedBeside(services, async (state, { user, runtime }) => {
    const facts = await applyProposal(user, state.exchange, services.settings.clock.now(), runtime);
    return facts
      ? { written: Object.fromEntries(facts.map(({ id, text, status }): [string, Written] => [id, { what: "fact", text, status }])) }
      : {};
  });

/** Does the work that is pending for one proposal, and tells of it; nothing when there is none. The caller holds the user's updates. */
export async function applyProposal(user: UserLog, exchange: string, now: number, listener: Listener): Promise<FactRecord[] | undefined> {
  const work = { stage: "semantic", key: exchange } as const;
  const [extraction, waiting, known] = await Promise.all([
    user.get("extraction", exchange),
    user.get("pending", pendingKey(work)),
    user.list("fact"),
  ]);
  if (!waiting) return undefined;
  const { changed: facts, gone } = extraction ? await applied(user, extraction, known, now) : { changed: [], gone: [] };
  await user.write([
    ...facts.map((fact) => put("fact", keyOf(fact.id), fact)),
    ...gone.map(({ id }) => remove("fact", keyOf(id))),
    remove("pending", pendingKey(work)),
  ]);
  if (facts.length > 0) emit(listener, { type: "remembered", facts: facts.map(({ id, text, status }) => ({ id, text, status })) });
  return facts;
}

/**
 * Facts are a fold over the proposals in the order in which the exchanges took place. The last of them is one more step; one that comes
 * late, or a second time, means all steps anew.
 */
async function applied(
  user: UserLog,
  extraction: Extraction,
  known: readonly FactRecord[],
  now: number,
): Promise<{ changed: FactRecord[]; gone: FactRecord[] }> {
  const isLast = !extraction.revised && (await overtaken(user, { key: extraction.exchange, at: extraction.at })).length === 0;
  return isLast
    ? { changed: applyFacts(extraction.changes, known, now), gone: [] }
    : difference(known, foldFacts(await user.list("extraction"), now));
}

const keyOf = (id: string): string => id.slice(id.indexOf(":") + 1);
