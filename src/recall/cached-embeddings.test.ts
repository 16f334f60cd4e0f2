import { CachedEmbeddings } from "./cached-embeddings.js";

function counting(embed: (text: string) => number[]) {
  const asked: string[] = [];
  const answer = async (texts: string[]) => {
    asked.push(...texts);
    return texts.map(embed);
  };
  return { asked, embedDocuments: answer, embedQuery: async (text: string) => (await answer([text]))[0]! };
}

describe("embeddings at the door of recall", () => {
  it("ask for a text once: in a batch, at the same time, later", async () => {
    const model = counting((text) => [text.length, 1]);
    const embeddings = new CachedEmbeddings(model, "test");
    const [one, two] = await Promise.all([embeddings.documents(["tea", "sugar", "tea"]), embeddings.documents(["sugar", "milk"])]);
    expect(one.map((row) => row[0])).toEqual([3, 5, 3]);
    expect(two.map((row) => row[0])).toEqual([5, 4]);
    await embeddings.documents(["milk", "tea"]);
    expect(model.asked).toEqual(["tea", "sugar", "milk"]);
    // Models may read a question differently.
    await embeddings.query("tea");
    await embeddings.query("tea");
    expect(model.asked).toEqual(["tea", "sugar", "milk", "tea"]);
  });

  it("keep no more than they may, and nothing of what was erased", async () => {
    const model = counting((text) => [text.length, 1]);
    const embeddings = new CachedEmbeddings(model, "test", { maxBytes: 2 * 2 * 4 });
    await embeddings.documents(["a"]);
    await embeddings.documents(["b", "c", "a"]);
    expect((await embeddings.documents(["b", "c", "d"])).length).toBe(3);
    embeddings.forget();
    await embeddings.documents(["d"]);
    expect(model.asked.filter((text) => text === "d")).toHaveLength(2);
  });

  it("try a text again whose embedding failed", async () => {
    let away = true;
    const model = counting(() => {
      if (away) throw new Error("away");
      return [1];
    });
    const embeddings = new CachedEmbeddings(model, "test");
    await expect(embeddings.documents(["tea"])).rejects.toThrow("away");
    away = false;
    expect(await embeddings.documents(["tea"])).toHaveLength(1);
  });

  it("refuse another dimension and name both numbers", async () => {
    const embeddings = new CachedEmbeddings(
      counting((text) => (text === "long" ? [1, 2, 3] : [1, 2])),
      "openai:test",
    );
    await embeddings.documents(["tea"]);
    expect(embeddings.dimensions).toBe(2);
    await expect(embeddings.query("long")).rejects.toMatchObject({
      code: "EMBEDDING_DIMENSION",
      message: expect.stringMatching(/openai:test gave a vector of 3 dimensions; before they gave 2/),
    });
  });

  it.each<[string, number[][]]>([
    ["too few vectors", []],
    ["what is no number", [[1, Number.NaN]]],
    ["nothing in a vector", [[]]],
  ])("refuse %s", async (_, vectors) => {
    const embeddings = new CachedEmbeddings({ embedDocuments: async () => vectors, embedQuery: async () => [] }, "test");
    await expect(embeddings.documents(["tea"])).rejects.toMatchObject({ code: expect.stringMatching(/^EMBEDDING_/) });
  });
});
