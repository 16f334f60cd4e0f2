import { openaiServer, type OpenAIServer } from "../testing/openai-server.js";
import { resolveEmbeddings } from "./resolve.js";

describe("embeddings by name", () => {
  let server: OpenAIServer;
  beforeAll(async () => {
    server = await openaiServer({ answer: () => ({ status: 404 }) });
  });
  afterAll(() => server.close());

  it.each(["openai", "ollama", "vllm", "lmstudio"])(
    "%s: are asked over OpenAI's protocol, many texts at once, as plain numbers",
    async (provider) => {
      const before = server.requests.length;
      const embeddings = await resolveEmbeddings(`${provider}:embed-test`, { baseUrl: server.url, apiKey: "none" });
      const [one, two] = await embeddings.embedDocuments(["aab", "b"]);
      expect(one!.slice(0, 2)).toEqual([expect.closeTo(2 / Math.sqrt(5)), expect.closeTo(1 / Math.sqrt(5))]);
      expect(two!.slice(0, 2)).toEqual([0, 1]);
      expect(server.requests.slice(before)).toEqual([
        expect.objectContaining({
          path: "/v1/embeddings",
          body: expect.objectContaining({ model: "embed-test", encoding_format: "float", input: ["aab", "b"] }),
        }),
      ]);
    },
  );

  it("of an unknown provider are an error that names those we know", async () => {
    await expect(resolveEmbeddings("acme:embed")).rejects.toMatchObject({
      code: "EMBEDDINGS_UNKNOWN",
      fix: expect.stringMatching(/openai:.*ollama:.*transformers:.*LangChain Embeddings/),
    });
  });
});
