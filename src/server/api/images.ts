import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { PersonaError, type MemoryRecord, type MessageImage, type SeenImage } from "../../index.js";
import { FAILURES, WhoSchema, type ApiEnv, type ApiServices } from "./routing.js";

const IdSchema = z.object({ id: z.string().max(100).meta({ example: "9f86d081884c7d65.jpg" }) });
const SizeSchema = WhoSchema.extend({
  pixels: z.coerce.number().int().min(64).max(16_000_000).optional().describe("As a JPEG of at most so many pixels."),
});

const image = createRoute({
  method: "get",
  path: "/images/{id}",
  tags: ["memories"],
  summary: "A stored image, or a thumbnail of it",
  request: { params: IdSchema, query: SizeSchema },
  responses: {
    ...FAILURES,
    200: {
      description: "The image.",
      content: { "image/jpeg": { schema: z.string() }, "image/png": { schema: z.string() } },
    },
  },
});

/** Images by the names that memories give; only the user's own. What may be erased is cached nowhere. */
export const imageRoutes = ({ memory }: ApiServices) =>
  new OpenAPIHono<ApiEnv>().openapi(image, async (c) => {
    const { id } = c.req.valid("param");
    const { pixels } = c.req.valid("query");
    const found = await memory.image(c.var.caller.user, id, { ...(pixels !== undefined && { pixels }) });
    if (!found) throw new PersonaError({ code: "NOT_FOUND", message: "There is no such image.", fix: "Take its name from a memory." });
    return new Response(new Uint8Array(found.bytes), {
      headers: {
        "content-type": found.mime,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
      },
    });
  });

/** The names of the images that a memory shows: what was cut out of one, else the whole. */
export function imagesOf(record: MemoryRecord): string[] {
  const { media, images = [] } = record as MemoryRecord & { readonly media?: SeenImage; readonly images?: readonly MessageImage[] };
  return media ? [media.crop ?? media.media] : images.flatMap((held) => ("media" in held ? [held.media] : []));
}
