import { createMemoryGraph } from "../src/index.js";

/** What langgraph.json deploys as "memory": the update stage on its own, for whoever starts it later or elsewhere. */
export const graph = createMemoryGraph();
