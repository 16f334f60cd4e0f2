import { HumanMessage } from "@langchain/core/messages";
import { EXTRACT_TOOL, extractPrompt, ExtractSchema } from "../prompts/extract.js";
import { faultOf, PersonaError } from "./errors.js";
import { resolveEmbeddings } from "./models/resolve.js";
import { propose } from "./models/structured.js";
import type { Services } from "./nodes/services.js";
import { SqliteStore } from "./store/sqlite-store.js";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `warning`: it works, but not as it could. */
  readonly status: "ok" | "warning" | "failed";
  readonly message: string;
  /** What to do about it; absent where all is well. */
  readonly fix?: string;
}

export interface CheckOptions {
  /** Also calls each model once, which may cost a fraction of a cent. Default false. */
  readonly online?: boolean;
  readonly signal?: AbortSignal;
}

/** Looks at what memory rests on, each by itself, so that one failure hides no other. */
export async function checkMemory(services: Services, { online = false, signal }: CheckOptions): Promise<Check[]> {
  const { settings } = services;
  const called = signal ? { signal } : {};
  const answering = async (): Promise<string> => {
    const model = await services.model();
    if (named(settings.model) === "keyless") return "keyless: fixed rules, no language model (PERSONAGRAPH_MODEL names one)";
    if (!online) return `${named(settings.model)} can be made; it was not called`;
    const answer = await model.invoke([new HumanMessage("Answer with the one word OK.")], called);
    return `${named(settings.model)} answered "${answer.text.trim().slice(0, 40)}"`;
  };
  const proposing = async (): Promise<string> => {
    const name = named(settings.memoryModel ?? settings.model);
    const model = await services.memoryModel();
    if (!online) return `${name} can be made; it was not called`;
    const prompt = extractPrompt({
      known: [],
      context: [],
      messages: [[1, "user", "Tue 2026-05-12 18:05", "My sister Mia is a nurse in Porto."]],
    });
    const { value } = await propose({
      model,
      prompt,
      tool: EXTRACT_TOOL,
      description: "Proposes what to remember.",
      schema: ExtractSchema,
      signal,
    });
    return `${name} proposed ${value.changes.length} memories of a sample, in the form that is wanted`;
  };
  return [
    await look("store", () => storeOf(services), "Give another --store, or mend the file's folder and rights."),
    await look("model", answering, "Set PERSONAGRAPH_MODEL and its key, such as OPENAI_API_KEY."),
    await look("memory model", proposing, "Set PERSONAGRAPH_MEMORY_MODEL to a model that calls tools."),
    await look(
      "embeddings",
      () => embeddingsOf(services, online),
      "Set PERSONAGRAPH_EMBEDDINGS and its key, or leave it unset: recall goes by words.",
    ),
    await look("index", () => indexOf(services), REBUILD),
  ];
}

const REBUILD = "Run `personagraph rebuild`: it makes the index anew from the log.";

/** `work` says what it found, or as a check what works but not as it could. */
async function look(name: string, work: () => Promise<string | Omit<Check, "name">>, fix: string): Promise<Check> {
  try {
    const found = await work();
    return typeof found === "string" ? { name, status: "ok", message: found } : { name, ...found };
  } catch (error) {
    const message = faultOf(error).split("\n")[0]!;
    return { name, status: "failed", message, fix: error instanceof PersonaError ? error.fix : fix };
  }
}

async function storeOf(services: Services): Promise<string> {
  const { log } = await services.memory(undefined);
  const { store } = log;
  const users = await log.users();
  const known = `${users.length} ${users.length === 1 ? "user" : "users"}`;
  if (!(store instanceof SqliteStore)) return `${store.constructor.name} answers; ${known}`;
  const rows = store.database.pragma("quick_check(1)") as Record<string, string>[];
  const said = Object.values(rows[0] ?? {})[0];
  if (said !== "ok") throw new Error(`The file is damaged: ${String(said)}`);
  // A lease is a write that touches nobody's memory.
  if (!store.acquireLease("doctor", "doctor", 1000)) throw new Error("Another process holds the store's lock.");
  store.releaseLease("doctor", "doctor");
  return `SQLite, readable and writable, ${known}`;
}

async function embeddingsOf({ settings }: Services, online: boolean): Promise<string> {
  const { embeddings, baseUrl, apiKey } = settings;
  if (embeddings === undefined) return "none: recall goes by words (PERSONAGRAPH_EMBEDDINGS adds vectors)";
  const made = typeof embeddings === "string" ? await resolveEmbeddings(embeddings, { baseUrl, apiKey }) : embeddings;
  if (!online) return `${named(embeddings)} can be made; it was not called`;
  const vector = await made.embedQuery("A sentence to try it with.");
  return `${named(embeddings)} gives vectors of ${vector.length} numbers`;
}

async function indexOf(services: Services): Promise<string | Omit<Check, "name">> {
  const { log, recall, indexAdvice } = await services.memory(undefined);
  if (indexAdvice) return { status: "warning", ...indexAdvice };
  const [userId] = await log.users();
  if (userId === undefined) return `${recall.index}: nothing to search yet`;
  const { clock, timezone } = services.settings;
  const { hits, warning } = await recall.recall(userId, { query: "anything", now: clock.now(), timezone });
  if (!warning) return `${recall.index}: a search answers (${hits.length} found)`;
  const behind = warning.code === "INDEX_BEHIND";
  const fix = behind ? "It catches up by itself; `personagraph rebuild` fills it now, and waits." : `Mend what it says, then: ${REBUILD}`;
  return { status: behind ? "warning" : "failed", message: `${recall.index}: ${warning.code}: ${warning.message}`, fix };
}

const named = (model: unknown): string =>
  typeof model === "string" ? model : model === undefined ? "keyless" : (model as object).constructor.name;
