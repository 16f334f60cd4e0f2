import { applyFacts, type FactRecord } from "../domain/fact.js";
import { pendingKey } from "../domain/pending.js";
import { emit, type Listener } from "../events.js";
import type { Written } from "../state.js";
import { put, remove, type UserLog } from "../store/memory-log.js";
import { guarded } from "./guarded.js";
import type { Services } from "./services.js";

/** Applies the proposed changes of facts: new ones are added, changed ones closed. */
export const updateSemantic = (services: Services) =>
  guarded(services, async (state, { user, runtime }) => {
    const facts = await applyProposal(user, state.exchange, services.settings.clock.now(), runtime);
    return facts ? { written: Object.fromEntries(facts.map(({ id, text, status }): [string, Written] => [id, { what: "fact", text, status }])) } : {};
  });

/** Does the work that is pending for one proposal, and tells of it; nothing when there is none. The caller holds the user's updates. */
export async function applyProposal(user: UserLog, exchange: string, now: number, listener: Listener): Promise<FactRecord[] | undefined> {
  const work = { stage: "semantic", key: exchange } as const;
  const [extraction, waiting, known] = await Promise.all([user.get("extraction", exchange), user.get("pending", pendingKey(work)), user.list("fact")]);
  if (!waiting) return undefined;
  const facts = extraction ? applyFacts(extraction.changes, known, now) : [];
  await user.write([...facts.map((fact) => put("fact", keyOf(fact.id), fact)), remove("pending", pendingKey(work))]);
  if (facts.length > 0) emit(listener, { type: "remembered", facts: facts.map(({ id, text, status }) => ({ id, text, status })) });
  return facts;
}

const keyOf = (id: string): string => id.slice(id.indexOf(":") + 1);
