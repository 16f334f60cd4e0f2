/** The LangGraph server in this one process, so that nothing is left behind when it ends. */
import { createServer } from "node:net";
import { PersonaError } from "../../index.js";
import { Ended } from "../exit.js";
import { banner } from "./banner.js";
import { prepareEnvironment, serverOptions, type Arguments } from "./settings.js";

/** A server that will not stop by itself is ended after so many ms. */
const PATIENCE = 5000;

/** Asked before anything is loaded, because loading takes seconds. Answers the error's code, or nothing. */
export const portProblem = (port: number, host: string): Promise<string | undefined> =>
  new Promise((done) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => done(undefined)));
  });

const portError = (problem: string, { port, host }: Arguments): PersonaError =>
  problem === "EADDRINUSE"
    ? new PersonaError({
        code: "PORT_TAKEN",
        message: `Port ${port} on ${host} is taken, perhaps by another personagraph.`,
        fix: `Stop that one, or take another port: --port ${port + 1}`,
      })
    : new PersonaError({
        code: "PORT",
        message: `Cannot listen on ${host}:${port} (${problem}).`,
        fix: "Choose another with --host and --port.",
      });

/** Where a client on this machine finds it. */
const addressFor = (host: string): string => (host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host);

/** Runs until it is told to stop. @throws PersonaError PORT_TAKEN, PORT, SERVER_MISSING; Ended when it has stopped */
export async function serve(args: Arguments): Promise<never> {
  const stopped = stopping();
  const began = performance.now();
  const problem = await portProblem(args.port, args.host);
  if (problem !== undefined) throw portError(problem, args);
  prepareEnvironment(args);
  const options = serverOptions(args);
  // Only now, because it reads the environment when it is loaded.
  const { startServer, StartServerSchema } = await loadServer();
  const started = await startServer(StartServerSchema.parse(options)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw portError(error.code, args);
    // An error of ours says how to mend it; any other one is better seen whole.
    throw new Error(`The server did not start: ${"fix" in error ? error.message : (error.stack ?? error.message)}`);
  });
  const port = started.host.slice(started.host.lastIndexOf(":") + 1);
  const url = `http://${addressFor(args.host)}:${port}`;
  process.env["PORT"] = port;
  process.env["LANGGRAPH_API_URL"] = url;
  console.log(
    banner({
      url,
      host: args.host,
      auth: options.auth !== undefined,
      graphs: Object.keys(options.graphs),
      threads: options.cwd,
      seconds: (performance.now() - began) / 1000,
    }),
  );
  await stopped;
  setTimeout(() => process.exit(1), PATIENCE).unref();
  await started.cleanup();
  throw new Ended(0);
}

/** Resolves at the first signal to stop; a second one ends the process at once. */
function stopping(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    // npm runs us in a shell and, when it is ended, ends the shell and not us.
    if (process.env["npm_lifecycle_event"] === undefined) return;
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      if (!asked) stop();
    }, 500).unref();
  });
}

async function loadServer() {
  try {
    return await import("@langchain/langgraph-api/server");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new PersonaError({
      code: "SERVER_MISSING",
      message: "The LangGraph server is not installed.",
      fix: "Install it beside personagraph: npm install @langchain/langgraph-api",
      cause,
    });
  }
}
