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
    super(
      `The next call might pass the limit of $${limit}; $${spent.toFixed(4)} were spent by then. Raise --max-cost and run the same command again to go on.`,
    );
  }
}

/** Tokens of an answer of a model that has not answered yet. */
const GUESS = 300;

/** Attributes model calls to the work that makes them, and holds the spending limit over all of it. */
export class Meter {
  readonly #scope = new AsyncLocalStorage<Usage>();
  readonly #prices: Prices;
  readonly #limit: number;
  /** What was paid in this process; answers from the cache are free. */
  spent = 0;
  /** What the calls under way may cost. */
  #reserved = 0;
  /** Tokens of the longest answer so far of each model; of none yet, a guess. */
  readonly #longest = new Map<string, number>();

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

  /**
   * Puts aside what a call may cost, with an answer as long as the longest yet; the function gives it back when the call has ended.
   * @throws OverBudget when the limit might be passed with it and the calls under way
   */
  reserve(model: string, input: number): () => void {
    const cost = costOf(this.#prices, { model, input, output: this.#longest.get(model) ?? GUESS });
    const may = Number.isNaN(cost) ? 0 : cost;
    if (this.spent + this.#reserved + may > this.#limit) throw new OverBudget(this.spent, this.#limit);
    this.#reserved += may;
    return () => void (this.#reserved -= may);
  }

  /** `ownMs`: what our own counting of tokens took, which is not the system's time. */
  count(call: Call, fromCache: boolean, ownMs = 0): void {
    const cost = costOf(this.#prices, call);
    if (!fromCache && !Number.isNaN(cost)) this.spent += cost;
    this.#longest.set(call.model, Math.max(call.output, this.#longest.get(call.model) ?? 0));
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
