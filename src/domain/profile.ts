import { foldList, inSessionOrder, type Consolidation, type ListEntry } from "./consolidation.js";

/** METHOD.md (PersonaVLM): preferences are merged and kept to about five to seven. */
export const MAX_PREFERENCES = 7;

export interface IdentityEntry {
  readonly field: string;
  readonly value: string;
  readonly source: string;
  readonly at: number;
}

/** Core memory: who the user is, in a few lines. */
export interface Profile {
  readonly identity: readonly IdentityEntry[];
  readonly preferences: readonly ListEntry[];
}

export const EMPTY_PROFILE: Profile = Object.freeze({ identity: Object.freeze([]), preferences: Object.freeze([]) });

/** The profile after all sessions: a later identity fact overwrites an earlier one; preferences are a short keyed list. */
export function foldProfile(sessions: readonly Consolidation[]): Profile {
  const identity = new Map<string, IdentityEntry>();
  for (const session of [...sessions].sort(inSessionOrder)) {
    for (const { field, value, source } of session.identity) identity.set(field, { field, value, source, at: session.to });
  }
  return { identity: [...identity.values()], preferences: foldList(sessions, (session) => session.preferences, MAX_PREFERENCES) };
}

/** The profile as lines for a prompt. */
export const profileLines = (profile: Profile): string[] => [
  ...profile.identity.map(({ field, value }) => `${field}: ${value}`),
  ...profile.preferences.map(({ text }) => text),
];
