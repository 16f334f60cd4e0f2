import { AsyncBatchedStore, InMemoryStore } from "@langchain/langgraph";
import { createServices } from "./services.js";

describe("what the nodes are given", () => {
  it("is one memory for the platform's store, however each run wraps it", async () => {
    const services = createServices({ store: "platform" });
    const platform = new InMemoryStore();
    const wrapped = () => new AsyncBatchedStore(platform);
    expect(await services.memory(wrapped())).toBe(await services.memory(wrapped()));
  });

  it("says what is missing where a run has no store", () => {
    expect(() => createServices({ store: "platform" }).memory(undefined)).toThrow(/this run has no store/);
  });

  it.each([
    [{ search: { max: 6 } }, /search\.max/],
    [{ timezone: "Mars/Base" }, /IANA time zone/],
    [{ colour: "red" }, /colour/],
    [{ retention: { messages: -1 } }, /retention\.messages/],
  ])("refuses the options %j by name", (options, named) => {
    expect(() => createServices(options as never)).toThrow(named);
  });

  it("is frozen, defaults and all", () => {
    const { settings } = createServices({ search: { mode: "never" } });
    expect([settings.search.mode, settings.search.max, settings.sessionGap]).toEqual(["never", 5, 60]);
    expect(() => Object.assign(settings, { personality: false })).toThrow(TypeError);
    expect(() => Object.assign(settings.search, { max: 1 })).toThrow(TypeError);
  });

  it("tries a model again that could not be made", async () => {
    const services = createServices({ store: ":memory:", model: "nobody:knows" });
    await expect(services.model()).rejects.toThrow(/"nobody:knows" could not be made/);
    await expect(services.model()).rejects.toThrow(/"nobody:knows" could not be made/);
    await expect(createServices({ model: "gpt" }).model()).rejects.toThrow(/does not name a model.*openai:/);
  });
});
