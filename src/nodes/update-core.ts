import { pendingKey } from "../domain/pending.js";
import { foldProfile, profileLines } from "../domain/profile.js";
import { put, remove } from "../store/memory-log.js";
import { guardedBeside } from "./guarded.js";
import type { Services } from "./services.js";

/** Folds what all sessions said about who the user is into the profile. */
export const updateCore = (services: Services) =>
  guardedBeside(services, async (state, { user }) => {
    const work = { stage: "core", key: state.session } as const;
    if (!(await user.get("pending", pendingKey(work)))) return {};
    const profile = foldProfile(await user.list("consolidation"));
    await user.write([put("core", "profile", profile), remove("pending", pendingKey(work))]);
    return { written: { profile: { what: "profile", text: profileLines(profile).join("; ") } } };
  });
