import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SqliteStore } from "../src/index.js";
import { namespaceOf } from "../src/store/namespace.js";
import { compare } from "./soak/compare.js";
import { calmPlan, stormPlan } from "./soak/plan.js";
import { soak } from "./soak/run.js";
import { storePath } from "./soak/wire.js";
import { conversationOf, markerOf, userIdOf } from "./soak/workload.js";

const options = { users: 3, exchanges: 36, concurrency: 3, faults: 0.2, kills: 2, seed: 3 };

describe("the soak", () => {
  const folder = mkdtempSync(join(tmpdir(), "personagraph-soak-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("finds nothing off in a short run with every fault and killed processes, and finds it when something is", async () => {
    const report = await soak({ ...options, keep: folder }, () => undefined);
    const { examples, ...figures } = report.difference;
    expect(examples).toEqual([]);
    expect(Object.entries(figures).filter(([, figure]) => figure !== 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.storm.accepted).toBe(options.exchanges);
    expect(report.storm.kills).toBeGreaterThan(0);
    expect(Object.keys(report.faults).length).toBeGreaterThan(8);

    const ids = conversationOf(0, options).map(({ id }) => id);
    const store = new SqliteStore({ path: storePath(join(folder, "storm")) });
    const messages = namespaceOf(userIdOf(0), "message");
    const first = (await store.get(messages, ids[0]!))!;
    await store.delete(messages, ids[1]!);
    await store.put(messages, "again", { ...first.value, key: "again" });
    await store.put(namespaceOf(userIdOf(1), "message"), "strange", { ...first.value, text: markerOf(0) });
    const core = namespaceOf(userIdOf(2), "core");
    const personality = (await store.get(core, "personality"))!.value as { scores: object };
    await store.put(core, "personality", { ...personality, scores: { ...personality.scores, openness: 3.000001 } });
    store.close();
    const broken = await compare(join(folder, "calm"), join(folder, "storm"), options, new Map([[userIdOf(0), 2]]), new Set(ids));
    expect(broken.lost).toBeGreaterThanOrEqual(1);
    expect(broken.duplicated).toBe(2);
    expect(broken.leaked).toBeGreaterThanOrEqual(1);
    expect(broken.personality).toBeGreaterThan(0);
    expect(broken.pending).toBe(2);
  }, 120_000);

  it("has the same plan for the same seed, in which every message arrives", () => {
    const said = conversationOf(1, options);
    expect(conversationOf(1, options)).toEqual(said);
    expect(stormPlan(said, 3, 0.2)).toEqual(stormPlan(said, 3, 0.2));
    expect(stormPlan(said, 4, 0.2)).not.toEqual(stormPlan(said, 3, 0.2));
    const arrived = stormPlan(said, 3, 0.2).steps.flatMap((step) =>
      "deliveries" in step ? step.deliveries.map(({ exchange }) => exchange.id) : [],
    );
    expect(new Set(arrived)).toEqual(new Set(said.map(({ id }) => id)));
    expect(calmPlan(said)).toHaveLength(said.length);
  });

  it("explains itself, and refuses what it does not understand", () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ["--import", "tsx", fileURLToPath(new URL("soak.ts", import.meta.url)), ...args], {
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "" },
      });
    const help = run("--help");
    expect([help.status, help.stdout.includes("--kills")]).toEqual([0, true]);
    const wrong = run("--faults", "2");
    expect([wrong.status, wrong.stderr.split("\n")[0]]).toEqual([2, '--faults does not take "2".']);
  });
});
