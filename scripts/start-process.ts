import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface ServerProcess {
  readonly url: string;
  /** What it has printed so far, colours taken out. */
  output(): string;
  /** Asks it to end and waits for it. Answers the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | string | null>;
}

interface Options {
  /** Folder for memory and threads. */
  readonly data: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Start it as users do, through npm. */
  readonly npm?: boolean;
  readonly timeoutMs?: number;
}

/** The environment of a server that is to behave the same on every machine: keyless, no traces, nothing of the caller's own settings. */
export function plainEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(PERSONAGRAPH_|LANGSMITH_|LANGCHAIN_|LANGGRAPH_|NODE_OPTIONS$|NODE_ENV$|JEST_|LOG_)/.test(name),
  );
  return { ...Object.fromEntries(kept), PERSONAGRAPH_MODEL: "keyless", LANGSMITH_TRACING: "false", FORCE_COLOR: "0" };
}

const withoutColours = (text: string): string => text.replace(/\u001b\[\d+m/g, "");

/** Runs `npm start` as a process of its own and waits until it is up. @throws Error with what it printed when it ends before that */
export async function startServerProcess({ data, args = [], env, npm = false, timeoutMs = 90_000 }: Options): Promise<ServerProcess> {
  const rest = ["--port", "0", "--data", data, ...args];
  const [command, first] = npm ? ["npm", ["start", "--"]] : [process.execPath, ["--import", "tsx", "src/cli/main.ts", "serve"]];
  const child = spawn(command, [...first, ...rest], {
    cwd: ROOT,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<number | string | null>((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  const read = (chunk: Buffer): void => void (text += chunk.toString("utf8"));
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number | string | null> => {
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    const code = await ended;
    clearTimeout(late);
    return code;
  };
  const url = await until(child, () => /^ {2}API +(http\S+)$/m.exec(withoutColours(text))?.[1], timeoutMs).catch(async (error: Error) => {
    await stop("SIGKILL");
    throw new Error(`${error.message} It printed:\n${text}`);
  });
  return { url, stop, output: () => withoutColours(text) };
}

function until(child: ChildProcess, find: () => string | undefined, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      child.stdout?.off("data", look);
      settle();
    };
    const look = (): void => {
      const found = find();
      if (found !== undefined) done(() => resolve(found));
    };
    const timer = setTimeout(() => done(() => reject(new Error(`The server was not up after ${timeoutMs} ms.`))), timeoutMs);
    child.stdout?.on("data", look);
    child.once("close", (code) => done(() => reject(new Error(`The server ended with code ${code}.`))));
  });
}
