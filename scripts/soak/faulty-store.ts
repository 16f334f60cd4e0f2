import { setTimeout as sleep } from "node:timers/promises";
import { BaseStore, type Operation, type OperationResults } from "@langchain/langgraph";
import type { LeaseHolder } from "../../src/store/lease.js";
import type { SqliteStore } from "../../src/store/sqlite-store.js";
import type { Faults, Kill } from "./faults.js";

/** A SqliteStore that fails, that fails after it has written (as a lost connection does), that takes its time, and whose process dies. */
export class FaultyStore extends BaseStore implements LeaseHolder {
  readonly #inner: SqliteStore;
  readonly #faults: Faults;

  constructor(inner: SqliteStore, faults: Faults) {
    super();
    this.#inner = inner;
    this.#faults = faults;
  }

  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const written = new Map(
      operations.flatMap((op) => ("value" in op && op.value !== null ? [[op.namespace[2], `${op.namespace[1]} ${op.key}`] as const] : [])),
    );
    const kill = (point: Kill, collection: string): void => {
      const key = written.get(collection);
      if (key !== undefined) this.#faults.kill(point, key);
    };
    const fault = this.#faults.ofStore();
    if (fault === "store-fails") throw new Error("The store did not answer.");
    if (fault === "store-slow") await sleep(30);
    kill("kill-before-log", "message");
    kill("kill-before-facts", "fact");
    kill("kill-before-episodes", "episode");
    const results = await this.#inner.batch(operations);
    kill("kill-after-log", "message");
    kill("kill-after-summary", "consolidation");
    if (fault === "store-fails-late") throw new Error("The connection to the store was lost.");
    return results;
  }

  acquireLease(name: string, owner: string, ttlMs: number): boolean {
    if (this.#faults.ofLease()) throw new Error("The store is locked.");
    return this.#inner.acquireLease(name, owner, ttlMs);
  }

  releaseLease(name: string, owner: string): boolean {
    if (this.#faults.ofLease()) throw new Error("The store is locked.");
    return this.#inner.releaseLease(name, owner);
  }
}
