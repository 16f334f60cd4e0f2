import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Client } from "@langchain/langgraph-sdk";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import { isPersonaEvent } from "../../index.js";
import { serverClient, threadFor } from "../threads.js";
import { body, FAILURES, WhoSchema, type ApiEnv, type ApiServices } from "./routing.js";
import { ChatEventSchema, type ChatEvent } from "./schemas.js";

const ChatSchema = z
  .strictObject({
    text: z.string().max(100_000),
    images: z
      .array(z.string().max(40_000_000).startsWith("data:image/"))
      .max(10)
      .optional()
      .describe("Images that go with it, as data: addresses."),
    thread: z
      .uuid()
      .optional()
      .describe("Go on in this thread. Without one, or where it is gone or busy, a new one is made; the event `start` names it."),
    timezone: z.string().max(100).optional().describe("The user's IANA time zone."),
    locale: z.string().max(100).optional().describe("The user's language, as a BCP 47 tag."),
  })
  .refine(({ text, images = [] }) => text !== "" || images.length > 0, "Say something, or send an image.")
  .meta({ id: "ChatRequest" });

const chat = createRoute({
  method: "post",
  path: "/chat",
  tags: ["chat"],
  summary: "One turn, as server-sent events: what is recalled, the answer token by token, what is written",
  request: { query: WhoSchema, body: body(ChatSchema) },
  responses: {
    ...FAILURES,
    200: { description: "A stream of events, each named by its `type`.", content: { "text/event-stream": { schema: ChatEventSchema } } },
  },
});

/** A turn with the deployed agent: a run of this server, so that threads, Studio and auth see it as they see any other. */
export const chatRoutes = (_services: ApiServices) =>
  new OpenAPIHono<ApiEnv>().openapi(chat, (c) => {
    const { user } = c.var.caller;
    const request = c.req.valid("json");
    const client = serverClient(c.req.raw.headers);
    return streamSSE(c, async (out) => {
      const send = (event: ChatEvent): Promise<void> => out.writeSSE({ event: event.type, data: JSON.stringify(event) });
      try {
        await turn(client, user, request, out, send);
      } catch (error) {
        await send({ type: "error", message: error instanceof Error ? error.message : String(error) });
      }
    });
  });

async function turn(
  client: Client,
  user: string,
  { text, images = [], thread, timezone, locale }: z.output<typeof ChatSchema>,
  out: SSEStreamingApi,
  send: (event: ChatEvent) => Promise<void>,
): Promise<void> {
  const id = await threadFor(client, user, thread);
  let run = "";
  // Whoever leaves no longer needs the answer.
  out.onAbort(() => void (run && client.runs.cancel(id, run).catch(() => undefined)));
  const events = client.runs.stream(id, "agent", {
    input: { messages: [{ role: "user", content: contentOf(text, images) }] },
    context: { userId: user, ...(timezone !== undefined && { timezone }), ...(locale !== undefined && { locale }) },
    streamMode: ["custom", "messages-tuple"],
    streamSubgraphs: true,
    onDisconnect: "cancel",
  });
  for await (const { event, data } of events) {
    const name = event.split("|")[0];
    if (name === "metadata") await send({ type: "start", thread: id, run: (run = (data as { run_id: string }).run_id) });
    else if (name === "custom" && isPersonaEvent(data)) await send(data as ChatEvent);
    else if (name === "messages") {
      const token = tokenOf(data);
      if (token !== "") await send({ type: "token", text: token });
    } else if (name === "error") await send({ type: "error", message: messageOf(data) });
  }
  const { values } = await client.threads.getState<{ messages?: { type: string; content: unknown }[]; cited?: string[] }>(id);
  const last = values.messages?.at(-1);
  if (last?.type === "ai") await send({ type: "done", answer: textOf(last.content), cited: values.cited ?? [] });
}

const contentOf = (text: string, images: readonly string[]): unknown =>
  images.length === 0
    ? text
    : [...(text === "" ? [] : [{ type: "text", text }]), ...images.map((url) => ({ type: "image_url", image_url: { url } }))];

/** The next words of the answer; what other nodes and the user say is no part of it. */
function tokenOf(data: unknown): string {
  const [message, about] = data as [{ type: string; content: unknown }, { langgraph_node?: string } | undefined];
  return /^ai/i.test(message.type) && about?.langgraph_node === "respond" ? textOf(message.content) : "";
}

const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : Array.isArray(content)
      ? content.map((part: { text?: unknown }) => (typeof part.text === "string" ? part.text : "")).join("")
      : "";

const messageOf = (data: unknown): string => {
  const { message, error } = (data ?? {}) as { message?: unknown; error?: unknown };
  return typeof message === "string" ? message : typeof error === "string" ? error : "The run failed.";
};
