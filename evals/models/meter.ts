import { AsyncLocalStorage } from "node:async_hooks";
import type { Call } from "./call-store.js";
import { costOf, type Prices } from "./prices.js";

/** What the model calls of one piece of work took. */
export interface Usage {
  calls: number;
  input: number;
  output: number;
  /** US dollars; NaN when a model has no price. */
  cost: number;
  /** To be added to the time on the clock: what answers from the cache had taken when they were made, less what counting took. */
  savedMs: number;
  /** Whether some of the tokens were counted here and not reported by the model. */
  counted: boolean;
}
export const nothing = (): Usage => ({ calls: 0, input: 0, output: 0, cost: 0, savedMs: 0, counted: false });

/** The spending limit is reached. What was answered is kept; the run can go on later. */
export class OverBudget extends Error {
  constructor(spent: number, limit: number) {
    super(`The limit of $${limit} is reached: $${spent.toFixed(4)} were spent. Raise --max-cost and run the same command again to go on.`);
  }
}

/** Attributes model calls to the work that makes them, and holds the spending limit over all of it. */
export class Meter {
  readonly #scope = new AsyncLocalStorage<Usage>();
  readonly #prices: Prices;
  readonly #limit: number;
  /** What was paid in this process; answers from the cache are free. */
  spent = 0;

  constructor(prices: Prices = {}, limit = Infinity) {
    this.#prices = prices;
    this.#limit = limit;
  }

  async measure<T>(work: () => Promise<T>): Promise<{ value: T; usage: Usage; ms: number }> {
    const usage = nothing();
    const start = performance.now();
    const value = await this.#scope.run(usage, work);
    return { value, usage, ms: performance.now() - start + usage.savedMs };
  }

  /** @throws OverBudget before a call that would go over the limit */
  check(): void {
    if (this.spent >= this.#limit) throw new OverBudget(this.spent, this.#limit);
  }

  /** `ownMs`: what our own counting of tokens took, which is not the system's time. */
  count(call: Call, fromCache: boolean, ownMs = 0): void {
    const cost = costOf(this.#prices, call);
    if (!fromCache && !Number.isNaN(cost)) this.spent += cost;
    const usage = this.#scope.getStore();
    if (!usage) return;
    usage.calls++;
    usage.input += call.input;
    usage.output += call.output;
    usage.cost += cost;
    usage.counted ||= call.counted;
    usage.savedMs += (fromCache ? call.ms : 0) - ownMs;
  }
}
