/** One process of the soak: an agent over the shared store, told what to do by the client. It may be killed at any moment. */
import { AsyncLocalStorage } from "node:async_hooks";
import { HumanMessage } from "@langchain/core/messages";
import { createPersonaAgent, PersonaMemory, SqliteStore } from "../../src/index.js";
import { Faults } from "./faults.js";
import { faultyModel } from "./faulty-model.js";
import { FaultyStore } from "./faulty-store.js";
import { DurableThreads } from "./threads.js";
import { storePath, type Reply, type Request, type WorkerOptions } from "./wire.js";
import { markerOf, MARKERS, type Exchange } from "./workload.js";

/** A model that hangs is given up after so many seconds. */
const PATIENCE = 0.4;

const options = JSON.parse(process.argv[2]!) as WorkerOptions;
const tell = (reply: Reply): void => {
  if (process.connected) process.send!(reply, () => undefined);
};
const counts = { answer: 0, extract: 0, consolidate: 0 };
const faults = new Faults(options);
const store = new FaultyStore(new SqliteStore({ path: storePath(options.folder) }), faults);
const model = faultyModel(faults, counts, (leak) => tell({ leak: `a prompt: ${leak}` }));
// Users talk at their own simulated times, many at once: each run has the time of its conversation.
const time = new AsyncLocalStorage<number>();
const clock = { now: (): number => time.getStore() ?? Date.parse("2026-01-01") };
const settings = { model, store, clock, answerTimeout: PATIENCE, memoryTimeout: PATIENCE };
const agent = createPersonaAgent({ ...settings, checkpointer: new DurableThreads(`${options.folder}/threads-${options.process}.db`) });
const memory = new PersonaMemory(settings);

async function turn(exchange: Exchange, thread: string): Promise<void> {
  const patience = faults.clientGone(exchange.id);
  const state = await agent.invoke(
    { messages: [new HumanMessage({ id: exchange.id, content: exchange.text, additional_kwargs: { at: exchange.at } })] },
    {
      context: { userId: exchange.userId },
      configurable: { thread_id: thread },
      ...(patience !== undefined && { signal: AbortSignal.timeout(patience) }),
    },
  );
  const strangers = (JSON.stringify(state).match(MARKERS) ?? []).filter((word) => word !== markerOf(exchange.user));
  if (strangers.length > 0) tell({ leak: `the state of a run of ${exchange.userId}: ${strangers.join(" ")}` });
}

async function handle(request: Request): Promise<Reply> {
  const { n } = request;
  try {
    if (request.do === "calm") faults.calm();
    else if (request.do === "turn") await time.run(request.now, () => turn(request.exchange, request.thread));
    else {
      const { userId, endSession } = request;
      return { n, ok: true, pending: await time.run(request.now, () => memory.flush(userId, { endSession })) };
    }
    return { n, ok: true };
  } catch (error) {
    return { n, ok: false, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

process.on("message", (request: Request) => void handle(request).then(tell));
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole group; the client decides when this one ends.
process.on("SIGINT", () => undefined);
setInterval(() => tell({ calls: { ...counts } }), 500).unref();
tell({ ready: true });
