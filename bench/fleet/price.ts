import type { Load } from "./load.js";

/** US dollars. What a cloud asks changes: these are inputs, and each has a flag. */
export interface Prices {
  readonly cpuHour: number;
  readonly gbRamHour: number;
  readonly gbSsdMonth: number;
  readonly gbBackupMonth: number;
  readonly inputMillion: number;
  readonly outputMillion: number;
}

/** Of the order of list prices for on-demand machines, SSD volumes, object storage and a small hosted model; not a quotation. */
export const PRICES: Prices = {
  cpuHour: 0.04,
  gbRamHour: 0.005,
  gbSsdMonth: 0.1,
  gbBackupMonth: 0.023,
  inputMillion: 0.25,
  outputMillion: 2,
};

/** Bytes in the database of one message with all that follows from it, and of its share of the snapshot (docs/deployment.md). */
export const BYTES_PER_MESSAGE = 1_500;
/** Tokens of one proposal of facts, and of one filing of a session: the fixed part (bench:turn) and what was said. */
export const TOKENS = { extract: { input: 1_000, output: 120 }, consolidate: { input: 1_800, output: 400 } } as const;
const TURNS_IN_SESSION = 5;
const HOURS = 730;

export interface Monthly {
  readonly compute: number;
  readonly database: number;
  readonly storage: number;
  readonly models: number;
  readonly total: number;
}

/** Dollars a registered user a month. `workers` serve the whole cell, day and night, and the database has as much again. */
export function monthly(load: Load, workers: number, cacheMb: number, prices: Prices): Monthly {
  const perUser = (dollars: number): number => dollars / load.users;
  const workerHour = prices.cpuHour + (cacheMb / 1024 + 0.5) * prices.gbRamHour;
  const turns = load.daily * load.turns * (HOURS / 24);
  const gb = (load.memories * BYTES_PER_MESSAGE) / 1e9;
  const priced = ({ input, output }: { input: number; output: number }) =>
    (input * prices.inputMillion + output * prices.outputMillion) / 1e6;
  const compute = perUser(workers * workerHour * HOURS);
  // Two machines of four cores and 32 GB: one writes, one stands by.
  const database = perUser(2 * (4 * prices.cpuHour + 32 * prices.gbRamHour) * HOURS);
  const storage = gb * (2 * prices.gbSsdMonth + prices.gbBackupMonth);
  const models = turns * priced(TOKENS.extract) + (turns / TURNS_IN_SESSION) * priced(TOKENS.consolidate);
  return { compute, database, storage, models, total: compute + database + storage + models };
}
