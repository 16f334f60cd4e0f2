import { pendingKey } from "../domain/pending.js";
import { foldProcedures } from "../domain/procedure.js";
import { difference } from "../domain/rebuild.js";
import { put, remove } from "../store/memory-log.js";
import { guardedBeside } from "./guarded.js";
import type { Services } from "./services.js";

/** Folds what all sessions said about habits and goals into the few that hold now. */
export const updateProcedural = (services: Services) =>
  guardedBeside(services, async (state, { user }) => {
    const work = { stage: "procedural", key: state.session } as const;
    if (!(await user.get("pending", pendingKey(work)))) return {};
    const [sessions, before] = await Promise.all([user.list("consolidation"), user.list("procedure")]);
    const now = foldProcedures(sessions, services.settings.clock.now());
    const { changed, gone } = difference(before, now);
    await user.write([
      ...gone.map(({ key }) => remove("procedure", key)),
      ...changed.map((procedure) => put("procedure", procedure.key, procedure)),
      remove("pending", pendingKey(work)),
    ]);
    return changed.length > 0 ? { written: { procedures: { what: "procedures", text: now.map(({ text }) => text).join(" ") } } } : {};
  });
