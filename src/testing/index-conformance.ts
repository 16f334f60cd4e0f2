import type { IndexFactory } from "../recall/index-port.js";
import { World, type IndexGap } from "./index-case.js";
import { INDEX_CASES } from "./index-conformance-cases.js";
import type { ConformanceRunner } from "./store-conformance.js";

export type { IndexGap } from "./index-case.js";

export interface IndexUnderTest {
  /** Undefined: `LocalIndex`. */
  readonly index: IndexFactory | undefined;
  /** Removes what the index holds. */
  dispose(): Promise<void>;
}

export interface IndexConformanceOptions {
  readonly name: string;
  /** A new, empty index for every case. */
  create(): Promise<IndexUnderTest>;
  readonly runner: ConformanceRunner;
  /** Cases of these are not asked: an approximate search may find it all the same, now and then. */
  readonly knownGaps?: readonly IndexGap[];
}

/** What recall asks of any index, as tests: one ranking, isolation, time windows, removals that are whole, several processes, restart. */
export function indexConformance({ name, create, runner, knownGaps = [] }: IndexConformanceOptions): void {
  runner.describe(`${name} as an index`, () => {
    for (const { title, gap, embeddings, run } of INDEX_CASES) {
      if (gap !== undefined && knownGaps.includes(gap)) continue;
      runner.it(title, async () => {
        const { index, dispose } = await create();
        const world = new World(index, embeddings);
        try {
          await run(world);
        } finally {
          await world.close();
          await dispose();
        }
      });
    }
  });
}
