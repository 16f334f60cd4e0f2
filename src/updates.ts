import type { BaseStore } from "@langchain/langgraph";
import { pendingKey, type Pending } from "./domain/pending.js";
import { MINUTE } from "./domain/time.js";
import { reasonOf } from "./errors.js";
import type { memoryGraph } from "./memory-graph.js";
import type { Later, Services, Who } from "./nodes/services.js";
import { originOf, updateOnServer } from "./server-update.js";
import { rawStore } from "./store/memory-log.js";
import { userKey } from "./store/namespace.js";

export interface FlushOptions {
  /** Whether the running session counts as ended, and is filed too. Default true. */
  readonly endSession?: boolean;
  readonly signal?: AbortSignal;
  /** Told, before every round of at most six exchanges, what is still pending. */
  readonly onProgress?: (pending: readonly Pending[]) => void;
  /** Told what went wrong, such as EXTRACT_POSTPONED and what the model answered; the same may be told again. */
  readonly onWarning?: (code: string, message: string) => void;
}

type MemoryGraph = ReturnType<typeof memoryGraph>;

/** Updates outside the answering run, in this process. What they do not get to is found in the log, by whoever comes next. */
export class Updates {
  readonly #services: Services;
  readonly #graph: MemoryGraph;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #insisting = new Map<NodeJS.Timeout, () => Promise<unknown>>();
  #closed = false;

  constructor(services: Services, graph: MemoryGraph) {
    this.#services = services;
    this.#graph = graph;
  }

  /**
   * Schedules what an exchange still needs: in background mode its update, after a moment of quiet, and in any mode the filing of
   * the session when nothing more is said. A further exchange puts both off. On a LangGraph server the update is a run of its own,
   * which outlives this process; where the server does not take it, it is done here.
   */
  readonly later: Later = async (who, runtime, unlogged) => {
    const { update, updateDelay, sessionGap } = this.#services.settings;
    const idle = sessionGap * MINUTE + 1000;
    const store = runtime.store && rawStore(runtime.store);
    const inProcess = (): void => {
      if (update === "background") this.#schedule(who, store, updateDelay * 1000, () => this.#schedule(who, store, idle));
      if (update === "inline") this.#schedule(who, store, idle);
    };
    if (unlogged) {
      this.#insist(unlogged, inProcess);
      return undefined;
    }
    const origin = update === "background" ? originOf(runtime) : undefined;
    if (!origin) {
      inProcess();
      return undefined;
    }
    try {
      await updateOnServer(who, origin, updateDelay);
      this.#schedule(who, store, idle);
      return undefined;
    } catch (error) {
      inProcess();
      return `The server took no update run, so memory is updated in this process (${reasonOf(error)}).`;
    }
  };

  /** Tries until it succeeds, at growing intervals, up to a minute. The process stays alive for it. */
  #insist(work: () => Promise<unknown>, then: () => void, pauseMs = 500): void {
    const timer = setTimeout(() => {
      this.#insisting.delete(timer);
      this.#track(
        work().then(then, () => {
          if (!this.#closed) this.#insist(work, then, Math.min(pauseMs * 2, MINUTE));
        }),
      );
    }, pauseMs);
    this.#insisting.set(timer, work);
  }

  #track(run: Promise<unknown>): void {
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  #schedule(who: Who, store: BaseStore | undefined, delayMs: number, then?: () => void): void {
    const name = userKey(who.userId);
    clearTimeout(this.#timers.get(name));
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      this.#track(this.flush(who, store, { endSession: false }).then(then, () => undefined));
    }, delayMs);
    // A process that has nothing else to do may end.
    this.#timers.set(name, timer.unref());
  }

  /** Runs the update stage for one user until nothing is left that can be done now. Returns what is still pending. */
  async flush(who: Who, runStore?: BaseStore, { endSession = true, signal, onProgress, onWarning }: FlushOptions = {}): Promise<Pending[]> {
    const { log } = await this.#services.memory(runStore);
    const user = log.of(who.userId);
    const context = { userId: who.userId, timezone: who.timezone, ...(who.locale !== undefined && { locale: who.locale }) };
    let before = "";
    for (;;) {
      const open = await user.list("pending");
      onProgress?.(open);
      const now = open.map(pendingKey).sort().join();
      // A round that changed nothing is the last: what is left waits for the model, or for the session to end.
      if (open.length === 0 || now === before) return open;
      before = now;
      const { warnings } = await underOwnSignal(signal, (own) =>
        this.#graph.invoke({ endSession, force: true }, { context, ...(runStore && { store: runStore }), signal: own }),
      );
      for (const [code, message] of Object.entries(warnings)) onWarning?.(code, message);
    }
  }

  /** Does what is scheduled now, waits for what is running, and schedules nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    // The last attempt for what is not logged yet.
    const unlogged = [...this.#insisting];
    this.#insisting.clear();
    for (const [timer] of unlogged) clearTimeout(timer);
    await Promise.allSettled([...unlogged.map(([, work]) => work()), ...this.#running]);
  }
}

/** Each run of a graph leaves a listener on the signal that it is given (LangGraph 1.4): a long flush gives every run one of its own. */
async function underOwnSignal<T>(signal: AbortSignal | undefined, run: (own: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const abort = (): void => own.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await run(own.signal);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
