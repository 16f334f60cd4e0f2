import type { Loader } from "../suite.js";
import { loadBeam } from "./beam.js";
import { loadLocomo } from "./locomo.js";
import { loadLongMemEval } from "./longmemeval.js";
import { loadMemqa } from "./memqa.js";
import { loadPersonaBench } from "./personabench.js";
import { loadPersonaMem } from "./personamem.js";
import { loadPersonaMemV2 } from "./personamem-v2.js";
import { loadPersonaMme } from "./persona-mme.js";
import { loadPrefEval } from "./prefeval.js";

/** The data sets by the name that `--suite` takes. */
export const LOADERS = {
  beam: loadBeam,
  locomo: loadLocomo,
  longmemeval: loadLongMemEval,
  memqa: loadMemqa,
  personabench: loadPersonaBench,
  personamem: loadPersonaMem,
  "personamem-v2": loadPersonaMemV2,
  "persona-mme": loadPersonaMme,
  prefeval: loadPrefEval,
} as const satisfies Readonly<Record<string, Loader>>;
export type SuiteName = keyof typeof LOADERS;
