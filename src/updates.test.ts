import { HumanMessage } from "@langchain/core/messages";
import { createPersonaAgent } from "./persona-agent.js";
import { PersonaMemory } from "./persona-memory.js";
import { SqliteStore } from "./store/sqlite-store.js";

describe("background updates", () => {
  const given = process.env["LANGGRAPH_API_URL"];
  afterEach(() => {
    if (given === undefined) delete process.env["LANGGRAPH_API_URL"];
    else process.env["LANGGRAPH_API_URL"] = given;
  });

  it("are done in the process, with a warning, where the server does not take them", async () => {
    // Port 9 (discard) is closed: a server that cannot be reached.
    process.env["LANGGRAPH_API_URL"] = "http://127.0.0.1:9";
    const store = new SqliteStore();
    const agent = createPersonaAgent({ model: "keyless", store, update: "background", updateDelay: 0 });
    const { messages, warnings } = await agent.invoke(
      { messages: [new HumanMessage("My sister Mia is a nurse in Porto.")] },
      { context: { userId: "ada" }, configurable: { graph_id: "agent" } },
    );
    expect(messages).toHaveLength(2);
    expect(Object.values(warnings)).toEqual([expect.stringContaining("memory is updated in this process")]);

    const memory = new PersonaMemory({ store });
    await memory.flush("ada");
    expect((await memory.list("ada", "fact")).map(({ text }) => text)).toEqual([expect.stringContaining("nurse")]);
    await memory.close();
    store.close();
  });
});
