import { PersonaError } from "../errors.js";
import { systemClock, type Clock } from "../domain/time.js";
import type { DatabaseOptions } from "./sqlite-database.js";

export interface SqliteTtl {
  /** Life of an item, in minutes from its last write. Default: for ever. */
  readonly defaultMinutes?: number;
  /** Other lives for what lies at or below a prefix; the longest matching prefix decides, null is for ever. */
  readonly byPrefix?: readonly { readonly prefix: readonly string[]; readonly minutes: number | null }[];
  /** Whether `get` and `search` begin an item's life anew; then they write. Default false. */
  readonly refreshOnRead?: boolean;
  /** How often expired items are removed from the file, in minutes. They are never returned, removed or not. Default 60. */
  readonly sweepIntervalMinutes?: number;
}

export interface SqliteStoreOptions {
  /** The file; its folder is made if missing. Default ":memory:". */
  readonly path?: string;
  /** How long a call waits for another process to finish writing, in ms; the wait blocks this process. Default 5000. */
  readonly busyTimeoutMs?: number;
  /** NORMAL survives a crash of the process; FULL also a power cut, for 4 times the cost of a single write. Default NORMAL. */
  readonly synchronous?: "NORMAL" | "FULL";
  readonly ttl?: SqliteTtl;
  /** Top-level keys whose filters an index serves, within a namespace; each costs about 2 µs a write. Default ["at", "recordedAt"]. */
  readonly indexed?: readonly string[];
  /** Where createdAt, updatedAt, expiry and leases take the time from. Default: the system's. */
  readonly clock?: Clock;
}

export interface ResolvedOptions extends DatabaseOptions {
  readonly ttl: SqliteTtl | undefined;
  readonly sweepIntervalMs: number;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Validates and defaults once, at the door. @throws PersonaError STORE_OPTIONS_INVALID */
export function resolveOptions(options: SqliteStoreOptions): ResolvedOptions {
  const {
    path = ":memory:",
    busyTimeoutMs = 5000,
    synchronous = "NORMAL",
    ttl,
    indexed = ["at", "recordedAt"],
    clock = systemClock,
  } = options;
  const check = (valid: boolean, name: string, fix: string): void => {
    if (!valid) throw new PersonaError({ code: "STORE_OPTIONS_INVALID", message: `SqliteStore was given an invalid ${name}.`, fix });
  };
  // libsql would take an address for a remote database and an empty path for a temporary one.
  check(typeof path === "string" && path.trim() !== "" && !path.includes("://"), "path", 'Give the path of a file, or ":memory:".');
  check(Number.isInteger(busyTimeoutMs) && busyTimeoutMs >= 0, "busyTimeoutMs", "Give whole milliseconds, 0 or more.");
  check(synchronous === "NORMAL" || synchronous === "FULL", "synchronous", 'Give "NORMAL" or "FULL".');
  // SQLite's path syntax cannot name a key with a double quote, nor a control character in an index.
  check(
    indexed.every((key) => typeof key === "string" && /^[^"\\\p{Cc}\p{Surrogate}]+$/u.test(key)),
    "indexed",
    "Give keys without quotes or control characters.",
  );
  const minutes = [ttl?.defaultMinutes, ttl?.sweepIntervalMinutes, ...(ttl?.byPrefix ?? []).map((rule) => rule.minutes ?? undefined)];
  check(
    minutes.every((value) => value === undefined || (Number.isFinite(value) && value > 0)),
    "ttl",
    "Give minutes above 0.",
  );
  return Object.freeze({
    path,
    busyTimeoutMs,
    synchronous,
    ttl: ttl === undefined ? undefined : Object.freeze({ ...ttl }),
    indexed: Object.freeze([...new Set(indexed)]),
    sweepIntervalMs: Math.min((ttl?.sweepIntervalMinutes ?? 60) * MINUTE_MS, LONGEST_TIMER_MS),
    clock,
  });
}

/** When an item written (or refreshed) now expires, epoch ms; null is never. */
export function expiryOf(ttl: SqliteTtl | undefined, namespace: readonly string[], now: number): number | null {
  if (ttl === undefined) return null;
  let minutes: number | null = ttl.defaultMinutes ?? null;
  let longest = -1;
  for (const rule of ttl.byPrefix ?? []) {
    if (rule.prefix.length > longest && rule.prefix.every((label, i) => label === namespace[i])) {
      longest = rule.prefix.length;
      minutes = rule.minutes;
    }
  }
  return minutes === null ? null : now + Math.round(minutes * MINUTE_MS);
}
