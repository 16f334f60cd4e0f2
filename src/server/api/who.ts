import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { body, FAILURES, json, WhoSchema, type ApiEnv, type ApiServices } from "./routing.js";
import { byStage } from "./upkeep.js";
import { MeSchema, PersonalitySchema, ProfileSchema, StatusSchema, TRAITS } from "./schemas.js";
import type { PersonaMemory } from "../../index.js";

/** Evidence that one answer holds, at most. */
const MAX_POINTS = 1000;

const me = createRoute({
  method: "get",
  path: "/me",
  tags: ["user"],
  summary: "Whose memory this is, and what answers",
  request: { query: WhoSchema },
  responses: { ...FAILURES, 200: json(MeSchema, "The caller.") },
});
const profile = createRoute({
  method: "get",
  path: "/profile",
  tags: ["user"],
  summary: "Identity and lasting preferences",
  request: { query: WhoSchema },
  responses: { ...FAILURES, 200: json(ProfileSchema, "The profile.") },
});
const entries = z.record(z.string().max(100), z.string().min(1).max(1000).nullable());
const editProfile = createRoute({
  method: "patch",
  path: "/profile",
  tags: ["user"],
  summary: "Correct or remove (null) entries of the profile",
  request: {
    query: WhoSchema,
    body: body(z.strictObject({ identity: entries.optional(), preferences: entries.optional() }).meta({ id: "ProfileEdit" })),
  },
  responses: { ...FAILURES, 200: json(ProfileSchema, "The profile as it is now.") },
});
const personality = createRoute({
  method: "get",
  path: "/personality",
  tags: ["user"],
  summary: "The Big Five, and how they came about",
  request: { query: WhoSchema },
  responses: { ...FAILURES, 200: json(PersonalitySchema, "Scores, and the evidence under each change.") },
});
const editPersonality = createRoute({
  method: "patch",
  path: "/personality",
  tags: ["user"],
  summary: "Switch inference on or off, or forget what was inferred",
  request: {
    query: WhoSchema,
    body: body(z.strictObject({ on: z.boolean().optional(), reset: z.literal(true).optional() }).meta({ id: "PersonalityEdit" })),
  },
  responses: { ...FAILURES, 200: json(PersonalitySchema, "The personality as it is now.") },
});
const status = createRoute({
  method: "get",
  path: "/status",
  tags: ["upkeep"],
  summary: "Storage, cost, and what is still to be done",
  request: { query: WhoSchema },
  responses: { ...FAILURES, 200: json(StatusSchema, "The status.") },
});

/** Who the user is, as memory sees them, and what it keeps of them. */
export const whoRoutes = ({ memory, model, version }: ApiServices) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(me, (c) => c.json({ ...c.var.caller, model, version }, 200))
    .openapi(profile, async (c) => c.json(ProfileSchema.parse(await memory.profile(c.var.caller.user)), 200))
    .openapi(editProfile, async (c) => {
      const { identity, preferences } = c.req.valid("json");
      const edit = { ...(identity && { identity }), ...(preferences && { preferences }) };
      return c.json(ProfileSchema.parse(await memory.updateProfile(c.var.caller.user, edit)), 200);
    })
    .openapi(personality, async (c) => c.json(await evolution(memory, c.var.caller.user), 200))
    .openapi(editPersonality, async (c) => {
      const { user } = c.var.caller;
      const { on, reset } = c.req.valid("json");
      if (reset) await memory.resetPersonality(user);
      if (on !== undefined) await memory.usePersonality(user, on);
      return c.json(await evolution(memory, user), 200);
    })
    .openapi(status, async (c) => {
      const { user } = c.var.caller;
      const [storage, usage, pending] = await Promise.all([memory.storage(user), memory.usage(user), memory.pending(user)]);
      return c.json(StatusSchema.parse({ user, storage, usage, pending: byStage(pending) }), 200);
    });

async function evolution(memory: PersonaMemory, user: string): Promise<z.infer<typeof PersonalitySchema>> {
  const { on, steps, start } = await memory.evolution(user);
  const telling = steps.filter(({ seen }) => TRAITS.some((trait) => seen.scores[trait] !== 3)).slice(-MAX_POINTS);
  const points = await Promise.all(
    telling.map(async ({ seen, after }) => ({
      message: seen.message,
      at: seen.at,
      text: (await memory.get(user, `message:${seen.message}`))?.text ?? "",
      seen: seen.scores,
      scores: after.scores,
    })),
  );
  const { scores, turns } = steps.at(-1)?.after ?? start;
  return { on, scores, turns, points };
}
