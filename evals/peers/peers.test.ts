import { describe, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plan, run } from "../qa/run.js";
import type { SystemRow } from "../qa/summary.js";
import type { System } from "../qa/system.js";
import { fromInstall } from "./installed.js";
import { installOf, PEERS, peerSystem } from "./index.js";
import { storeSearch, type StoreModule } from "./langgraph-store/system.js";

const installed = (peer: string): boolean => existsSync(fileURLToPath(new URL(`./${peer}/node_modules`, import.meta.url)));

const SUITES = fileURLToPath(new URL("../fixtures/suites/", import.meta.url));

async function evaluate(system: System): Promise<SystemRow> {
  const folder = mkdtempSync(join(tmpdir(), "eval-peer-"));
  try {
    const script = `scripted:${join(SUITES, "script.json")}`;
    const options = {
      suite: "locomo",
      data: join(SUITES, "locomo/locomo10.json"),
      systems: [system],
      model: script,
      memoryModel: script,
      judge: script,
      votes: 1,
      pairwise: false,
      out: join(folder, "out"),
      cache: join(folder, "cache"),
      parallel: 2,
      limit: 3,
      contextTokens: 1000,
      prices: {},
      partial: false,
    } as const;
    return (await run(options, (await plan(options)).faults)).systems[0]!;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("peers", () => {
  test("LangGraph's store search answers the same questions from what it finds", async () => {
    const row = await evaluate(storeSearch(async () => (await import("@langchain/langgraph")) as unknown as StoreModule));
    expect(row).toMatchObject({ system: "langgraph-store", asked: 7, outcomes: { failed: 0, right: 2 } });
    expect(row.found.mean).toBeGreaterThan(0.5);
    expect(row.shown).toBe(3);
  });

  const here = installed("mem0");
  (here ? test : test.skip)(
    `mem0 answers the same questions from what it extracted${here ? "" : " (skipped: npm install --prefix evals/peers/mem0 compiles SQLite, which takes a minute)"}`,
    async () => {
      const row = await evaluate(await peerSystem("mem0"));
      expect(row).toMatchObject({ system: "mem0", asked: 7, outcomes: { failed: 0, right: 2 } });
      // One call an exchange: four in the first conversation, two in the second.
      expect(row.ingest.calls).toBe(3);
    },
  );

  (here ? test : test.skip)("mem0-raw finds turns as they were told, with no model", async () => {
    const row = await evaluate(await peerSystem("mem0-raw"));
    expect(row).toMatchObject({ system: "mem0-raw", asked: 7, outcomes: { failed: 0, right: 2 }, shown: 3, ingest: { calls: 0 } });
  });

  test.each(PEERS)("%s says what to install where it is not installed", async (name) => {
    expect((await peerSystem(name)).name).toBe(name);
    const folder = installOf(name);
    await expect(fromInstall(folder, "no-such-package", "index.js")).rejects.toThrow(`npm install --prefix evals/peers/${folder}`);
  });

  test("are not among our own dependencies", async () => {
    const { default: manifest } = (await import("../../package.json", { with: { type: "json" } })) as {
      default: { dependencies: object; devDependencies: object };
    };
    expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })).not.toContain("mem0ai");
    expect(installed("no-such-peer")).toBe(false);
  });
});
