import { applyFacts } from "../domain/fact.js";
import { pendingKey } from "../domain/pending.js";
import { emit } from "../events.js";
import type { Written } from "../state.js";
import { put, remove } from "../store/memory-log.js";
import { guarded } from "./guarded.js";
import type { Services } from "./services.js";

/** Applies the proposed changes of facts: new ones are added, changed ones closed. */
export const updateSemantic = (services: Services) =>
  guarded(services, async (state, { user, runtime }) => {
    const work = { stage: "semantic", key: state.exchange } as const;
    const [extraction, waiting, known] = await Promise.all([
      user.get("extraction", state.exchange),
      user.get("pending", pendingKey(work)),
      user.list("fact"),
    ]);
    if (!waiting) return {};
    const facts = extraction ? applyFacts(extraction.changes, known, services.settings.clock.now()) : [];
    await user.write([...facts.map((fact) => put("fact", keyOf(fact.id), fact)), remove("pending", pendingKey(work))]);
    if (facts.length > 0) emit(runtime, { type: "remembered", facts: facts.map(({ id, text, status }) => ({ id, text, status })) });
    return { written: Object.fromEntries(facts.map(({ id, text, status }): [string, Written] => [id, { what: "fact", text, status }])) };
  });

const keyOf = (id: string): string => id.slice(id.indexOf(":") + 1);
