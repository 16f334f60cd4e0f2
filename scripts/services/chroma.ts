import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromaLoader } from "./chroma-libc.js";
import { freePort, startProcess, type RunningProcess } from "./process.js";

export interface RunningChroma extends RunningProcess {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

interface ChromaOptions {
  /** Folder of its data. */
  readonly path: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A real Chroma, from the npm package. */
export async function startChroma({ path, host = "127.0.0.1", port: wanted }: ChromaOptions): Promise<RunningChroma> {
  const port = wanted ?? (await freePort());
  const cli = join(dirname(createRequire(import.meta.url).resolve("chromadb")), "../cli.mjs");
  const [command, ...args] = [...chromaLoader(), process.execPath, cli, "run", "--path", path, "--host", host, "--port", String(port)];
  const url = `http://${host}:${port}`;
  const isUp = async (): Promise<boolean> => (await fetch(`${url}/api/v2/heartbeat`)).ok;
  // SIGINT is what ends it: after SIGTERM it stays and serves nothing.
  return { ...(await startProcess({ command: command, args, isUp })), url, host, port };
}
