import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { BaseStore } from "@langchain/langgraph";
import { z } from "zod";
import { isImageEmbeddings, isMediaStore, type ImageEmbeddings, type MediaStore } from "./domain/image-ports.js";
import { MEMORY_KINDS } from "./domain/record.js";
import { isSecretRule, type SecretRule } from "./domain/secrets-rule.js";
import { isTimezone, systemClock, type Clock } from "./domain/time.js";
import { PersonaError } from "./errors.js";

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
const count = (max: number) => z.number().int().min(0).max(max);
const minutes = z.number().positive();

/** Every setting, with its default. The table in the README is made from this schema, and a test compares the two. */
export const OptionsSchema = z
  .strictObject({
    model: z
      .union([z.string(), z.custom<BaseChatModel>(isObject)])
      .optional()
      .describe(
        'Chat model that answers: a LangChain model or a name such as "openai:gpt-5-mini". Else PERSONAGRAPH_MODEL, else the keyless model.',
      ),
    memoryModel: z
      .union([z.string(), z.custom<BaseChatModel>(isObject)])
      .optional()
      .describe("Chat model that proposes memories; a small one will do. Else PERSONAGRAPH_MEMORY_MODEL, else `model`."),
    embeddings: z
      .union([z.string(), z.custom<EmbeddingsInterface>(isObject)])
      .optional()
      .describe(
        'Embeddings for recall: LangChain Embeddings or a name such as "openai:text-embedding-3-small" or "transformers:./models/minilm". Else PERSONAGRAPH_EMBEDDINGS, else none.',
      ),
    index: z
      .union([z.string(), z.custom<(context: never) => object>((value) => typeof value === "function")])
      .optional()
      .describe(
        'Index for recall: "local", "pgvector" (in the Postgres of the store), "chroma:http://127.0.0.1:8000", or pgvectorIndex({…}) of personagraph/pgvector, chromaIndex({…}) of personagraph/chroma. Else PERSONAGRAPH_INDEX, else "pgvector" where the store is a Postgres that has it and embeddings are set, else "local".',
      ),
    baseUrl: z.url().optional().describe("Address of an OpenAI-compatible server for models given by name. Else PERSONAGRAPH_BASE_URL."),
    apiKey: z.string().optional().describe("Key for models given by name. Else the provider's own variable, such as OPENAI_API_KEY."),
    store: z
      .union([z.string(), z.instanceof(BaseStore), z.custom<BaseStore>((value) => isObject(value) && "batch" in (value as object))])
      .optional()
      .describe(
        'Where memory is kept: a LangGraph store, the path of a SQLite file, a postgresql:// URL, or "platform" for the store of the run. Else PERSONAGRAPH_STORE, else "platform" on a hosted platform, else `.personagraph/memory.db`.',
      ),
    media: z
      .union([z.string(), z.custom<MediaStore>(isMediaStore)])
      .optional()
      .describe(
        'Where images are kept: a folder, "s3://bucket/prefix" or a MediaStore. Else PERSONAGRAPH_MEDIA, else a folder beside the SQLite file; with another store, in that.',
      ),
    imageEmbeddings: z
      .union([z.string(), z.custom<ImageEmbeddings>(isImageEmbeddings)])
      .optional()
      .describe(
        'What images are recognised by besides their looks: ImageEmbeddings or a name such as "transformers:Xenova/clip-vit-base-patch32" or "transformers:./folder". Else PERSONAGRAPH_IMAGE_EMBEDDINGS, else none.',
      ),
    images: z
      .strictObject({
        keep: z.boolean().default(true).describe("Whether images of messages are stored, and recalled."),
        maxBytes: count(2 ** 31)
          .min(1000)
          .default(20_000_000)
          .describe("Bytes of one image; of a larger one only that it was there is kept, with a warning."),
        maxPixels: count(1_000_000_000).min(1).default(50_000_000).describe("Pixels (width times height) of one image, likewise."),
        keepPixels: count(1_000_000_000).min(1024).default(4_000_000).describe("Larger images are stored scaled down to so many pixels."),
        keepMetadata: z.boolean().default(false).describe("Whether EXIF, with the place where it was taken, stays in a stored image."),
        perMessage: count(100).default(10).describe("Images of one message."),
        fetch: z.boolean().default(true).describe("Whether images that come as an address are fetched from it; public addresses only."),
        privateHosts: z
          .array(z.string())
          .default([])
          .describe('Hosts that are fetched from although their address is private, such as "media.internal:9000".'),
        fetchTimeout: z.number().positive().default(10).describe("Seconds that fetching one image may take."),
        vision: z
          .enum(["auto", "always", "never"])
          .default("auto")
          .describe("Whether models are shown images; else descriptions. auto: as their profile says; where none does, until one refuses."),
        recall: count(20).default(3).describe("Recalled images in one prompt; 0: descriptions only."),
        recallPixels: count(100_000_000).min(1024).default(1_000_000).describe("Pixels of all recalled images in one prompt together."),
        patience: z
          .number()
          .positive()
          .default(3)
          .describe("Seconds that fetching and recognising the message's images may hold up its answer."),
      })
      .prefault({}),
    instructions: z.string().default("").describe("What your application wants of its assistant; stands in the system message."),
    search: z
      .strictObject({
        mode: z
          .enum(["auto", "always", "never"])
          .default("auto")
          .describe("Whether the model may search, must search once, or answers from eager recall alone."),
        max: count(5).default(5).describe("Searches in one turn, at most 5 (PersonaVLM)."),
        limit: count(50).default(8).describe("Memories that one search shows."),
      })
      .prefault({}),
    recall: z
      .strictObject({
        limit: count(50).default(8).describe("Memories recalled before the first model call; 0 switches eager recall off."),
        quotas: z
          .partialRecord(z.enum(MEMORY_KINDS), count(50))
          .default({ message: 5, fact: 5, episode: 2, procedure: 2 })
          .describe("At most so many memories of a kind in one recall or search."),
        characters: z
          .number()
          .int()
          .min(200)
          .default(6000)
          .describe("Characters of recalled text in one prompt; longer memories are clipped."),
        cache: z
          .number()
          .min(1)
          .default(512)
          .describe("Megabytes that the indexes of all users may take in this process; who has been quiet longest makes room."),
      })
      .prefault({}),
    secrets: z
      .strictObject({
        redact: z
          .boolean()
          .default(true)
          .describe("Whether keys, passwords, codes and card numbers are replaced before anything is stored or shown to the memory model."),
        rules: z
          .array(z.custom<SecretRule>(isSecretRule, "is no rule: { name, pattern: RegExp } or { name, find: (text) => spans }"))
          .default([])
          .describe('Your own kinds of secrets, such as { name: "badge", pattern: /B-\\d{6}/ }; they come before the built-in ones.'),
        keep: z.array(z.string()).default([]).describe('Names of built-in kinds that are not replaced, such as "IBAN".'),
      })
      .prefault({}),
    limits: z
      .strictObject({
        messageBytes: z
          .number()
          .int()
          .min(1000)
          .default(4_194_304)
          .describe("Bytes of one message in the log; a longer one is kept clipped, with a warning."),
        messages: count(Number.MAX_SAFE_INTEGER)
          .min(1)
          .optional()
          .describe("Messages of one user; beyond them nothing more is logged, with a warning. Default: no limit."),
        tokensPerDay: count(Number.MAX_SAFE_INTEGER)
          .min(1)
          .optional()
          .describe("Tokens that memory updates of one user may use in a UTC day; what is left waits for the next one. Default: no limit."),
      })
      .prefault({}),
    retention: z
      .strictObject({
        messages: z.number().positive().optional().describe("Days after which a message is erased, with what rests on it. Default: kept."),
        facts: z.number().positive().optional().describe("Days after which a fact that was not said again is erased. Default: kept."),
      })
      .prefault({}),
    personality: z.boolean().default(true).describe("Whether the personality is inferred and answers are aligned to it."),
    citations: z.boolean().default(true).describe("Whether answers carry the marks of the memories they rest on, such as [m1a2b]."),
    update: z
      .enum(["inline", "background", "off"])
      .default("inline")
      .describe("When memory is updated: at the end of the run, after it, or only when you call flush."),
    updateDelay: z.number().min(0).default(5).describe("Seconds of quiet before a background update starts."),
    sessionGap: minutes.default(60).describe("Minutes between two messages after which a session has ended (PersonaVLM)."),
    history: count(200).min(1).default(40).describe("Messages of the running session in the prompt."),
    timezone: z
      .string()
      .refine(isTimezone, "is no IANA time zone, such as Europe/Lisbon")
      .default("UTC")
      .describe("Time zone of users whose context names none."),
    locale: z.string().optional().describe("BCP 47 language of users whose context names none; default: found from their text."),
    answerTimeout: z.number().positive().default(120).describe("Seconds that one answering model call may take."),
    memoryTimeout: z.number().positive().default(60).describe("Seconds that one proposing model call may take."),
    clock: z
      .custom<Clock>((value) => isObject(value) && "now" in (value as object))
      .default(systemClock)
      .describe("Where the time comes from; tests give a fixed one."),
  })
  .describe("Options of createPersonaAgent, createMemoryGraph and PersonaMemory");

/** What a caller may set. Everything is optional. */
export type PersonaOptions = z.input<typeof OptionsSchema>;
/** Options with their defaults, checked and frozen. */
export type Settings = Readonly<z.output<typeof OptionsSchema>>;

/** Checks, completes and freezes options, once, at the door. @throws PersonaError OPTIONS */
export function resolveOptions(options: PersonaOptions = {}, env: NodeJS.ProcessEnv = process.env): Settings {
  const fromEnv: PersonaOptions = {
    model: env["PERSONAGRAPH_MODEL"] || undefined,
    memoryModel: env["PERSONAGRAPH_MEMORY_MODEL"] || undefined,
    embeddings: env["PERSONAGRAPH_EMBEDDINGS"] || undefined,
    index: env["PERSONAGRAPH_INDEX"] || undefined,
    baseUrl: env["PERSONAGRAPH_BASE_URL"] || undefined,
    media: env["PERSONAGRAPH_MEDIA"] || undefined,
    imageEmbeddings: env["PERSONAGRAPH_IMAGE_EMBEDDINGS"] || undefined,
    update: (env["PERSONAGRAPH_UPDATE"] || undefined) as PersonaOptions["update"],
    store: env["PERSONAGRAPH_STORE"] || (env["LANGSERVE_GRAPHS"] ? "platform" : ".personagraph/memory.db"),
  };
  const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const parsed = OptionsSchema.safeParse({ ...fromEnv, ...set });
  if (!parsed.success) {
    throw new PersonaError({
      code: "OPTIONS",
      message: `The options do not fit: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}.`,
      fix: "All settings are listed in the README, under Settings.",
    });
  }
  return deepFreeze(parsed.data);
}

/** Whether a plain object is somebody's implementation of a port, and no data. */
const canDo = (value: object): boolean => Object.values(value).some((part) => typeof part === "function");

/** Freezes plain data; models, stores and clocks are the caller's and stay as they are. */
function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (isObject(inner) && Object.getPrototypeOf(inner) === Object.prototype && !canDo(inner as object)) deepFreeze(inner as object);
  }
  return Object.freeze(value);
}
