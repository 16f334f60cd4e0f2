import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { authFromEnvironment, isAuthConfigured } from "../src/server/auth.js";

/** The package's own folder, wherever it is started from. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

export const USAGE = `Starts the LangGraph server with the graphs of langgraph.json, for this machine and for LangGraph Studio.

  npm start -- [options]

  --port <n>      port to listen on; 0 takes a free one (default 2024)
  --host <name>   address to listen on (default 127.0.0.1: this machine only)
  --data <dir>    folder for memory and threads (default: memory in .personagraph/, threads in .langgraph_api/)
  --verbose       also print requests and runs
  --help          print this

Settings come from the environment and from the file .env; PERSONAGRAPH_MODEL=openai:gpt-5-mini, for example, sets the model.
For reloading on every change of the code: npx langgraphjs dev`;

/** What the command line says. */
export interface Arguments {
  readonly port: number;
  readonly host: string;
  readonly data: string | undefined;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** @throws Error that names the option */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "2024" },
      host: { type: "string", default: "127.0.0.1" },
      data: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (values.port.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port takes a number from 0 to 65535, and "${values.port}" is none.`);
  }
  return { ...values, port, data: values.data === undefined ? undefined : resolve(values.data) };
}

const TRACING = ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"];

/** What the server and the graphs read from the environment. Whatever is set already stays. */
export function prepareEnvironment({ data, verbose }: Arguments, env: NodeJS.ProcessEnv = process.env): void {
  const file = envFile();
  if (file) process.loadEnvFile(file);
  // Nothing leaves this machine unless the user has asked for traces.
  if (TRACING.every((name) => env[name] === undefined)) env["LANGSMITH_TRACING"] = "false";
  env["NODE_ENV"] ??= "development";
  env["LOG_LEVEL"] ||= verbose ? "info" : "warn";
  env["PERSONAGRAPH_STORE"] ||= join(data ?? join(ROOT, ".personagraph"), "memory.db");
}

interface LangGraphConfig {
  readonly env?: unknown;
  readonly graphs: Readonly<Record<string, string | { readonly path: string }>>;
  readonly auth?: { readonly path?: string; readonly disable_studio_auth?: boolean };
  readonly http?: { readonly app?: string; readonly cors?: object };
}

const config = (): LangGraphConfig => JSON.parse(readFileSync(join(ROOT, "langgraph.json"), "utf8")) as LangGraphConfig;

function envFile(): string | undefined {
  const { env } = config();
  const file = typeof env === "string" ? join(ROOT, env) : undefined;
  return file !== undefined && existsSync(file) ? file : undefined;
}

/**
 * Web pages that may read answers: Studio, and what runs on this machine. The server's own default lets every page that the user
 * visits read their memory. `http.cors` in langgraph.json overrides it.
 */
const CORS = {
  allow_origin_regex: String.raw`^(https://([a-z0-9-]+\.)?smith\.langchain\.com|https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)$`,
  expose_headers: ["Content-Location", "X-Pagination-Total"],
};

/** Studio's own header would let anybody in past it. */
const OUR_AUTH = { path: "./graphs/auth.ts:auth", disable_studio_auth: true };
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

/** langgraph.json as the server takes it. Threads are kept under `cwd`, so paths of graphs are written from there. */
export function serverOptions({ port, host, data }: Arguments) {
  const { graphs, auth: declared, http } = config();
  const auth = declared ?? (isAuthConfigured(authFromEnvironment()) ? OUR_AUTH : undefined);
  if (!auth && !LOOPBACK.test(host)) {
    throw new Error(
      `Without authentication the server listens on this machine only, and ${host} is an address that others reach. ` +
        "Set PERSONAGRAPH_AUTH_SECRET or PERSONAGRAPH_AUTH_JWKS (see the README), or leave out --host.",
    );
  }
  const cwd = data ?? ROOT;
  mkdirSync(cwd, { recursive: true });
  const store = process.env["PERSONAGRAPH_STORE"];
  if (store && store !== "platform" && store !== ":memory:") mkdirSync(dirname(resolve(store)), { recursive: true });
  const local = (path: string): string => {
    const [file = "", symbol = "default"] = path.split(/:(?=[^:]*$)/);
    return `${relative(cwd, join(ROOT, file)).replaceAll("\\", "/")}:${symbol}`;
  };
  return {
    port,
    host,
    cwd,
    nWorkers: 10,
    // Plain paths: the server warns of descriptions, which only deployments show.
    graphs: Object.fromEntries(
      Object.entries(graphs).map(([name, graph]) => [name, local(typeof graph === "string" ? graph : graph.path)]),
    ),
    ...(auth && {
      auth: { ...auth, disable_studio_auth: auth.disable_studio_auth ?? true, ...(auth.path !== undefined && { path: local(auth.path) }) },
    }),
    http: { cors: CORS, ...http, ...(http?.app !== undefined && { app: local(http.app) }) },
  };
}
