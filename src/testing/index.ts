/** What tests of graphs, stores and indexes need; published as "personagraph/testing". */
export { fixedClock, type FixedClock } from "./fixed-clock.js";
export { indexConformance, type IndexConformanceOptions, type IndexGap } from "./index-conformance.js";
export { ScriptedModel, type ScriptedAnswer, type ScriptedCall } from "./scripted-model.js";
export { scriptedPersona, type PersonaScript } from "./scripted-persona.js";
export { storeConformance, type KnownFault, type StoreConformanceOptions } from "./store-conformance.js";
