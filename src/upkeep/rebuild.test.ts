import { describe, expect, test } from "@jest/globals";
import { PersonaMemory } from "../persona-memory.js";
import { SqliteStore } from "../store/sqlite-store.js";

const USERS = ["ada", "bob", "cyd", "dan"];

async function filled() {
  const store = new SqliteStore();
  const memory = new PersonaMemory({ store });
  for (const user of USERS) await memory.remember(user, [{ role: "user", text: `I am ${user} and I row a boat.` }]);
  return { store, memory };
}

describe("rebuild", () => {
  test("makes the index of all users anew, says how far it is, and serves meanwhile", async () => {
    const { memory } = await filled();
    const seen: string[] = [];
    const result = await memory.rebuild(undefined, {
      onProgress: ({ done, users, memories }) => seen.push(`${done}/${users} ${memories}`),
    });
    expect(result).toEqual({ users: 4, memories: 4 });
    expect(seen).toEqual(["1/4 1", "2/4 1", "3/4 1", "4/4 1"]);
    for (const user of USERS) expect((await memory.recall(user, "boat")).hits).toHaveLength(1);
    await memory.close();
  });

  test("of some users touches only those", async () => {
    const { memory } = await filled();
    expect(await memory.rebuild(["ada", "ada", "nobody"])).toEqual({ users: 2, memories: 1 });
    await memory.close();
  });

  test("that was stopped goes on where it was, and begins anew for another index", async () => {
    const { store, memory } = await filled();
    const stop = new AbortController();
    const stopped = memory.rebuild(undefined, { signal: stop.signal, onProgress: ({ done }) => done === 3 && stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "REBUILD_STOPPED", message: expect.stringContaining("after 3 of 4") });
    const embeddings = {
      model: "other",
      embedDocuments: async (texts: string[]) => texts.map(() => [1, 2]),
      embedQuery: async () => [1, 2],
    };
    const done = async (more: object): Promise<number[]> => {
      const again = new PersonaMemory({ store, ...more });
      const seen: number[] = [];
      await again.rebuild(undefined, { onProgress: ({ done }) => seen.push(done) });
      await again.close();
      return seen;
    };
    expect(await done({})).toEqual([4]);
    expect(await done({ embeddings })).toEqual([1, 2, 3, 4]);
    await memory.close();
  });
});
