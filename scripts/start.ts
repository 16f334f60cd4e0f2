/** `npm start`: the LangGraph server in this one process, so that nothing is left behind when it ends. */
import { createServer } from "node:net";
import { banner } from "./start-banner.js";
import { prepareEnvironment, readArguments, serverOptions, USAGE, type Arguments } from "./start-settings.js";

/** A server that will not stop by itself is ended after so many ms. */
const PATIENCE = 5000;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function commandLine(): Arguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

/** Asked before anything is loaded, because loading takes seconds. Answers the error's code, or nothing. */
const portProblem = (port: number, host: string): Promise<string | undefined> =>
  new Promise((done) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => done(undefined)));
  });

const portMessage = (problem: string, { port, host }: Arguments): string =>
  problem === "EADDRINUSE"
    ? `Port ${port} on ${host} is taken, perhaps by another personagraph. Stop that one, or take another port: npm start -- --port ${port + 1}`
    : `Cannot listen on ${host}:${port} (${problem}). Choose another with --host and --port.`;

/** Where a client on this machine finds it. */
const addressFor = (host: string): string => (host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host);

let cleanup: () => Promise<void> = () => Promise.resolve();
let stopping = false;

function stop(): void {
  // Impatient: a second signal ends it at once.
  if (stopping) process.exit(1);
  stopping = true;
  setTimeout(() => process.exit(1), PATIENCE).unref();
  cleanup().then(
    () => process.exit(0),
    (error: unknown) => fail(`It stopped with an error: ${String(error)}`),
  );
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

/** npm runs us in a shell and, when it is ended, ends the shell and not us. */
function stopWithNpm(): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (!stopping) stop();
  }, 500).unref();
}

const args = commandLine();
if (args.help) {
  console.log(USAGE);
  process.exit(0);
}
stopWithNpm();
const began = performance.now();
const problem = await portProblem(args.port, args.host);
if (problem !== undefined) fail(portMessage(problem, args));
try {
  prepareEnvironment(args);
  const options = serverOptions(args);
  // Only now, because it reads the environment when it is loaded.
  const { startServer, StartServerSchema } = await import("@langchain/langgraph-api/server");
  const started = await startServer(StartServerSchema.parse(options));
  cleanup = started.cleanup;
  const { host } = started;
  const port = host.slice(host.lastIndexOf(":") + 1);
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
} catch (error) {
  const { code, fix, stack, message } = error as NodeJS.ErrnoException & { fix?: string };
  // An error of ours says how to mend it; any other one is better seen whole.
  fail(code === "EADDRINUSE" ? portMessage(code, args) : `The server did not start: ${fix === undefined ? (stack ?? message) : message}`);
}
