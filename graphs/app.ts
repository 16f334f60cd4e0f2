import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PersonaMemory } from "../src/index.js";
import { createInspector } from "../src/server/inspector.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

/** What langgraph.json serves as `http.app`: the inspector at /persona, over the same memory as the graphs. */
export const app = createInspector({
  memory: new PersonaMemory(),
  model: process.env["PERSONAGRAPH_MODEL"] || "keyless",
  version,
  page: fileURLToPath(new URL("../dist/page", import.meta.url)),
});
