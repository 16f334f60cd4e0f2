import { between, chance } from "./random.js";
import type { Exchange } from "./workload.js";

/** One arrival of a message. */
export interface Delivery {
  readonly exchange: Exchange;
  readonly thread: string;
}

/** What happens at once; the next step waits for it. */
export type Step = { readonly deliveries: readonly Delivery[] } | { readonly flush: { readonly endSession: boolean } };

/** Everything in its order, one at a time. */
export const calmPlan = (exchanges: readonly Exchange[]): Step[] =>
  exchanges.map((exchange) => ({ deliveries: [{ exchange, thread: exchange.thread }] }));

/**
 * The same messages as they may really arrive: two devices at once, the same run delivered twice, one late because its device was
 * offline, and updates in between.
 */
export function stormPlan(exchanges: readonly Exchange[], seed: number, rate: number): { steps: Step[]; counts: Record<string, number> } {
  const counts: Record<string, number> = { late: 0, twice: 0, "twice-elsewhere": 0, "once-more": 0, "at-once": 0, flushes: 0 };
  const steps: Step[] = [];
  const arrivals = late(exchanges, seed, rate, counts);
  for (let i = 0; i < arrivals.length;) {
    const one = arrivals[i]!;
    const deliveries: Delivery[] = [{ exchange: one, thread: one.thread }];
    i++;
    // The other device speaks while the first still waits for its answer. One thread has one run at a time, as servers see to.
    const next = arrivals[i];
    if (next && next.thread !== one.thread && next.session === one.session && chance(seed, next.id, "at once") < 3 * rate) {
      deliveries.push({ exchange: next, thread: next.thread });
      counts["at-once"]!++;
      i++;
    }
    const roll = chance(seed, one.id, "again") / rate;
    if (roll < 0.25) deliveries.push({ exchange: one, thread: one.thread });
    else if (roll < 0.5) deliveries.push({ exchange: one, thread: `${one.thread}-again` });
    if (roll < 0.5) counts[roll < 0.25 ? "twice" : "twice-elsewhere"]!++;
    steps.push({ deliveries });
    if (roll >= 0.5 && roll < 0.75) {
      steps.push({ deliveries: [deliveries[0]!] });
      counts["once-more"]!++;
    }
    if (chance(seed, one.id, "flush") < rate / 6) {
      steps.push({ flush: { endSession: chance(seed, one.id, "end") < 0.5 } });
      counts["flushes"]!++;
    }
  }
  return { steps, counts };
}

/** Some messages come after up to five that were said later. */
function late(exchanges: readonly Exchange[], seed: number, rate: number, counts: Record<string, number>): Exchange[] {
  const place = (exchange: Exchange, i: number): number => {
    if (chance(seed, exchange.id, "late") >= rate / 4) return i;
    counts["late"]!++;
    return i + between(1, 5, seed, exchange.id, "how late") + 0.5;
  };
  return exchanges
    .map((exchange, i) => [place(exchange, i), exchange] as const)
    .sort(([a], [b]) => a - b)
    .map(([, exchange]) => exchange);
}
