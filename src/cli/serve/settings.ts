import { isFile } from "../place.js";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PersonaError } from "../../index.js";
import { authFromEnvironment, isAuthConfigured } from "../../server/auth.js";
import { usageError } from "../exit.js";

/** What the command line says. */
export interface Arguments {
  readonly port: number;
  readonly host: string;
  readonly data: string | undefined;
  readonly config: string | undefined;
  readonly verbose: boolean;
}

const TRACING = ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"];

/** What the server and the graphs read from the environment. Whatever is set already stays. */
export function prepareEnvironment({ data, verbose }: Arguments, env: NodeJS.ProcessEnv = process.env): void {
  // Nothing leaves this machine unless the user has asked for traces.
  if (TRACING.every((name) => env[name] === undefined)) env["LANGSMITH_TRACING"] = "false";
  env["NODE_ENV"] ??= "development";
  env["LOG_LEVEL"] ||= verbose ? "info" : "warn";
  env["PERSONAGRAPH_STORE"] ||= join(data ?? resolve(".personagraph"), "memory.db");
}

interface LangGraphConfig {
  readonly env?: unknown;
  readonly graphs: Readonly<Record<string, string | { readonly path: string }>>;
  readonly auth?: { readonly path?: string; readonly disable_studio_auth?: boolean };
  readonly http?: { readonly app?: string; readonly cors?: object };
}

interface Config extends LangGraphConfig {
  /** What its paths count from. */
  readonly folder: string;
  /** Where our own auth lies. */
  readonly auth_path: string;
}

/**
 * The langgraph.json that is served: the one given, else our own. In the package it lies beside this bundle, with compiled graphs
 * (see tsdown.config.ts); in the repository at the top.
 */
function readConfig(given: string | undefined): Config {
  const here = dirname(fileURLToPath(import.meta.url));
  const packaged = join(here, "langgraph.json");
  const own = existsSync(packaged) ? packaged : join(here, "../../../langgraph.json");
  const file = given ?? own;
  const auth_path = `${relative(dirname(resolve(file)), existsSync(packaged) ? join(here, "graphs/auth.mjs") : join(here, "../../../graphs/auth.ts"))}:auth`;
  try {
    return { ...(JSON.parse(readFileSync(file, "utf8")) as LangGraphConfig), folder: dirname(resolve(file)), auth_path };
  } catch (cause) {
    throw new PersonaError({
      code: "USAGE",
      message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      fix: "Give --config with the path of a langgraph.json, or leave it out.",
      cause,
    });
  }
}

/**
 * Web pages that may read answers: Studio, and what runs on this machine. The server's own default lets every page that the user
 * visits read their memory. `http.cors` in langgraph.json overrides it.
 */
const CORS = {
  allow_origin_regex: String.raw`^(https://([a-z0-9-]+\.)?smith\.langchain\.com|https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)$`,
  expose_headers: ["Content-Location", "X-Pagination-Total"],
};

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

/** langgraph.json as the server takes it. Threads are kept under `cwd`, so paths of graphs are written from there. */
export function serverOptions({ port, host, data, config }: Arguments) {
  const { graphs, auth: declared, http, folder, auth_path } = readConfig(config);
  // Studio's own header would let anybody in past it.
  const auth = declared ?? (isAuthConfigured(authFromEnvironment()) ? { path: auth_path, disable_studio_auth: true } : undefined);
  if (!auth && !LOOPBACK.test(host)) {
    throw usageError(
      `Without authentication the server listens on this machine only, and ${host} is an address that others reach.`,
      "Set PERSONAGRAPH_AUTH_SECRET or PERSONAGRAPH_AUTH_JWKS (see the README), or leave out --host.",
    );
  }
  const cwd = data ?? process.cwd();
  mkdirSync(cwd, { recursive: true });
  const store = process.env["PERSONAGRAPH_STORE"];
  if (store && isFile(store)) mkdirSync(dirname(resolve(store)), { recursive: true });
  const local = (path: string): string => {
    const [file = "", symbol = "default"] = path.split(/:(?=[^:]*$)/);
    return `${relative(cwd, join(folder, file)).replaceAll("\\", "/")}:${symbol}`;
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
