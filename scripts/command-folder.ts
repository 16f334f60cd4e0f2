import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./start-process.js";

/** Where bundles are made: beside the packages, which they import by name. */
const CACHE = join(ROOT, "node_modules/.cache");
const BUNDLE = `require("esbuild").buildSync({ entryPoints: ["src/cli/main.ts"], outdir: process.argv[1], bundle: true, splitting: true,
  format: "esm", platform: "node", target: "node20", packages: "external", logLevel: "warning" })`;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The JSON it printed. */
  json<T>(): T;
}

/**
 * A folder of its own in which the command is run, as a process, with nothing of the caller's settings. The command is bundled once, as it
 * is published: from the sources each run would take three times as long to load.
 */
export class CommandFolder {
  readonly path = mkdtempSync(join(tmpdir(), "personagraph-cli-"));
  readonly #bundle: string;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    mkdirSync(CACHE, { recursive: true });
    this.#bundle = mkdtempSync(join(CACHE, "personagraph-cli-"));
    execFileSync(process.execPath, ["-e", BUNDLE, this.#bundle], { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: "" } });
  }

  start(
    args: readonly string[],
    { env = {}, input }: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): { child: ChildProcess; done: Promise<Ran> } {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(PERSONAGRAPH_|LANGSMITH_|LANGCHAIN_|OPENAI_|NODE_OPTIONS$|JEST_)/.test(name),
    );
    const child = spawn(process.execPath, [join(this.#bundle, "main.js"), ...args], {
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
    for (const folder of [this.path, this.#bundle]) rmSync(folder, { recursive: true, force: true });
  }
}
