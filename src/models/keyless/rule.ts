import type { LocalTime } from "./dates.js";
import type { Language } from "./language.js";

/** What a rule makes of a clause. */
export interface Draft {
  /** In the third person, without the full stop. */
  readonly text: string;
  /** 1: said outright. */
  readonly confidence: number;
  /** Words of the known fact that has ended with this. */
  readonly ends?: string;
  /** What ended leaves a state that is a fact of its own ("no longer eats meat"). */
  readonly state?: boolean;
  /** Words of the known fact that this one takes the place of. */
  readonly replaces?: string;
  /** "Porto, not Lisbon". */
  readonly correct?: { readonly right: string; readonly wrong: string };
  /** Filed under habits (also goals) or preferences when the session is consolidated. */
  readonly as?: "habit" | "preference";
  /** What it is about in few words: its key there. */
  readonly about?: string;
}

/** A clause as a rule gets it: in its plainest form, with dates already absolute. */
export interface Said {
  readonly text: string;
  readonly dated: boolean;
  /** It holds "now", so that something else did before. */
  readonly now: boolean;
  readonly at: LocalTime;
  readonly language: Language;
}

export interface Rule {
  readonly name: string;
  /** A sentence that it is for and the fact that it makes when said on Tue 2026-05-12 18:05. Tests run every one. */
  readonly example: readonly [said: string, fact: string];
  /** Anchored at both ends and free of nested repetition: clauses are at most 300 characters. */
  readonly pattern: RegExp;
  /** `parts` are the groups of the pattern from 0, "" where one is absent. Undefined: not this rule after all. */
  build(parts: readonly string[], said: Said): Draft | undefined;
}

export const draft = (text: string, confidence = 0.95, more: Partial<Draft> = {}): Draft => ({ ...more, text, confidence });
