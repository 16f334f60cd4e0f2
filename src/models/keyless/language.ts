import type nlp from "compromise";
import type { ParsedResult } from "chrono-node";

/** The two libraries behind the rules. They are loaded at the first use: importing the package must stay cheap. */
export interface Language {
  readonly nlp: typeof nlp;
  readonly parseDates: (text: string, reference: Date) => ParsedResult[];
}

let loading: Promise<Language> | undefined;

export function loadLanguage(): Promise<Language> {
  loading ??= Promise.all([import("compromise"), import("chrono-node/en")]).then(([compromise, chrono]) => ({
    nlp: compromise.default,
    parseDates: (text, reference) => chrono.parse(text, reference),
  }));
  return loading;
}
