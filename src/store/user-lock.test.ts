import { InMemoryStore } from "@langchain/langgraph";
import { UserLocks } from "./user-lock.js";

/** A store whose lease another process has for the first `busy` times it is asked, and which fails at some of them. */
class Leasing extends InMemoryStore {
  asked = 0;
  readonly #busy: number;
  readonly #fails: (n: number) => boolean;

  constructor(busy: number, fails: (n: number) => boolean) {
    super();
    this.#busy = busy;
    this.#fails = fails;
  }

  acquireLease(): boolean {
    this.asked++;
    if (this.#fails(this.asked)) throw new Error("The store is locked.");
    return this.asked > this.#busy;
  }

  releaseLease(): boolean {
    throw new Error("The store is locked.");
  }
}

describe("the lock of a user", () => {
  it("waits on when the store fails now and then, and not when it is down", async () => {
    const flaky = new UserLocks(new Leasing(8, (n) => n % 3 === 1));
    await expect(flaky.hold("ada", "")).resolves.toEqual(expect.any(String));
    const down = new Leasing(0, () => true);
    await expect(new UserLocks(down).hold("ada", "")).rejects.toThrow("locked");
    expect(down.asked).toBeLessThan(10);
  });

  it("is let go of also when the store cannot be told", async () => {
    const locks = new UserLocks(new Leasing(0, () => false));
    locks.release("ada", await locks.hold("ada", ""));
    await expect(locks.hold("ada", "", { waitMs: 0 })).resolves.toEqual(expect.any(String));
  });

  it("is held until the last of several steps is done, once one of them said that it is over", async () => {
    const locks = new UserLocks(new InMemoryStore());
    const token = await locks.hold("ada", "");
    await locks.hold("ada", token);
    locks.release("ada", token);
    await expect(locks.hold("ada", "", { waitMs: 0 })).rejects.toMatchObject({ code: "UPDATE_BUSY" });
    locks.release("ada", token, false);
    await expect(locks.hold("ada", "", { waitMs: 0 })).resolves.toEqual(expect.any(String));
  });

  it("goes from step to step of one run, and lets nobody else in between", async () => {
    const locks = new UserLocks(new InMemoryStore());
    const token = await locks.hold("ada", "");
    locks.release("ada", token, false);
    await expect(locks.hold("ada", "", { waitMs: 0 })).rejects.toMatchObject({ code: "UPDATE_BUSY" });
    await expect(locks.hold("ada", token)).resolves.toBe(token);
  });

  it("of the log is apart from that of the updates, and let go of when the work fails", async () => {
    const locks = new UserLocks(new InMemoryStore());
    await locks.hold("ada", "");
    const order: number[] = [];
    const work = (n: number) =>
      locks.briefly("ada", async () => {
        await Promise.resolve();
        order.push(n, n);
        if (n === 1) throw new Error("failed");
      });
    await Promise.allSettled([work(1), work(2), work(3)]);
    expect(order).toHaveLength(6);
    expect(order.every((n, i) => i % 2 === 0 || order[i - 1] === n)).toBe(true);
  });
});
