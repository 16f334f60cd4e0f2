import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BaseStore } from "@langchain/langgraph";
import { PersonaError } from "../errors.js";
import type { LeaseHolder } from "./lease.js";
import { userKey } from "./namespace.js";

/** What a store may offer beyond BaseStore: a lock that holds between processes. SqliteStore does. */
const isLeasing = (store: object): store is LeaseHolder => "acquireLease" in store && "releaseLease" in store;

/** A process that dies leaves its leases behind for so long: those of updates, and those of the log, for which somebody is waiting. */
const LEASE_MS = 10_000;
const BRIEF_LEASE_MS = 3_000;
/** A store that fails so often in a row is down. */
const MAX_FAILURES = 4;
/** No update takes longer; a holder that never let go is passed over. */
const MAX_HOLD_MS = 10 * 60_000;
/** Between two steps of a run lie milliseconds. One that is given up just there (aborted, or out of steps) tells nobody. */
const MAX_IDLE_MS = 10_000;

interface Hold {
  readonly token: string;
  readonly since: number;
  readonly renewal: NodeJS.Timeout;
  /** Steps of the run that are at work: several of a graph may be, side by side. */
  working: number;
  /** Since when none is. */
  idleSince: number;
  /** To be let go of when the last of them is done. */
  over: boolean;
}

export interface HoldOptions {
  readonly signal?: AbortSignal | undefined;
  readonly waitMs?: number;
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

  /**
   * Waits until the user's updates are ours; every `hold` wants its `release`. @throws PersonaError UPDATE_BUSY after `waitMs`; the
   * signal's reason when aborted.
   */
  hold(userId: string, token: string, options: HoldOptions = {}): Promise<string> {
    return this.#hold(userKey(userId), token || randomUUID(), LEASE_MS, options);
  }

  /** One step is done. The updates are given up with the last that is at work, when it or another said `over`. Never fails. */
  release(userId: string, token: string, over = true): void {
    this.#release(userKey(userId), token, over);
  }

  /**
   * Reads and writes of the log that belong together, a matter of milliseconds, beside an update that may take a minute: of two
   * deliveries of one message, one is the first.
   */
  async briefly<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const name = `${userKey(userId)} log`;
    const owner = await this.#hold(name, randomUUID(), BRIEF_LEASE_MS, { waitMs: 30_000 });
    try {
      return await work();
    } finally {
      this.#release(name, owner, true);
    }
  }

  async #hold(name: string, owner: string, leaseMs: number, { signal, waitMs = 120_000 }: HoldOptions): Promise<string> {
    const deadline = Date.now() + waitMs;
    let failures = 0;
    for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
      signal?.throwIfAborted();
      try {
        if (await this.#take(name, owner, leaseMs)) return owner;
        failures = 0;
      } catch (error) {
        // Who asks twenty times a second must bear that the store is busy once.
        if (++failures >= MAX_FAILURES) throw error;
      }
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

  #release(name: string, token: string, over: boolean): void {
    const hold = this.#held.get(name);
    if (hold?.token !== token) return;
    hold.working--;
    hold.idleSince = Date.now();
    hold.over ||= over;
    if (hold.over && hold.working <= 0) this.#drop(name, hold);
  }

  #drop(name: string, hold: Hold): void {
    clearInterval(hold.renewal);
    this.#held.delete(name);
    // A store that cannot be reached: the lease runs out by itself.
    void this.#quietly(() => this.#leases?.releaseLease(name, hold.token));
  }

  async #take(name: string, token: string, leaseMs: number): Promise<boolean> {
    const known = this.#joined(name, token);
    if (known !== undefined) return known;
    if (this.#leases && !(await this.#leases.acquireLease(name, token, leaseMs))) return false;
    // Another step of the same run may have been as quick, and another run of this process where there are no leases.
    const joined = this.#joined(name, token);
    if (joined !== undefined) return joined;
    const hold = this.#held.get(name);
    if (hold) clearInterval(hold.renewal);
    const renewal = setInterval(() => this.#renew(name, token, leaseMs), leaseMs / 3).unref();
    this.#held.set(name, { token, since: Date.now(), renewal, working: 1, idleSince: 0, over: false });
    return true;
  }

  /** Whether it is ours already, or another's; undefined when it is to be had. */
  #joined(name: string, token: string): boolean | undefined {
    const hold = this.#held.get(name);
    if (hold?.token === token) {
      hold.working++;
      return true;
    }
    return hold && isAlive(hold) ? false : undefined;
  }

  #renew(name: string, token: string, leaseMs: number): void {
    const hold = this.#held.get(name);
    // A store that is closed or busy: the lease runs out by itself, and writes are idempotent.
    if (hold?.token === token && isAlive(hold)) void this.#quietly(() => this.#leases?.acquireLease(name, token, leaseMs));
  }

  async #quietly(ask: () => unknown): Promise<void> {
    try {
      await ask();
    } catch {
      // Said by the caller.
    }
  }
}

const isAlive = ({ since, working, idleSince }: Hold): boolean =>
  Date.now() - (working > 0 ? since : idleSince) < (working > 0 ? MAX_HOLD_MS : MAX_IDLE_MS);

const byStore = new WeakMap<BaseStore, UserLocks>();

/** The same locks for everybody in this process who uses the same store. */
export function locksOf(store: BaseStore): UserLocks {
  const known = byStore.get(store);
  if (known) return known;
  const locks = new UserLocks(store);
  byStore.set(store, locks);
  return locks;
}
