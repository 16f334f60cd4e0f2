import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import { PersonaError } from "../../index.js";
import { eraseThreads } from "../threads.js";
import { body, FAILURES, json, WhoSchema, type ApiEnv, type ApiServices } from "./routing.js";
import { ErasedSchema, StatusSchema, type Status } from "./schemas.js";

const update = createRoute({
  method: "post",
  path: "/update",
  tags: ["upkeep"],
  summary: "Derive and file now what is pending",
  request: {
    query: WhoSchema,
    body: body(
      z
        .strictObject({
          endSession: z.boolean().default(true).describe("Whether the running conversation counts as ended, and is filed too."),
        })
        .meta({ id: "UpdateRequest" }),
    ),
  },
  responses: { ...FAILURES, 200: json(StatusSchema.pick({ pending: true }), "What is still pending.") },
});
const exporting = createRoute({
  method: "get",
  path: "/export",
  tags: ["upkeep"],
  summary: "Everything that is kept of the user, as JSON lines",
  request: { query: WhoSchema },
  responses: {
    ...FAILURES,
    200: { description: "One record a line.", content: { "application/x-ndjson": { schema: z.string() } } },
  },
});
const erase = createRoute({
  method: "post",
  path: "/erase",
  tags: ["upkeep"],
  summary: "Forget everything of the user, for good",
  description: "Memory and index, and the user's threads on this server. There is no way back.",
  request: {
    query: WhoSchema,
    body: body(z.strictObject({ confirm: z.string().describe("The user's id, once more.") }).meta({ id: "EraseRequest" })),
  },
  responses: { ...FAILURES, 200: json(ErasedSchema, "What was erased.") },
});

/** What is pending, counted: after an import it may be a hundred thousand steps. */
export function byStage(pending: readonly { readonly stage: string; readonly at: number }[]): Status["pending"] {
  const stages = new Map<string, { stage: string; steps: number; since: number }>();
  for (const { stage, at } of pending) {
    const known = stages.get(stage);
    stages.set(stage, { stage, steps: (known?.steps ?? 0) + 1, since: Math.min(known?.since ?? at, at) });
  }
  return [...stages.values()];
}

/** Updates now, export and erase. */
export const upkeepRoutes = ({ memory }: ApiServices) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(update, async (c) => {
      const { endSession } = c.req.valid("json");
      const pending = await memory.flush(c.var.caller.user, { endSession, signal: c.req.raw.signal });
      return c.json({ pending: byStage(pending) }, 200);
    })
    .openapi(exporting, (c) => {
      const { user } = c.var.caller;
      c.header("content-type", "application/x-ndjson; charset=utf-8");
      c.header("content-disposition", `attachment; filename="personagraph-export.jsonl"`);
      return stream(c, async (out) => {
        for await (const line of memory.export(user)) await out.write(`${line}\n`);
      }) as never;
    })
    .openapi(erase, async (c) => {
      const { user } = c.var.caller;
      if (c.req.valid("json").confirm !== user) {
        throw new PersonaError({
          code: "ERASE_UNCONFIRMED",
          message: `The confirmation is not the user's id, "${user}".`,
          fix: 'Send {"confirm": "<the user\'s id>"} to erase everything that is kept of them.',
        });
      }
      const erased = await memory.erase(user);
      return c.json({ ...erased, threads: await eraseThreads(c.req.raw.headers, user) }, 200);
    });
