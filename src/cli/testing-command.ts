import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The JSON it printed. */
  json<T>(): T;
}

/** A folder of its own in which the command is run, as a process, with nothing of the caller's settings. */
export class CommandFolder {
  readonly path = mkdtempSync(join(tmpdir(), "personagraph-cli-"));
  readonly #children = new Set<ChildProcess>();

  start(
    args: readonly string[],
    { env = {}, input }: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): { child: ChildProcess; done: Promise<Ran> } {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(PERSONAGRAPH_|LANGSMITH_|LANGCHAIN_|OPENAI_|NODE_OPTIONS$|JEST_)/.test(name),
    );
    const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], {
      cwd: this.path,
      env: { ...Object.fromEntries(own), TZ: "UTC", PERSONAGRAPH_USER: "ada", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#children.add(child);
    child.stdin.end(input ?? "");
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
    const done = new Promise<Ran>((resolve) =>
      child.once("close", (code) => {
        this.#children.delete(child);
        resolve({ code, out, err, json: <T>() => JSON.parse(out) as T });
      }),
    );
    return { child, done };
  }

  run(...args: readonly string[]): Promise<Ran> {
    return this.start(args).done;
  }

  remove(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.path, { recursive: true, force: true });
  }
}
