import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { openaiServer, type OpenAIAnswer, type OpenAIServer } from "./openai-server.js";

/** Through the real client, so that the server is what the client takes for OpenAI. */
describe("openaiServer", () => {
  let server: OpenAIServer;
  const script: OpenAIAnswer[] = [];
  const tool = {
    type: "function" as const,
    function: { name: "note", parameters: { type: "object", properties: { text: { type: "string" } } } },
  };
  const model = () => new ChatOpenAI({ model: "gpt-test", apiKey: "test", maxRetries: 0, configuration: { baseURL: server.url } });

  beforeAll(async () => {
    server = await openaiServer({ answer: () => script.shift() ?? "Nothing is scripted." });
  });
  afterAll(() => server.close());

  test("answers with text and usage, whole and streamed", async () => {
    script.push("One two three.", "One two three.");
    const whole = await model().invoke("Count.");
    expect(whole.text).toBe("One two three.");
    expect(whole.usage_metadata).toMatchObject({ output_tokens: 3 });
    const chunks: string[] = [];
    let usage: unknown;
    for await (const chunk of await model().stream("Count.")) {
      chunks.push(chunk.text);
      usage ??= chunk.usage_metadata;
    }
    expect(chunks.filter(Boolean)).toEqual(["One", " two", " three."]);
    expect(usage).toMatchObject({ output_tokens: 3 });
  });

  test("calls the tool it was made to call, and keeps the request", async () => {
    script.push({ args: { text: "hello" } });
    const { tool_calls: calls } = await model().bindTools([tool], { tool_choice: "note" }).invoke("Note it.");
    expect(calls).toMatchObject([{ name: "note", args: { text: "hello" } }]);
    expect(server.requests.at(-1)).toMatchObject({ path: "/v1/chat/completions", tools: ["note"], forced: "note", stream: false });
  });

  test("gives arguments that are no JSON", async () => {
    // LangChain takes a call that it cannot read for one of an old package, and says so.
    const warned = jest.spyOn(console, "warn").mockImplementation(() => undefined);
    script.push({ malformedArgs: '{"text": "hel' });
    const { invalid_tool_calls: broken } = await model().bindTools([tool]).invoke("Note it.");
    expect(broken).toMatchObject([{ name: "note", args: '{"text": "hel' }]);
    warned.mockRestore();
  });

  test("breaks off, fails, and hangs, as it is told", async () => {
    script.push({ text: "One two three.", cutAfter: 2 });
    const seen: string[] = [];
    const cut = async (): Promise<void> => {
      for await (const chunk of await model().stream("Count.")) seen.push(chunk.text);
    };
    await expect(cut()).rejects.toThrow();
    expect(seen.join("")).toBe("One two");
    script.push({ text: "One two three.", cutAfter: 2 });
    await expect(model().invoke("Count.")).rejects.toThrow();
    script.push({ status: 503 });
    await expect(model().invoke("Count.")).rejects.toMatchObject({ status: 503 });
    script.push({ hang: true });
    await expect(model().invoke("Count.", { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  });

  test("embeds: the same text the same way, similar words close together", async () => {
    const embeddings = new OpenAIEmbeddings({
      model: "embed-test",
      apiKey: "test",
      encodingFormat: "float",
      configuration: { baseURL: server.url },
    });
    const [running = [], runner = [], zebra = []] = await embeddings.embedDocuments(["running", "runner", "fjord gym"]);
    const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    expect(dot(running, running)).toBeCloseTo(1);
    expect(dot(running, runner)).toBeGreaterThan(dot(running, zebra));
  });
});
