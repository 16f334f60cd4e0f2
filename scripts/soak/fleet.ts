import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Reply, Request, RequestBody, WorkerOptions } from "./wire.js";

type Answer = Extract<Reply, { readonly n: number }>;

export class ProcessDied extends Error {}

interface Waiting {
  readonly resolve: (reply: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One process of ours, started again whenever it has been killed. Whoever waits for it then is told. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #leak: (where: string) => void;
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #waiting = new Map<number, Waiting>();
  #n = 0;
  #stopped = false;
  kills = 0;
  readonly calls = { answer: 0, extract: 0, consolidate: 0 };
  #base = { answer: 0, extract: 0, consolidate: 0 };

  constructor(options: WorkerOptions, leak: (where: string) => void) {
    this.#options = options;
    this.#leak = leak;
    this.#start();
  }

  /** @throws ProcessDied when the process was killed before it answered */
  async ask(body: RequestBody): Promise<Answer> {
    await this.#ready;
    const n = ++this.#n;
    return new Promise((resolve, reject) => {
      this.#waiting.set(n, { resolve, reject });
      // A process that died between the question and its arrival: the exit handler tells.
      this.#child!.send({ n, ...body } satisfies Request, () => undefined);
    });
  }

  stop(): void {
    this.#stopped = true;
    if (this.#child?.connected) this.#child.disconnect();
    this.#child = undefined;
  }

  /** Ends it at once: for Ctrl-C. */
  end(): void {
    this.#stopped = true;
    this.#child?.kill("SIGKILL");
  }

  #start(): void {
    const script = fileURLToPath(new URL("worker.ts", import.meta.url));
    const child = fork(script, [JSON.stringify(this.#options)], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, NODE_OPTIONS: "", LANGSMITH_TRACING: "false" },
    });
    this.#child = child;
    this.#ready = new Promise((resolve, reject) => {
      child.on("message", (reply: Reply) => {
        if ("ready" in reply) resolve();
        else this.#hear(reply);
      });
      child.once("exit", (code, signal) => {
        const waiting = [...this.#waiting.values()];
        this.#waiting.clear();
        const killed = signal === "SIGKILL" && !this.#stopped;
        const problem = killed ? new ProcessDied("It was killed.") : new Error(`A process of the soak ended (${code ?? signal}).`);
        if (killed) {
          this.kills++;
          this.#base = { ...this.calls };
          this.#start();
        } else reject(problem);
        for (const { reject: tell } of waiting) tell(problem);
      });
    });
    this.#ready.catch(() => undefined);
  }

  #hear(reply: Exclude<Reply, { ready: true }>): void {
    if ("leak" in reply) return this.#leak(reply.leak);
    if ("calls" in reply) {
      for (const stage of ["answer", "extract", "consolidate"] as const) this.calls[stage] = this.#base[stage] + reply.calls[stage];
      return;
    }
    this.#waiting.get(reply.n)?.resolve(reply);
    this.#waiting.delete(reply.n);
  }
}
