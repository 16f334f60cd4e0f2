import { z } from "zod";

/** What goes over the wire. The types of the page and the OpenAPI document both follow from here; `id` names a schema there. */

export const MEMORY_KINDS = ["message", "fact", "episode", "procedure"] as const;
export const TRAITS = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"] as const;
export type Trait = (typeof TRAITS)[number];

const time = z.number().describe("Epoch ms.");
const scores = z.object(Object.fromEntries(TRAITS.map((trait) => [trait, z.number()])) as Record<(typeof TRAITS)[number], z.ZodNumber>);
const scoreParts = z.record(z.string(), z.number()).describe("The parts of a score, already weighted: they add up to it.");

export const KindSchema = z.enum(MEMORY_KINDS).meta({ id: "Kind" });
export type Kind = z.infer<typeof KindSchema>;

export const ErrorSchema = z
  .object({
    code: z.string().describe("Stands for the kind of error, for programs."),
    message: z.string().describe("What went wrong, and where."),
    fix: z.string().describe("What to do about it."),
  })
  .meta({ id: "Error" });

export const MemorySchema = z
  .object({
    id: z.string(),
    kind: KindSchema,
    text: z.string(),
    keywords: z.array(z.string()),
    at: time.describe("When it happened or was said, in epoch ms."),
    recordedAt: time.describe("When it was written, in epoch ms."),
    sources: z.array(z.string()).describe("Keys of the messages it rests on."),
    status: z.enum(["current", "closed"]).describe("closed: true once, but no longer."),
    version: z.number().int(),
    pinned: z.boolean().describe("Kept in mind in every answer."),
    validTo: time.optional().describe("Facts: when it stopped being true."),
    supersededBy: z.string().optional().describe("Facts: the fact that replaced it."),
    confidence: z.number().optional().describe("Facts: 0 to 1, how plainly the user said it."),
    topic: z.string().optional().describe("Episodes."),
    from: time.optional().describe("Episodes: time of the first message."),
    to: time.optional().describe("Episodes: time of the last message."),
    role: z.string().optional().describe("Messages: user, assistant, …"),
    speaker: z.string().optional().describe("Messages: who spoke, where known."),
    thread: z.string().optional().describe("Messages: the thread it was said in."),
    trust: z.literal("untrusted").optional().describe("Set when it rests on pasted text or on what a tool returned."),
    images: z.array(z.string()).optional().describe("Names of the images it shows, for /images/{id}."),
  })
  .meta({ id: "Memory" });
export type Memory = z.infer<typeof MemorySchema>;

export const MemoryPageSchema = z
  .object({ items: z.array(MemorySchema), total: z.number().int().describe("How many fit, on all pages."), offset: z.number().int() })
  .meta({ id: "MemoryPage" });
export type MemoryPage = z.infer<typeof MemoryPageSchema>;

export const HitSchema = z.object({ memory: MemorySchema, score: z.number(), why: scoreParts }).meta({ id: "Hit" });
export type Hit = z.infer<typeof HitSchema>;

export const SearchResultSchema = z
  .object({
    hits: z.array(HitSchema).describe("Best first."),
    beyond: z.number().int().describe("How many more match."),
    window: z
      .object({ from: time.optional(), to: time.optional(), widened: z.boolean(), note: z.string().optional() })
      .optional()
      .describe("The span of time that was searched, when the words named one."),
    ms: z.number(),
  })
  .meta({ id: "SearchResult" });
export type SearchResult = z.infer<typeof SearchResultSchema>;

export const ProfileSchema = z
  .object({
    identity: z.array(z.object({ field: z.string(), value: z.string(), source: z.string(), at: time })),
    preferences: z.array(z.object({ key: z.string(), text: z.string(), source: z.string(), since: time, at: time })),
  })
  .meta({ id: "Profile" });
export type Profile = z.infer<typeof ProfileSchema>;

export const PersonalitySchema = z
  .object({
    on: z.boolean().describe("Whether it is inferred for this user."),
    scores: scores.describe("From 1 to 5; 3 is unknown or average."),
    turns: z.number().int().describe("User messages taken into account, neutral ones too."),
    style: z.array(z.string()).optional(),
    points: z
      .array(
        z.object({
          message: z.string().describe("Key of the user's message."),
          at: time,
          text: z.string().describe("What the user said; the evidence."),
          seen: scores.describe("What the message showed; 3 is no evidence."),
          scores: scores.describe("The personality after it."),
        }),
      )
      .describe("Messages that showed something, oldest first; the last 1000."),
  })
  .meta({ id: "Personality" });
export type Personality = z.infer<typeof PersonalitySchema>;

const size = z.object({ records: z.number().int(), bytes: z.number().int() });
const cost = z.object({ calls: z.number().int(), input: z.number().int(), output: z.number().int() });

export const StatusSchema = z
  .object({
    user: z.string(),
    storage: z.record(z.string(), size).describe("By collection of the log: records, and bytes of their JSON."),
    usage: z.object({ respond: cost, extract: cost, consolidate: cost }).describe("Model calls and their tokens, by stage."),
    pending: z
      .array(z.object({ stage: z.string(), steps: z.number().int(), since: time }))
      .describe("Work that memory still has to do, by stage; since the time of the oldest message it is for."),
  })
  .meta({ id: "Status" });
export type Status = z.infer<typeof StatusSchema>;

export const MeSchema = z
  .object({
    user: z.string().describe("Empty when nobody has said yet whose memory it is."),
    authenticated: z.boolean().describe("The user comes from the token, and cannot be chosen."),
    model: z.string().describe("The model that answers."),
    version: z.string(),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof MeSchema>;

export const ErasedSchema = z
  .object({ messages: z.number().int(), facts: z.number().int(), episodes: z.number().int(), threads: z.number().int() })
  .meta({ id: "Erased" });
export type Erased = z.infer<typeof ErasedSchema>;

export const RecalledSchema = z
  .object({
    mark: z.string().describe("How the answer cites it, as in [m1a2b]."),
    id: z.string(),
    kind: KindSchema,
    label: z.string(),
    at: time,
    text: z.string(),
    score: z.number(),
    why: scoreParts,
    sources: z.array(z.string()),
    search: z.number().int().describe("0: recalled for the message; n: found by the n-th search of the turn."),
    media: z
      .object({ id: z.string(), label: z.string().describe("What the user calls it; may be empty.") })
      .optional()
      .describe("The image it shows, for /images/{id}."),
  })
  .meta({ id: "Recalled" });
export type Recalled = z.infer<typeof RecalledSchema>;

/** One server-sent event of a chat turn; its name is `type`. */
export const ChatEventSchema = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("start"), thread: z.string(), run: z.string() }),
    z.object({ type: z.literal("recall"), recalled: z.array(RecalledSchema), ms: z.number() }),
    z.object({
      type: z.literal("search"),
      search: z.object({ query: z.string(), found: z.number().int(), beyond: z.number().int() }).loose(),
      recalled: z.array(RecalledSchema),
    }),
    z.object({ type: z.literal("token"), text: z.string() }),
    z.object({
      type: z.literal("remembered"),
      facts: z.array(z.object({ id: z.string(), text: z.string(), status: z.enum(["current", "closed"]) })),
    }),
    z.object({ type: z.literal("personality"), scores, turns: z.number().int() }),
    z.object({ type: z.literal("consolidated"), session: z.string(), episodes: z.number().int() }),
    z.object({ type: z.literal("warning"), code: z.string(), message: z.string() }),
    z.object({ type: z.literal("error"), message: z.string() }),
    z.object({
      type: z.literal("done"),
      answer: z.string(),
      cited: z.array(z.string()).describe("Ids of the memories the answer rests on."),
    }),
  ])
  .meta({ id: "ChatEvent" });
export type ChatEvent = z.infer<typeof ChatEventSchema>;
