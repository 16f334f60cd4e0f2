import { describe, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromInstall } from "./installed.js";
import { PEERS, peerSystem } from "./index.js";

const installed = (peer: string): boolean => existsSync(fileURLToPath(new URL(`./${peer}/node_modules`, import.meta.url)));

describe("peers", () => {
  test.each(PEERS)("%s says what to install where it is not installed", async (name) => {
    expect((await peerSystem(name)).name).toBe(name);
    await expect(fromInstall(name, "no-such-package", "index.js")).rejects.toThrow(`npm install --prefix evals/peers/${name}`);
  });

  test("are not among our own dependencies", async () => {
    const { default: manifest } = (await import("../../package.json", { with: { type: "json" } })) as {
      default: { dependencies: object; devDependencies: object };
    };
    expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })).not.toContain("mem0ai");
    expect(installed("no-such-peer")).toBe(false);
  });
});
