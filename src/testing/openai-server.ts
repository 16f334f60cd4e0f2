import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that the server received. */
export interface OpenAIRequest {
  readonly path: string;
  /** The whole body, as it was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly stream: boolean;
  /** Names of the tools that were offered. */
  readonly tools: readonly string[];
  /** The tool that the model was made to call, if any. */
  readonly forced: string | undefined;
}

/**
 * What the server answers:
 * a text; a tool call; a tool call with arguments that are no JSON; a text that breaks off after so many words; an HTTP error; a
 * 200 with any body; or nothing at all until the client gives up.
 */
export type OpenAIAnswer =
  | string
  | { readonly tool?: string; readonly args: object }
  | { readonly tool?: string; readonly malformedArgs: string }
  | { readonly text: string; readonly cutAfter: number }
  | { readonly status: number; readonly body?: unknown }
  | { readonly raw: string }
  | { readonly hang: true };

export interface OpenAIServerOptions {
  /** Called for every chat completion; `n` counts them from 1. */
  readonly answer: (request: OpenAIRequest, n: number) => OpenAIAnswer | Promise<OpenAIAnswer>;
  /** Called for every text to embed; default: letter counts, so that similar words lie close together. */
  readonly embed?: (text: string) => readonly number[];
}

export interface OpenAIServer {
  /** What goes into `baseUrl`: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  readonly requests: readonly OpenAIRequest[];
  /** Ends it at once, hanging answers too. */
  close(): Promise<void>;
}

/**
 * An OpenAI-compatible server on a free loopback port that answers from a script: chat completions (streamed or not, with tools
 * and usage) and embeddings. For tests that want the real client, HTTP and all.
 *
 * @example
 * const server = await openaiServer({ answer: ({ forced }) => (forced ? { args: { changes: [] } } : "Hello.") });
 * const agent = createPersonaAgent({ model: "openai:gpt-test", baseUrl: server.url, apiKey: "none" });
 */
export async function openaiServer({ answer, embed = letters }: OpenAIServerOptions): Promise<OpenAIServer> {
  const requests: OpenAIRequest[] = [];
  let completions = 0;

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = incoming.url ?? "";
    const body = JSON.parse((await textOf(incoming)) || "{}") as Record<string, unknown>;
    const request = read(path, body);
    requests.push(request);
    if (path === "/v1/embeddings") return json(response, 200, embeddings(body["input"], embed));
    if (path !== "/v1/chat/completions") return json(response, 404, failure(`There is no ${path} here.`));
    completions += 1;
    const said = await answer(request, completions);
    if (typeof said === "object" && "hang" in said) return;
    if (typeof said === "object" && "status" in said) return json(response, said.status, said.body ?? failure(`Scripted ${said.status}.`));
    if (typeof said === "object" && "raw" in said)
      return void response.writeHead(200, { "content-type": "application/json" }).end(said.raw);
    if (request.stream) streamed(response, request, said, completions);
    else whole(response, request, said, completions);
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // A script that throws is a mistake of the test: a status that no client retries.
      if (!response.headersSent) json(response, 400, failure(error instanceof Error ? error.message : String(error)));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Said = Exclude<OpenAIAnswer, { status: number } | { raw: string } | { hang: true }>;

interface Tool {
  readonly function?: { readonly name?: string };
}

function read(path: string, body: Record<string, unknown>): OpenAIRequest {
  const choice = body["tool_choice"] as Tool | string | undefined;
  return {
    path,
    body,
    messages: (body["messages"] ?? []) as OpenAIRequest["messages"],
    stream: body["stream"] === true,
    tools: ((body["tools"] ?? []) as Tool[]).map((tool) => tool.function?.name ?? ""),
    forced: typeof choice === "object" ? choice.function?.name : undefined,
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const failure = (message: string): object => ({ error: { message, type: "scripted", code: null, param: null } });

const wordsOf = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? [];

/** A word counts as a token. */
function usageOf(request: OpenAIRequest, text: string): object {
  const prompt = wordsOf(JSON.stringify(request.messages)).length;
  const completion = wordsOf(text).length;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

const callOf = (request: OpenAIRequest, said: Exclude<Said, string | { text: string }>, n: number): object => ({
  id: `call_${n}`,
  type: "function",
  function: {
    name: said.tool ?? request.forced ?? request.tools[0] ?? "",
    arguments: "args" in said ? JSON.stringify(said.args) : said.malformedArgs,
  },
});

const textFrom = (said: Said): string | undefined => (typeof said === "string" ? said : "text" in said ? said.text : undefined);
const cutOf = (said: Said): number => (typeof said === "object" && "cutAfter" in said ? said.cutAfter : Infinity);

function whole(response: ServerResponse, request: OpenAIRequest, said: Said, n: number): void {
  const text = textFrom(said);
  const message =
    text === undefined
      ? { role: "assistant", content: null, tool_calls: [callOf(request, said as never, n)] }
      : { role: "assistant", content: text };
  const body = JSON.stringify({
    ...head(request, n, "chat.completion"),
    choices: [{ index: 0, message, finish_reason: text === undefined ? "tool_calls" : "stop" }],
    usage: usageOf(request, text ?? JSON.stringify(said)),
  });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  if (cutOf(said) === Infinity) response.end(body);
  else response.write(body.slice(0, body.length / 2), () => response.destroy());
}

function streamed(response: ServerResponse, request: OpenAIRequest, said: Said, n: number): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (delta: object, finish: string | null = null, more: object = {}): string =>
    `data: ${JSON.stringify({ ...head(request, n, "chat.completion.chunk"), choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`;
  response.write(event({ role: "assistant", content: "" }));
  const text = textFrom(said);
  const words = text === undefined ? [] : wordsOf(text);
  const cut = cutOf(said);
  for (const word of words.slice(0, cut)) response.write(event({ content: word }));
  // The last words are on their way before the connection breaks.
  if (cut < Infinity) return void setTimeout(() => response.destroy(), 20);
  if (text === undefined) response.write(event({ tool_calls: [{ index: 0, ...callOf(request, said as never, n) }] }));
  response.write(event({}, text === undefined ? "tool_calls" : "stop"));
  const wanted = (request.body["stream_options"] as { include_usage?: boolean } | undefined)?.include_usage;
  if (wanted)
    response.write(
      `data: ${JSON.stringify({ ...head(request, n, "chat.completion.chunk"), choices: [], usage: usageOf(request, text ?? JSON.stringify(said)) })}\n\n`,
    );
  response.end("data: [DONE]\n\n");
}

const head = (request: OpenAIRequest, n: number, object: string): object => ({
  id: `chatcmpl-${n}`,
  object,
  created: 1_700_000_000,
  model: request.body["model"],
});

function embeddings(input: unknown, embed: (text: string) => readonly number[]): object {
  const texts = Array.isArray(input) ? (input as string[]) : [String(input)];
  return {
    object: "list",
    model: "scripted",
    data: texts.map((text, index) => ({ object: "embedding", index, embedding: embed(text) })),
    usage: { prompt_tokens: texts.length, total_tokens: texts.length },
  };
}

function letters(text: string): number[] {
  const counts = Array<number>(26).fill(0);
  for (const letter of text.toLowerCase()) {
    const place = letter.charCodeAt(0) - 97;
    if (place >= 0 && place < 26) counts[place]! += 1;
  }
  const length = Math.hypot(...counts) || 1;
  return counts.map((count) => count / length);
}
