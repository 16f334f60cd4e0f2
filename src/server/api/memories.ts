import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { PersonaError, type MemoryId, type MemoryRecord, type PersonaMemory } from "../../index.js";
import { imagesOf } from "./images.js";
import { body, FAILURES, json, WhoSchema, type ApiEnv, type ApiServices } from "./routing.js";
import { KindSchema, MemoryPageSchema, MemorySchema, type Memory } from "./schemas.js";

const IdSchema = z.object({
  id: z.string().min(3).max(500).meta({ example: "fact:u1.0c9e" }),
});
const MemoriesSchema = z.object({ items: z.array(MemorySchema) });

const MAX_PAGE = 200;
const ListSchema = WhoSchema.extend({
  kind: KindSchema,
  status: z.enum(["current", "closed", "all"]).default("all").describe("Facts that hold, that no longer do, or both."),
  q: z.string().max(500).optional().describe("Only those whose text or keywords hold this, case aside."),
  pinned: z.enum(["true", "false"]).optional().describe("Only what is pinned, or what is not."),
  thread: z.string().max(200).optional().describe("Messages of one thread."),
  order: z.enum(["newest", "oldest"]).default("newest"),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});

const EditSchema = z
  .strictObject({ text: z.string().min(1).max(4000), keywords: z.array(z.string().max(200)).max(20).optional() })
  .meta({ id: "MemoryEdit" });

const list = createRoute({
  method: "get",
  path: "/memories",
  tags: ["memories"],
  summary: "Memories of a kind, a page at a time",
  request: { query: ListSchema },
  responses: { ...FAILURES, 200: json(MemoryPageSchema, "A page.") },
});
const get = createRoute({
  method: "get",
  path: "/memories/{id}",
  tags: ["memories"],
  summary: "One memory",
  request: { params: IdSchema, query: WhoSchema },
  responses: { ...FAILURES, 200: json(MemorySchema, "The memory.") },
});
const history = createRoute({
  method: "get",
  path: "/memories/{id}/history",
  tags: ["memories"],
  summary: "A fact with what it replaced and what replaced it, oldest first",
  request: { params: IdSchema, query: WhoSchema },
  responses: { ...FAILURES, 200: json(MemoriesSchema, "The chain.") },
});
const sources = createRoute({
  method: "get",
  path: "/memories/{id}/sources",
  tags: ["memories"],
  summary: "The messages that a memory rests on, oldest first",
  request: { params: IdSchema, query: WhoSchema },
  responses: { ...FAILURES, 200: json(MemoriesSchema, "The messages.") },
});
const update = createRoute({
  method: "patch",
  path: "/memories/{id}",
  tags: ["memories"],
  summary: "Correct a fact, an episode or a habit",
  description: "A corrected fact is a new one: the old one is closed and points to it. Messages stay as they were said.",
  request: { params: IdSchema, query: WhoSchema, body: body(EditSchema) },
  responses: { ...FAILURES, 200: json(MemorySchema, "What holds now.") },
});
const remove = createRoute({
  method: "delete",
  path: "/memories/{id}",
  tags: ["memories"],
  summary: "Delete a memory for good, and what rests on it",
  request: { params: IdSchema, query: WhoSchema },
  responses: { ...FAILURES, 204: { description: "It is gone." } },
});
const pin = createRoute({
  method: "put",
  path: "/memories/{id}/pin",
  tags: ["memories"],
  summary: "Keep a memory in mind in every answer",
  request: { params: IdSchema, query: WhoSchema },
  responses: { ...FAILURES, 204: { description: "It is pinned." } },
});
const unpin = createRoute({
  method: "delete",
  path: "/memories/{id}/pin",
  tags: ["memories"],
  summary: "Take the pin away",
  request: { params: IdSchema, query: WhoSchema },
  responses: { ...FAILURES, 204: { description: "It is not pinned." } },
});

/** Memories of all kinds: read, correct, delete, pin, and trace to their messages. */
export const memoryRoutes = ({ memory }: ApiServices) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { user } = c.var.caller;
      const { kind, status, q, pinned, thread, order, limit, offset } = c.req.valid("query");
      const [records, pins] = await Promise.all([memory.list(user, kind), pinnedIds(memory, user)]);
      const words = q?.trim().toLowerCase();
      const fitting = records.filter(
        (record) =>
          (status === "all" || record.status === status) &&
          (pinned === undefined || pins.has(record.id) === (pinned === "true")) &&
          (thread === undefined || ("thread" in record && record.thread === thread)) &&
          (!words || [record.text, ...record.keywords].some((text) => text.toLowerCase().includes(words))),
      );
      if (order === "newest") fitting.reverse();
      const items = fitting.slice(offset, offset + limit).map((record) => shown(record, pins));
      return c.json({ items, total: fitting.length, offset }, 200);
    })
    .openapi(get, async (c) => {
      const { user } = c.var.caller;
      return c.json(shown(await existing(memory, user, c.req.valid("param").id), await pinnedIds(memory, user)), 200);
    })
    .openapi(history, async (c) => {
      const { user } = c.var.caller;
      const [records, pins] = await Promise.all([memory.history(user, c.req.valid("param").id as MemoryId), pinnedIds(memory, user)]);
      return c.json({ items: records.map((record) => shown(record, pins)) }, 200);
    })
    .openapi(sources, async (c) => {
      const { user } = c.var.caller;
      const record = await existing(memory, user, c.req.valid("param").id);
      const chain = record.kind === "fact" ? await memory.history(user, record.id) : [record];
      const keys = sourceKeys(record, chain);
      const [messages, pins] = await Promise.all([
        Promise.all(keys.map((key) => memory.get(user, `message:${key}`))),
        pinnedIds(memory, user),
      ]);
      const items = messages.filter((message) => message !== undefined).sort((a, b) => a.at - b.at || a.recordedAt - b.recordedAt);
      return c.json({ items: items.map((message) => shown(message, pins)) }, 200);
    })
    .openapi(update, async (c) => {
      const { user } = c.var.caller;
      const { text, keywords } = c.req.valid("json");
      const record = await memory.update(user, c.req.valid("param").id as MemoryId, { text, ...(keywords && { keywords }) });
      return c.json(shown(record, await pinnedIds(memory, user)), 200);
    })
    .openapi(remove, async (c) => {
      await memory.delete(c.var.caller.user, c.req.valid("param").id as MemoryId);
      return c.body(null, 204);
    })
    .openapi(pin, async (c) => {
      await memory.pin(c.var.caller.user, c.req.valid("param").id as MemoryId);
      return c.body(null, 204);
    })
    .openapi(unpin, async (c) => {
      await memory.unpin(c.var.caller.user, c.req.valid("param").id as MemoryId);
      return c.body(null, 204);
    });

export const pinnedIds = async (memory: PersonaMemory, user: string): Promise<ReadonlySet<string>> =>
  new Set((await memory.pins(user)).map(({ id }) => id));

/** A record as the document promises it: what only the store needs stays behind. */
export const shown = (record: MemoryRecord, pins: ReadonlySet<string>): Memory =>
  MemorySchema.parse({ ...record, pinned: pins.has(record.id), images: imagesOf(record) });

/** A correction by hand rests on no message; what it corrected does. */
function sourceKeys(record: MemoryRecord, chain: readonly MemoryRecord[]): readonly string[] {
  const own = record.sources.filter((key) => !key.startsWith("edit."));
  if (own.length > 0) return own;
  const before = chain.slice(
    0,
    chain.findIndex(({ id }) => id === record.id),
  );
  return before.flatMap(({ sources }) => sources.filter((key) => !key.startsWith("edit.")));
}

async function existing(memory: PersonaMemory, user: string, id: string): Promise<MemoryRecord> {
  const record = await memory.get(user, id as MemoryId);
  if (record) return record;
  throw new PersonaError({ code: "MEMORY_UNKNOWN", message: `There is no memory "${id}".`, fix: "Take the id from a list or a search." });
}
