import { PersonaError } from "../errors.js";

/**
 * The right of one owner at a time to do a piece of work, also across processes that share a store. A lease ends by
 * itself, by the wall clock, so that a crashed owner never blocks the work for good.
 */
export interface LeaseHolder {
  /**
   * Takes the lease if it is free, has expired, or is already the owner's own (which renews it).
   *
   * @param ttlMs how long it holds, in ms; more than 0
   * @returns whether the owner now holds it
   * @throws PersonaError LEASE_TTL_INVALID
   */
  acquireLease(name: string, owner: string, ttlMs: number): boolean | Promise<boolean>;
  /** Gives it up; a lease of another owner is left alone. Returns whether there was one to give up. */
  releaseLease(name: string, owner: string): boolean | Promise<boolean>;
}

/** One statement each, so that SQLite decides between processes. The conflict clause bars a holder that is alive. */
export const ACQUIRE_LEASE = `
  INSERT INTO leases (name, owner, until) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
  WHERE leases.owner = excluded.owner OR leases.until <= ?`;
export const RELEASE_LEASE = "DELETE FROM leases WHERE name = ? AND owner = ?";

export function checkLeaseTtl(ttlMs: number): void {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return;
  throw new PersonaError({
    code: "LEASE_TTL_INVALID",
    message: `A lease cannot last ${String(ttlMs)} ms.`,
    fix: "Give a number of milliseconds above 0.",
  });
}
