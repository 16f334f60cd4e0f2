import { describe, expect, it } from "@jest/globals";
import { InMemoryStore } from "@langchain/langgraph";
import { pending, pendingKey, type Stage } from "../domain/pending.js";
import { MemoryLog, put, remove, type UserLog } from "../store/memory-log.js";
import { SqliteStore } from "../store/sqlite-store.js";
import { oldestWork } from "./oldest-work.js";

const add = (user: UserLog, stage: Stage, times: readonly number[]): Promise<void> =>
  user.write(times.map((at) => pending(stage, `m${at}`, at)).map((entry) => put("pending", pendingKey(entry), entry)));

describe.each([
  ["InMemoryStore", () => new InMemoryStore()],
  ["SqliteStore", () => new SqliteStore()],
])("the oldest work, over %s", (_, make) => {
  it("is done in its order, whatever comes between, as if all of it were read each time", async () => {
    const log = new MemoryLog(make());
    const [user, other] = [log.of("ada"), log.of("bob")];
    await add(
      user,
      "extract",
      Array.from({ length: 400 }, (_, i) => 10_000 - i * 10),
    );
    await add(
      user,
      "consolidate",
      Array.from({ length: 400 }, (_, i) => 10_000 - i * 10),
    );
    await add(other, "extract", [1]);
    const done: number[] = [];
    const read: number[] = [];
    for (;;) {
      const open = await oldestWork({ log, user }, ["extract", "semantic"]);
      if (open.length === 0) break;
      read.push(open.length);
      const next = open.reduce((oldest, work) => (work.at < oldest.at ? work : oldest));
      done.push(next.at);
      await user.write([remove("pending", pendingKey(next))]);
      // Messages that come late, from before everything and from among what is not read.
      if (done.length === 3) await add(user, "extract", [5]);
      if (done.length === 100) await add(user, "extract", [9995]);
    }
    expect(done.slice(0, 5)).toEqual([6010, 6020, 6030, 5, 6040]);
    expect(done.slice(4)).toEqual([...done.slice(4)].sort((a, b) => a - b));
    expect(done).toHaveLength(402);
    expect(await oldestWork({ log, user }, ["consolidate"])).toHaveLength(400);
    expect((await oldestWork({ log, user: other }, ["extract", "semantic"])).map(({ at }) => at)).toEqual([1]);
    // All of it only now and then.
    expect(read.filter((n) => n > 210).length).toBeLessThan(6);
  });
});
