import { createPersonaAgent } from "../src/index.js";

/** What langgraph.json deploys as "agent". Settings come from the environment. */
export const graph = createPersonaAgent();
