import assert from "node:assert/strict";
import type { BaseStore } from "@langchain/langgraph";
import { type KnownFault } from "./store-case.js";
import { STORE_CASES } from "./store-conformance-cases.js";

export type { KnownFault } from "./store-case.js";

/** The two functions that Jest, Vitest and node:test have in common. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}

export interface StoreUnderTest {
  readonly store: BaseStore;
  /** Closes the store and opens it again on the same data; leave it out for a store that keeps nothing. */
  reopen?(): Promise<BaseStore>;
  /** Closes what is open and removes its data. */
  dispose(): Promise<void>;
}

export interface StoreConformanceOptions {
  readonly name: string;
  /** A new, empty store for every case. */
  create(): Promise<StoreUnderTest>;
  readonly runner: ConformanceRunner;
  /** Cases of these faults are asserted to fail, so that a mended fault is noticed. */
  readonly knownFaults?: readonly KnownFault[];
}

/** What memory asks of any LangGraph `BaseStore`, as tests. */
export function storeConformance({ name, create, runner, knownFaults = [] }: StoreConformanceOptions): void {
  runner.describe(`${name} as a store`, () => {
    for (const { title, faults = [], reopens, run } of STORE_CASES) {
      const fault = faults.find((one) => knownFaults.includes(one));
      const isKnown = fault !== undefined;
      runner.it(isKnown ? `known fault "${fault}": not so: ${title}` : title, async () => {
        const { store, reopen, dispose } = await create();
        try {
          if (reopens && reopen === undefined) return;
          const result = run(store, async () => (await reopen?.()) ?? store);
          if (isKnown) await assert.rejects(result, `The fault "${fault}" is mended: take it off the list of known faults.`);
          else await result;
        } finally {
          await dispose();
        }
      });
    }
  });
}
