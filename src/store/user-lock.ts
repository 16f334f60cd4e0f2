import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BaseStore } from "@langchain/langgraph";
import { PersonaError } from "../errors.js";
import type { LeaseHolder } from "./lease.js";
import { userKey } from "./namespace.js";

/** What a store may offer beyond BaseStore: a lock that holds between processes. SqliteStore does. */
const isLeasing = (store: object): store is LeaseHolder => "acquireLease" in store && "releaseLease" in store;

/** A process that dies leaves its leases behind for so long. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** No update takes longer; a holder that never let go is passed over. */
const MAX_HOLD_MS = 10 * 60_000;

interface Hold {
  readonly token: string;
  readonly since: number;
  readonly renewal: NodeJS.Timeout;
}

/**
 * One update at a time for each user: within the process always, and between processes where the store has leases.
 * The token travels in the graph's state, so that a run goes on holding from node to node, also after a resume.
 */
export class UserLocks {
  readonly #held = new Map<string, Hold>();
  readonly #leases: LeaseHolder | undefined;

  constructor(store: BaseStore) {
    this.#leases = isLeasing(store) ? store : undefined;
  }

  /** Waits until the user's updates are ours. @throws PersonaError UPDATE_BUSY after `waitMs`; the signal's reason when aborted. */
  async hold(userId: string, token: string, { signal, waitMs = 120_000 }: { signal?: AbortSignal | undefined; waitMs?: number } = {}): Promise<string> {
    const name = userKey(userId);
    const owner = token || randomUUID();
    const deadline = Date.now() + waitMs;
    for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
      if (this.#take(name, owner)) return owner;
      signal?.throwIfAborted();
      if (Date.now() > deadline) {
        throw new PersonaError({
          code: "UPDATE_BUSY",
          message: `Another update of this user has been running for more than ${Math.round(waitMs / 1000)} s.`,
          fix: "Nothing is lost: what is pending is made up for by the next update, or by flush().",
        });
      }
      await sleep(pause, undefined, signal ? { signal } : undefined);
    }
  }

  release(userId: string, token: string): void {
    const name = userKey(userId);
    const hold = this.#held.get(name);
    if (hold?.token !== token) return;
    clearInterval(hold.renewal);
    this.#held.delete(name);
    this.#leases?.releaseLease(name, token);
  }

  #take(name: string, token: string): boolean {
    const hold = this.#held.get(name);
    if (hold?.token === token) return true;
    if (hold && Date.now() - hold.since < MAX_HOLD_MS) return false;
    if (this.#leases && !this.#leases.acquireLease(name, token, LEASE_MS)) return false;
    if (hold) clearInterval(hold.renewal);
    const renewal = setInterval(() => this.#renew(name, token), RENEW_MS).unref();
    this.#held.set(name, { token, since: Date.now(), renewal });
    return true;
  }

  #renew(name: string, token: string): void {
    const hold = this.#held.get(name);
    try {
      if (hold?.token === token && Date.now() - hold.since < MAX_HOLD_MS) this.#leases?.acquireLease(name, token, LEASE_MS);
    } catch {
      // A store that is closed or busy: the lease runs out by itself, and writes are idempotent.
    }
  }
}

const byStore = new WeakMap<BaseStore, UserLocks>();

/** The same locks for everybody in this process who uses the same store. */
export function locksOf(store: BaseStore): UserLocks {
  const known = byStore.get(store);
  if (known) return known;
  const locks = new UserLocks(store);
  byStore.set(store, locks);
  return locks;
}
