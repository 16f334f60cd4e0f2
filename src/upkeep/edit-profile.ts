import type { Consolidation, ListChange } from "../domain/consolidation.js";
import type { Profile } from "../domain/profile.js";
import { cleanText } from "../domain/text.js";
import { PersonaError } from "../errors.js";
import type { UserLog } from "../store/memory-log.js";
import { rederive, sourcesOf } from "./rederive.js";

/** New words for entries of the profile, under their field or key; null removes one. */
export interface ProfileEdit {
  readonly identity?: Readonly<Record<string, string | null>>;
  readonly preferences?: Readonly<Record<string, string | null>>;
}

/**
 * The user corrects their profile. What was proposed for the sessions that set an entry is changed, so that the correction outlives a
 * rebuild; a later session may change the entry again.
 */
export async function editProfile(user: UserLog, edit: ProfileEdit): Promise<Profile> {
  const before = await sourcesOf(user);
  const known = {
    identity: new Set(before.consolidations.flatMap(({ identity }) => identity.map(({ field }) => field))),
    preferences: new Set(before.consolidations.flatMap(({ preferences }) => preferences.map(({ key }) => key))),
  };
  const identity = checked("identity", edit.identity, known.identity);
  const preferences = checked("preferences", edit.preferences, known.preferences);
  const consolidations = before.consolidations.map((filed): Consolidation => {
    const changed = {
      identity: filed.identity.flatMap((entry) => {
        const value = identity.get(entry.field);
        return value === undefined ? [entry] : value === null ? [] : [{ ...entry, value }];
      }),
      preferences: filed.preferences.flatMap((entry): ListChange[] => {
        const text = preferences.get(entry.key);
        return text === undefined ? [entry] : text === null ? [] : [{ ...entry, text }];
      }),
    };
    const touched = filed.identity.some(({ field }) => identity.has(field)) || filed.preferences.some(({ key }) => preferences.has(key));
    return touched ? { ...filed, ...changed, edited: true } : filed;
  });
  await rederive(user, before, { ...before, consolidations });
  return (await user.get("core", "profile")) as Profile;
}

/** @throws PersonaError PROFILE_UNKNOWN, EDIT_EMPTY */
function checked(part: string, edit: ProfileEdit["identity"] = {}, known: ReadonlySet<string>): Map<string, string | null> {
  return new Map(
    Object.entries(edit).map(([name, words]): [string, string | null] => {
      if (!known.has(name))
        throw new PersonaError({
          code: "PROFILE_UNKNOWN",
          message: `The profile has no ${part} entry "${name}".`,
          fix: "Take its name from profile().",
        });
      const text = words === null ? null : cleanText(words).trim();
      if (text === "")
        throw new PersonaError({
          code: "EDIT_EMPTY",
          message: `The new text of "${name}" is empty.`,
          fix: "Give a text, or null to remove it.",
        });
      return [name, text];
    }),
  );
}
