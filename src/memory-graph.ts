import { END, START, StateGraph } from "@langchain/langgraph";
import { consolidate } from "./nodes/consolidate.js";
import { extract } from "./nodes/extract.js";
import type { Services } from "./nodes/services.js";
import { updateCore } from "./nodes/update-core.js";
import { updateEpisodic } from "./nodes/update-episodic.js";
import { updatePersonality } from "./nodes/update-personality.js";
import { updateProcedural } from "./nodes/update-procedural.js";
import { updateSemantic } from "./nodes/update-semantic.js";
import type { PersonaOptions } from "./options.js";
import { createServices } from "./services.js";
import { contextSchema, MemoryInputSchema, MemoryStateSchema, type MemoryState } from "./state.js";

/**
 * The update stage as a graph: whatever is pending for the user of the run is derived and filed. Use it as a subgraph or on its
 * own; it reads the log and needs no messages in its state.
 */
export const createMemoryGraph = (options: PersonaOptions = {}) => memoryGraph(createServices(options));

const afterExtract = ({ exchange, halted }: MemoryState) => (halted ? END : exchange ? ["update_semantic", "update_personality"] : "consolidate");
const afterConsolidate = ({ session, halted }: MemoryState) =>
  halted || !session ? END : ["update_episodic", "update_procedural", "update_core"];
const goOn =
  <N extends string>(node: N) =>
  ({ halted }: MemoryState) =>
    halted ? END : node;

/** Both stages go round until nothing is pending: exchange by exchange, then session by session. */
export const memoryGraph = (services: Services) =>
  new StateGraph({ state: MemoryStateSchema, input: MemoryInputSchema, context: contextSchema })
    .addNode("extract", extract(services))
    .addNode("update_semantic", updateSemantic(services))
    .addNode("update_personality", updatePersonality(services))
    .addNode("consolidate", consolidate(services))
    .addNode("update_episodic", updateEpisodic(services))
    .addNode("update_procedural", updateProcedural(services))
    .addNode("update_core", updateCore(services))
    .addEdge(START, "extract")
    .addConditionalEdges("extract", afterExtract, ["update_semantic", "update_personality", "consolidate", END])
    .addConditionalEdges("update_semantic", goOn("extract"), ["extract", END])
    .addConditionalEdges("update_personality", goOn("extract"), ["extract", END])
    .addConditionalEdges("consolidate", afterConsolidate, ["update_episodic", "update_procedural", "update_core", END])
    .addConditionalEdges("update_episodic", goOn("consolidate"), ["consolidate", END])
    .addConditionalEdges("update_procedural", goOn("consolidate"), ["consolidate", END])
    .addConditionalEdges("update_core", goOn("consolidate"), ["consolidate", END])
    .compile({ name: "memory" });
