import { pendingKey } from "../domain/pending.js";
import { foldProcedures } from "../domain/procedure.js";
import { put, remove } from "../store/memory-log.js";
import { guarded } from "./guarded.js";
import type { Services } from "./services.js";

/** Folds what all sessions said about habits and goals into the few that hold now. */
export const updateProcedural = (services: Services) =>
  guarded(services, async (state, { user }) => {
    const work = { stage: "procedural", key: state.session } as const;
    if (!(await user.get("pending", pendingKey(work)))) return {};
    const [sessions, before] = await Promise.all([user.list("consolidation"), user.list("procedure")]);
    const now = foldProcedures(sessions, services.settings.clock.now());
    const old = new Map(before.map((procedure) => [procedure.key, procedure]));
    const keep = new Set(now.map(({ key }) => key));
    const changed = now.filter(({ key, text }) => old.get(key)?.text !== text);
    await user.write([
      ...before.filter(({ key }) => !keep.has(key)).map(({ key }) => remove("procedure", key)),
      ...changed.map((procedure) => put("procedure", procedure.key, { ...procedure, version: (old.get(procedure.key)?.version ?? 0) + 1 })),
      remove("pending", pendingKey(work)),
    ]);
    return changed.length > 0 ? { written: { procedures: { what: "procedures", text: now.map(({ text }) => text).join(" ") } } } : {};
  });
