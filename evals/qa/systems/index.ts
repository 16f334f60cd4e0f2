import type { System } from "../system.js";
import { ragBm25 } from "./bm25.js";
import { personagraph } from "./personagraph.js";
import { fullContext, noMemory } from "./plain.js";
import { recallOnly } from "./recall-only.js";

/** Systems of our own repository by name; those of others are in evals/peers and are loaded when they are asked for. */
export const SYSTEMS: Readonly<Record<string, System>> = Object.fromEntries(
  [personagraph, fullContext, noMemory, recallOnly, ragBm25].map((system) => [system.name, system]),
);
