import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import type { Command } from "commander";
import type { PersonaOptions } from "../index.js";

/** Options that every command takes which opens a memory. */
export interface PlaceFlags {
  readonly store?: string;
  /** The name it had before there was `--store`. */
  readonly db?: string;
  readonly model?: string;
  readonly memoryModel?: string;
  readonly embeddings?: string;
  readonly index?: string;
  readonly baseUrl?: string;
  readonly timezone?: string;
  readonly json?: boolean;
}

/** The same for what concerns one user. */
export interface MemoryFlags extends PlaceFlags {
  readonly user?: string;
}

export const memoryFlags = (command: Command): Command =>
  placeFlags(command.option("-u, --user <id>", "whose memory (default: PERSONAGRAPH_USER, else your login name)"));

export const placeFlags = (command: Command): Command =>
  command
    .option("-s, --store <file>", "where memory is kept (default: PERSONAGRAPH_STORE, else .personagraph/memory.db)")
    .option("--model <name>", "chat model, such as openai:gpt-5-mini (default: PERSONAGRAPH_MODEL, else keyless)")
    .option("--memory-model <name>", "model that proposes memories (default: PERSONAGRAPH_MEMORY_MODEL, else --model)")
    .option("--embeddings <name>", "embeddings, such as openai:text-embedding-3-small (default: PERSONAGRAPH_EMBEDDINGS, else none)")
    .option("--index <name>", "index for recall: local, pgvector or chroma:<url> (default: PERSONAGRAPH_INDEX, else what suits the store)")
    .option("--base-url <url>", "an OpenAI-compatible server (default: PERSONAGRAPH_BASE_URL)")
    .option("--timezone <zone>", "IANA time zone (default: this machine's)");

export const jsonFlag = (command: Command): Command => command.option("--json", "print JSON, on one line");

/** Settings from the file .env in this folder; what is set already stays. */
export function loadEnvFile(file = ".env"): void {
  if (existsSync(file)) process.loadEnvFile(file);
}

export const localTimezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const userOf = ({ user }: MemoryFlags): string => user ?? (process.env["PERSONAGRAPH_USER"] || userInfo().username);

/** Where memory is kept, as the library will find it. */
export const storeOf = ({ store, db }: PlaceFlags): string =>
  store ?? db ?? (process.env["PERSONAGRAPH_STORE"] || ".personagraph/memory.db");

/** Flags as options of the library; what is not given comes from the environment there. */
export const optionsOf = ({ store, db, model, memoryModel, embeddings, index, baseUrl, timezone }: PlaceFlags): PersonaOptions => ({
  store: store ?? db,
  model,
  memoryModel,
  embeddings,
  index,
  baseUrl,
  timezone: timezone ?? localTimezone(),
  // A command ends: nothing runs on behind it.
  update: "off",
});

/** The name of the model that proposes, as the library will find it. */
export const memoryModelOf = ({ model, memoryModel }: MemoryFlags): string =>
  memoryModel ?? (process.env["PERSONAGRAPH_MEMORY_MODEL"] || model || process.env["PERSONAGRAPH_MODEL"] || "keyless");
