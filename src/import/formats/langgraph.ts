import { z } from "zod";
import { PersonaError, reasonOf } from "../../errors.js";
import { problem, type ImportFormat, type ImportItem } from "../imported.js";
import { misfit, Parts } from "../parts.js";

const PAGE = 100;
const MessageSchema = z.looseObject({
  id: z.string().min(1).nullish(),
  type: z.string(),
  name: z.string().nullish(),
  content: z.union([z.string(), z.array(z.union([z.string(), z.looseObject({ type: z.string(), text: z.string().nullish() })]))]),
  additional_kwargs: z.looseObject({ at: z.union([z.string(), z.number()]).nullish() }).nullish(),
});
const ROLES: Readonly<Record<string, "user" | "assistant">> = { human: "user", user: "user", ai: "assistant", assistant: "assistant" };

/**
 * Threads of a LangGraph server, through its SDK. A message keeps its id, so that what personagraph has logged already is not taken
 * twice, and its time is that of the first checkpoint that holds it.
 */
export const langgraph: ImportFormat = {
  name: "langgraph",
  title: "threads of a LangGraph server (its address)",
  recognises: ({ name }) => /^https?:\/\//.test(name),
  async *read({ name: url }, { headers = {}, metadata, signal }) {
    const { Client } = await import("@langchain/langgraph-sdk");
    const client = new Client({ apiUrl: url, apiKey: null as never, defaultHeaders: { ...headers }, callerOptions: { maxRetries: 2 } });
    for (let offset = 0; ; offset += PAGE) {
      const threads = await ask(url, () =>
        client.threads.search({ limit: PAGE, offset, sortBy: "created_at", sortOrder: "asc", ...(metadata && { metadata }) }),
      );
      for (const { thread_id: thread } of threads) {
        signal?.throwIfAborted();
        try {
          yield* threadItems(await historyOf(client, thread), thread, `${url}/threads/${thread}`);
        } catch (error) {
          yield problem(
            `${url}/threads/${thread}`,
            `Its history could not be read: ${reasonOf(error)}.`,
            "Import again later: nothing is doubled.",
          );
        }
      }
      if (threads.length < PAGE) return;
    }
  },
};

interface Checkpointed {
  readonly created_at?: string | null;
  readonly values: unknown;
  readonly checkpoint: object;
}

interface ThreadsClient {
  readonly threads: {
    getHistory(thread: string, options: { limit: number; before?: never }): Promise<unknown>;
  };
}

/** All checkpoints, newest first. */
async function historyOf(client: ThreadsClient, thread: string): Promise<Checkpointed[]> {
  const all: Checkpointed[] = [];
  for (;;) {
    const last = all.at(-1);
    const before = last && { before: { configurable: last.checkpoint } as never };
    const page = (await client.threads.getHistory(thread, { limit: PAGE, ...before })) as Checkpointed[];
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function* threadItems(history: readonly Checkpointed[], thread: string, where: string): Generator<ImportItem> {
  const times = new Map<string, string>();
  for (const { values, created_at } of history)
    for (const message of messagesIn(values)) if (typeof message.id === "string" && created_at) times.set(message.id, created_at);
  for (const [i, message] of messagesIn(history[0]?.values).entries()) {
    const read = MessageSchema.safeParse(message);
    if (!read.success) {
      yield problem(`${where} messages[${i}]`, `This is no message: ${misfit(read.error)}.`, "Leave it: the others are imported.");
      continue;
    }
    const { id, type, name, content, additional_kwargs: more } = read.data;
    const role = ROLES[type];
    if (!role) {
      yield { skipped: type === "tool" ? "from a tool" : "of the system" };
      continue;
    }
    const parts = new Parts();
    for (const block of typeof content === "string" ? [content] : content) {
      if (typeof block === "string") parts.text(block);
      else if (typeof block.text === "string") parts.text(block.text);
      else if (/image/.test(block.type)) parts.image("");
    }
    const at = more?.at ?? (id ? times.get(id) : undefined);
    if (parts.said === "") yield { skipped: "empty" };
    else
      yield {
        message: {
          id: id ?? `langgraph/${thread}/${i}`,
          role,
          text: parts.said,
          thread,
          ...(at !== undefined && { at }),
          ...(name && { speaker: name }),
          ...(parts.images.length > 0 && { images: parts.images }),
        },
      };
  }
}

const messagesIn = (values: unknown): { readonly id?: unknown }[] => {
  const messages = (values as { messages?: unknown } | null | undefined)?.messages;
  return Array.isArray(messages) ? (messages as { id?: unknown }[]) : [];
};

async function ask<T>(url: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw new PersonaError({
      code: "IMPORT_SERVER",
      message: `The LangGraph server at ${url} did not give its threads: ${reasonOf(cause)}.`,
      fix: 'Check the address and that it runs; where it asks for a token, give --header "authorization: Bearer …".',
      cause,
    });
  }
}
