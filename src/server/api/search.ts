import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { pinnedIds, shown } from "./memories.js";
import { body, FAILURES, json, WhoSchema, type ApiEnv, type ApiServices } from "./routing.js";
import { KindSchema, SearchResultSchema } from "./schemas.js";

const SearchSchema = z
  .strictObject({
    query: z.string().min(1).max(4000),
    kinds: z.array(KindSchema).min(1).optional().describe("Default: messages, facts and episodes."),
    from: z.number().optional().describe("Epoch ms."),
    to: z.number().optional().describe("Epoch ms."),
    limit: z.number().int().min(1).max(100).default(20),
    timezone: z.string().optional().describe("IANA time zone; what `last week` counts in."),
  })
  .meta({ id: "SearchRequest" });

const search = createRoute({
  method: "post",
  path: "/search",
  tags: ["memories"],
  summary: "Search memory, with the parts of each score",
  request: { query: WhoSchema, body: body(SearchSchema) },
  responses: { ...FAILURES, 200: json(SearchResultSchema, "What was found.") },
});

/** The search that answers use, for people. */
export const searchRoutes = ({ memory }: ApiServices) =>
  new OpenAPIHono<ApiEnv>().openapi(search, async (c) => {
    const { user } = c.var.caller;
    const { query, kinds, from, to, limit, timezone } = c.req.valid("json");
    const began = performance.now();
    const { hits, beyond, window } = await memory.recall(user, {
      query,
      limit,
      ...(kinds && { kinds }),
      ...(timezone !== undefined && { timezone }),
      ...((from !== undefined || to !== undefined) && { window: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) } }),
    });
    const ms = performance.now() - began;
    const pins = await pinnedIds(memory, user);
    const found = hits.map(({ record, score, why }) => ({ memory: shown(record, pins), score, why }));
    return c.json(SearchResultSchema.parse({ hits: found, beyond, ms, ...(window && { window }) }), 200);
  });
