import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A server of somebody else's as a process of ours. */
export interface RunningProcess {
  readonly pid: number;
  output(): string;
  /** Asks it to end and waits for it. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whom it runs as. */
  readonly owner?: { readonly uid?: number; readonly gid?: number };
  readonly isUp: () => Promise<boolean>;
  readonly timeoutMs?: number;
}

/** Starts it and waits until it is up. @throws Error with what it printed */
export async function startProcess({ command, args, env, cwd, owner, isUp, timeoutMs = 30_000 }: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(command, args, { cwd, ...owner, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => void (text = (text + chunk.toString("utf8")).slice(-20_000)));
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      text += error.message;
      resolve();
    });
  });
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  void ended.then(() => process.off("exit", killed));
  const stop = async (signal: NodeJS.Signals = "SIGINT"): Promise<void> => {
    child.kill(signal);
    const late = setTimeout(killed, 10_000);
    await ended;
    clearTimeout(late);
  };
  const deadline = Date.now() + timeoutMs;
  while (!(await isUp().catch(() => false))) {
    if (hasEnded(child) || Date.now() > deadline) {
      await stop("SIGKILL");
      throw new Error(`${command} did not come up. It printed:\n${text}`);
    }
    await pause(50);
  }
  return { pid: child.pid!, stop, output: () => text };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** One that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
