import type { BaseStore } from "@langchain/langgraph";
import type { Pending } from "./domain/pending.js";
import { MINUTE } from "./domain/time.js";
import type { memoryGraph } from "./memory-graph.js";
import type { Later, Services, Who } from "./nodes/services.js";
import { rawStore } from "./store/memory-log.js";
import { userKey } from "./store/namespace.js";

export interface FlushOptions {
  /** Whether the running session counts as ended, and is filed too. Default true. */
  readonly endSession?: boolean;
  readonly signal?: AbortSignal;
}

type MemoryGraph = ReturnType<typeof memoryGraph>;

/** Updates outside the answering run, in this process. What they do not get to is found in the log, by whoever comes next. */
export class Updates {
  readonly #services: Services;
  readonly #graph: MemoryGraph;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(services: Services, graph: MemoryGraph) {
    this.#services = services;
    this.#graph = graph;
  }

  /**
   * Schedules what an exchange still needs: in background mode its update, after a moment of quiet, and in any mode the filing of
   * the session when nothing more is said. A further exchange puts both off.
   */
  readonly later: Later = (who, runStore) => {
    const { update, updateDelay, sessionGap } = this.#services.settings;
    const idle = sessionGap * MINUTE + 1000;
    const store = runStore && rawStore(runStore);
    if (update === "background") this.#schedule(who, store, updateDelay * 1000, () => this.#schedule(who, store, idle));
    if (update === "inline") this.#schedule(who, store, idle);
  };

  #schedule(who: Who, store: BaseStore | undefined, delayMs: number, then?: () => void): void {
    const name = userKey(who.userId);
    clearTimeout(this.#timers.get(name));
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      const run = this.flush(who, store, { endSession: false }).then(then, () => undefined);
      this.#running.add(run);
      void run.finally(() => this.#running.delete(run));
    }, delayMs);
    // A process that has nothing else to do may end.
    this.#timers.set(name, timer.unref());
  }

  /** Runs the update stage for one user until nothing is left that can be done now. Returns what is still pending. */
  async flush(who: Who, runStore?: BaseStore, { endSession = true, signal }: FlushOptions = {}): Promise<Pending[]> {
    const { log } = await this.#services.memory(runStore);
    const user = log.of(who.userId);
    const context = { userId: who.userId, timezone: who.timezone, ...(who.locale !== undefined && { locale: who.locale }) };
    let before = "";
    for (;;) {
      const open = await user.list("pending");
      const now = JSON.stringify(open);
      // A round that changed nothing is the last: what is left waits for the model, or for the session to end.
      if (open.length === 0 || now === before) return open;
      before = now;
      await this.#graph.invoke({ endSession, force: true }, { context, ...(runStore && { store: runStore }), ...(signal && { signal }) });
    }
  }

  /** Does what is scheduled now, waits for what is running, and schedules nothing more. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running);
  }
}
