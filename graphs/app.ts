import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PersonaMemory } from "../src/index.js";
import { createInspector } from "../src/server/inspector.js";
import { ServerStore } from "../src/server/server-store.js";

/** This file runs from the repository, and compiled from the package, where it lies in dist/. */
const inPackage = import.meta.url.endsWith(".mjs");
const at = (repository: string, packaged: string): URL => new URL(inPackage ? packaged : repository, import.meta.url);

const { version } = JSON.parse(readFileSync(at("../package.json", "../../package.json"), "utf8")) as { version: string };

/** As the graphs resolve it: the store of the run, which routes are not given and ask the server for. */
const inPlatform = (process.env["PERSONAGRAPH_STORE"] || (process.env["LANGSERVE_GRAPHS"] ? "platform" : "")) === "platform";

/** What langgraph.json serves as `http.app`: the inspector at /persona, over the same memory as the graphs. */
export const app = createInspector({
  memory: new PersonaMemory(inPlatform ? { store: new ServerStore() } : {}),
  model: process.env["PERSONAGRAPH_MODEL"] || "keyless",
  version,
  page: fileURLToPath(at("../dist/page", "../page")),
});
