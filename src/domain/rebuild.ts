import type { Consolidation } from "./consolidation.js";
import { episodesOf, type EpisodeRecord } from "./episode.js";
import { inExchangeOrder, type Extraction } from "./extraction.js";
import { FactLedger, type FactRecord } from "./fact.js";
import type { MessageRecord } from "./message.js";
import { personalitySteps, UNKNOWN_PERSONALITY, type Observation, type Personality, type PersonalityStep } from "./personality.js";
import { foldProcedures, type ProcedureRecord } from "./procedure.js";
import { foldProfile, type Profile } from "./profile.js";

/** What the log keeps of a user besides pending work: the messages, and what was proposed for them. */
export interface Sources {
  readonly messages: readonly MessageRecord[];
  readonly extractions: readonly Extraction[];
  readonly consolidations: readonly Consolidation[];
  readonly observations: readonly Observation[];
  /** Where the user set their personality by hand. */
  readonly start?: Personality | undefined;
}

export interface Derived {
  readonly facts: readonly FactRecord[];
  readonly episodes: readonly EpisodeRecord[];
  readonly procedures: readonly ProcedureRecord[];
  readonly profile: Profile;
  readonly personality: Personality;
}

/** Everything that follows from the log, made anew. Needs no model: what models proposed is kept there. */
export const derive = (sources: Sources, recordedAt: number): Derived => ({
  facts: foldFacts(sources.extractions, recordedAt),
  episodes: sources.consolidations.flatMap((filed) => episodesOf(filed, sources.messages, recordedAt)),
  procedures: foldProcedures(sources.consolidations, recordedAt),
  profile: foldProfile(sources.consolidations),
  personality: foldFrom(sources.observations, sources.start),
});

/** The way of the personality from where the user set or reset it, else from the first message. */
export const stepsFrom = (observations: readonly Observation[], start: Personality | undefined): PersonalityStep[] =>
  start
    ? personalitySteps(
        observations.filter(({ at }) => at > start.at),
        start,
      )
    : personalitySteps(observations);

/** Where that way has come to. */
export const foldFrom = (observations: readonly Observation[], start: Personality | undefined): Personality =>
  stepsFrom(observations, start).at(-1)?.after ?? start ?? UNKNOWN_PERSONALITY;

/** All facts that a set of proposals amounts to, in the order in which the exchanges took place. */
export function foldFacts(extractions: readonly Extraction[], recordedAt: number): FactRecord[] {
  const ledger = new FactLedger([], recordedAt);
  for (const { changes } of [...extractions].sort(inExchangeOrder)) for (const change of changes) ledger.apply(change);
  return [...ledger.facts.values()];
}

interface Versioned {
  readonly id: string;
  readonly recordedAt: number;
  readonly version: number;
}

/** What has to be written and removed so that `before` becomes `after`. A record that says the same stays as it is, version and all. */
export function difference<R extends Versioned>(before: readonly R[], after: readonly R[]): { changed: R[]; gone: R[] } {
  const old = new Map(before.map((record) => [record.id, record]));
  const keep = new Set(after.map(({ id }) => id));
  return {
    changed: after.flatMap((record) => {
      const known = old.get(record.id);
      if (known && content(known) === content(record)) return [];
      return [known ? { ...record, version: known.version + 1 } : record];
    }),
    gone: before.filter(({ id }) => !keep.has(id)),
  };
}

const content = (record: Versioned): string =>
  JSON.stringify(
    Object.entries(record)
      .filter(([field]) => field !== "recordedAt" && field !== "version")
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
