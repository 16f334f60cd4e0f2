import { resolve } from "node:path";
import type { Command } from "commander";
import { examples } from "../examples.js";
import { wholeNumber } from "../arguments.js";
import type { MemoryFlags } from "../settings.js";

interface Flags extends Pick<MemoryFlags, "store" | "model" | "memoryModel" | "embeddings" | "baseUrl"> {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly config?: string;
  readonly verbose?: boolean;
}

/** Graphs are loaded by the server and read the environment: that is where flags go. */
const VARIABLES = {
  store: "PERSONAGRAPH_STORE",
  model: "PERSONAGRAPH_MODEL",
  memoryModel: "PERSONAGRAPH_MEMORY_MODEL",
  embeddings: "PERSONAGRAPH_EMBEDDINGS",
  baseUrl: "PERSONAGRAPH_BASE_URL",
} as const;

/** `serve`: the LangGraph server with the graphs of langgraph.json. */
export const serveCommand = (program: Command): Command =>
  program
    .command("serve")
    .addHelpText("after", examples("serve", "serve --port 8080 --data ./data", "serve --model openai:gpt-5-mini"))
    .summary("start the LangGraph server")
    .description("Starts the LangGraph server with the graphs `agent` and `memory`, for this machine and for LangGraph Studio.")
    .option("--port <n>", "port to listen on; 0 takes a free one", wholeNumber(0, 65535), 2024)
    .option("--host <name>", "address to listen on; another than this machine needs tokens (PERSONAGRAPH_AUTH_SECRET)", "127.0.0.1")
    .option("--data <dir>", "folder for memory and threads (default: memory in .personagraph/, threads in .langgraph_api/)")
    .option("--config <file>", "a langgraph.json of your own")
    .option("-s, --store <file>", "where memory is kept (default: PERSONAGRAPH_STORE, else in --data)")
    .option("--model <name>", "chat model, such as openai:gpt-5-mini (default: PERSONAGRAPH_MODEL, else keyless)")
    .option("--memory-model <name>", "model that proposes memories (default: PERSONAGRAPH_MEMORY_MODEL, else --model)")
    .option("--embeddings <name>", "embeddings (default: PERSONAGRAPH_EMBEDDINGS, else none)")
    .option("--base-url <url>", "an OpenAI-compatible server (default: PERSONAGRAPH_BASE_URL)")
    .option("--verbose", "also print requests and runs")
    .action(async (flags: Flags) => {
      for (const [flag, variable] of Object.entries(VARIABLES)) {
        const value = flags[flag as keyof typeof VARIABLES];
        if (value !== undefined) process.env[variable] = value;
      }
      const { serve } = await import("../serve/serve.js");
      const { port, host, config, data, verbose = false } = flags;
      await serve({ port, host, config, verbose, data: data === undefined ? undefined : resolve(data) });
    });
