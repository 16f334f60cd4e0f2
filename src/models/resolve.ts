import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { PersonaError, reasonOf } from "../errors.js";

/** `provider:model`, such as "openai:gpt-5-mini", "ollama:llama3.1", "keyless". */
export type ModelName = string;

export interface ModelEndpoint {
  /** Any OpenAI-compatible server: Ollama, vLLM, LM Studio, a proxy. */
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** Servers that speak OpenAI's protocol, by the address they listen on when nothing else is said. */
const LOCAL_SERVERS: Record<string, string> = {
  ollama: "http://127.0.0.1:11434/v1",
  lmstudio: "http://127.0.0.1:1234/v1",
  vllm: "http://127.0.0.1:8000/v1",
};

/** Retries of one call; the client's default of 6 can hold an answer back for 90 s (PLATFORM.md). */
const MAX_RETRIES = 2;

/** Makes a chat model from its name. The client is loaded on first use, so that importing us costs nothing. */
export async function resolveModel(name: ModelName, endpoint: ModelEndpoint = {}): Promise<BaseChatModel> {
  const { provider, model } = parse(name, "model");
  if (provider === "keyless") {
    const { KeylessModel } = await import("./keyless/index.js");
    return new KeylessModel();
  }
  if (provider === "openai" || provider in LOCAL_SERVERS) {
    const { ChatOpenAI } = await import("@langchain/openai");
    return new ChatOpenAI({ model, maxRetries: MAX_RETRIES, ...client(provider, endpoint) });
  }
  try {
    const { initChatModel } = await import("langchain");
    return await initChatModel(model, { modelProvider: provider });
  } catch (cause) {
    throw new PersonaError({
      code: "MODEL_UNKNOWN",
      message: `The model "${name}" could not be made: ${reasonOf(cause)}`,
      fix: `Use "openai:...", "ollama:...", "vllm:...", "lmstudio:..." or "keyless"; for "${provider}" install langchain and its package, or pass a LangChain chat model in code.`,
      cause,
    });
  }
}

/** Makes embeddings from a name such as "openai:text-embedding-3-small", "ollama:nomic-embed-text" or "transformers:Xenova/all-MiniLM-L6-v2". */
export async function resolveEmbeddings(name: ModelName, endpoint: ModelEndpoint = {}): Promise<EmbeddingsInterface> {
  const { provider, model } = parse(name, "embeddings");
  if (provider === "openai" || provider in LOCAL_SERVERS) {
    const { OpenAIEmbeddings } = await import("@langchain/openai");
    // Servers other than OpenAI do not know the base64 form (PLATFORM.md).
    return new OpenAIEmbeddings({ model, maxRetries: MAX_RETRIES, encodingFormat: "float", ...client(provider, endpoint) });
  }
  if (provider === "transformers") {
    const { TransformersEmbeddings } = await import("./transformers-embeddings.js");
    return new TransformersEmbeddings(model);
  }
  throw new PersonaError({
    code: "EMBEDDINGS_UNKNOWN",
    message: `The embeddings "${name}" are of an unknown provider.`,
    fix: 'Use "openai:...", "ollama:...", "vllm:...", "lmstudio:..." or "transformers:...", or pass any LangChain Embeddings in code.',
  });
}

function parse(name: string, what: string): { provider: string; model: string } {
  const [provider = "", ...rest] = name.trim().split(":");
  const model = rest.join(":");
  if (provider === "keyless" || (provider !== "" && model !== "")) return { provider, model };
  throw new PersonaError({
    code: "MODEL_NAME",
    message: `"${name}" does not name a ${what === "model" ? "model" : "model of embeddings"}.`,
    fix: 'Write provider and model with a colon between them, such as "openai:gpt-5-mini" or "ollama:llama3.1".',
  });
}

function client(provider: string, { baseUrl, apiKey }: ModelEndpoint): object {
  const baseURL = baseUrl ?? LOCAL_SERVERS[provider];
  // A local server asks for no key, but the client insists on one; the user's OpenAI key is not for it.
  const key = apiKey ?? (provider in LOCAL_SERVERS ? "none" : undefined);
  return { ...(key !== undefined && { apiKey: key }), ...(baseURL !== undefined && { configuration: { baseURL } }) };
}
