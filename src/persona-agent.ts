import { END, START, StateGraph, type BaseCheckpointSaver } from "@langchain/langgraph";
import { memoryGraph } from "./memory-graph.js";
import { isAnswered, isUnlogged, loadPersona } from "./nodes/load-persona.js";
import { record } from "./nodes/record.js";
import { respond } from "./nodes/respond.js";
import { retrieve } from "./nodes/retrieve.js";
import type { PersonaOptions } from "./options.js";
import { createServices } from "./services.js";
import { contextSchema, InputSchema, PersonaStateSchema, type PersonaState } from "./state.js";
import { Updates } from "./updates.js";

export interface PersonaAgentOptions extends PersonaOptions {
  /** Where threads are kept; a LangGraph server brings its own. */
  readonly checkpointer?: BaseCheckpointSaver | undefined;
}

/** An agent that remembers its user: recall, answer, record, update. */
export function createPersonaAgent({ checkpointer, ...options }: PersonaAgentOptions = {}) {
  const services = createServices(options);
  const memory = memoryGraph(services);
  const updates = new Updates(services, memory);
  const update = services.settings.update === "inline" ? ("memory" as const) : END;
  return new StateGraph({ state: PersonaStateSchema, input: InputSchema, context: contextSchema })
    .addNode("load_persona", loadPersona(services))
    .addNode("respond", respond(services), { ends: ["retrieve", "record"] })
    .addNode("retrieve", retrieve(services))
    .addNode("record", record(services, updates.later))
    .addNode("memory", memory)
    .addEdge(START, "load_persona")
    .addConditionalEdges("load_persona", (state: PersonaState) => (isAnswered(state) ? update : isUnlogged(state) ? "record" : "respond"), [
      "respond",
      "record",
      "memory",
      END,
    ])
    .addEdge("retrieve", "respond")
    .addConditionalEdges("record", () => update, ["memory", END])
    .addEdge("memory", END)
    .compile({ name: "agent", ...(checkpointer && { checkpointer }) });
}
