import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { withDeadline } from "./deadline.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** As a model call that heeds its signal and nothing else. */
const hung = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));

describe("a deadline", () => {
  it("ends a call that hangs, also when garbage is collected meanwhile", async () => {
    const outer = Array.from({ length: 50 }, () => new AbortController());
    const calls = outer.map(({ signal }) => withDeadline(200, signal, hung).catch((error: Error) => error.name));
    await sleep(20);
    collectGarbage();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["TimeoutError"]));
  });

  it("ends what does not listen", async () => {
    await expect(withDeadline(20, undefined, () => new Promise(() => undefined))).rejects.toThrow("no answer within 0.02 s");
  });

  it("ends with the run, at once when that is over already", async () => {
    const outer = new AbortController();
    const call = withDeadline(60_000, outer.signal, hung);
    outer.abort(new Error("The run was cancelled."));
    await expect(call).rejects.toThrow("cancelled");
    await expect(withDeadline(60_000, outer.signal, async () => "never")).rejects.toThrow("cancelled");
  });

  it("hands on what the work gives or throws", async () => {
    await expect(withDeadline(60_000, undefined, async () => 1)).resolves.toBe(1);
    await expect(withDeadline(60_000, undefined, async () => Promise.reject(new Error("429")))).rejects.toThrow("429");
  });
});
