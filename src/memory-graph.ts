import { END, START, StateGraph } from "@langchain/langgraph";
import { consolidate } from "./nodes/consolidate.js";
import { extract } from "./nodes/extract.js";
import type { Services } from "./nodes/services.js";
import { updateCore } from "./nodes/update-core.js";
import { updateEpisodic } from "./nodes/update-episodic.js";
import { updatePersonality } from "./nodes/update-personality.js";
import { updateProcedural } from "./nodes/update-procedural.js";
import { updateSemantic } from "./nodes/update-semantic.js";
import { contextSchema, MemoryInputSchema, MemoryStateSchema, type MemoryState } from "./state.js";

const afterExtract = ({ exchange, halted }: MemoryState) =>
  halted ? END : exchange ? ["update_semantic", "update_personality"] : "consolidate";
const afterConsolidate = ({ session, halted }: MemoryState) =>
  halted || !session ? END : ["update_episodic", "update_procedural", "update_core"];

export interface MemoryGraphSettings {
  /** False where a run keeps nothing in a thread. Default: as the graph around it, if there is one. */
  readonly checkpointer?: false;
}

/**
 * The update stage: whatever is pending for the user of the run is derived and filed. It reads the log and needs no messages in its
 * state. Both stages go round until nothing is pending: exchange by exchange, then session by session.
 */
export const memoryGraph = (services: Services, settings: MemoryGraphSettings = {}) =>
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
    .addEdge("update_semantic", "extract")
    .addEdge("update_personality", "extract")
    .addConditionalEdges("consolidate", afterConsolidate, ["update_episodic", "update_procedural", "update_core", END])
    .addEdge("update_episodic", "consolidate")
    .addEdge("update_procedural", "consolidate")
    .addEdge("update_core", "consolidate")
    .compile({ name: "memory", ...settings });
