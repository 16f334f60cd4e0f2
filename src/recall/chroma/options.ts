import type { ChromaClient } from "chromadb";
import { PersonaError } from "../../errors.js";

export interface ChromaIndexOptions {
  /** Address of the server; https for TLS. Default http://127.0.0.1:8000; with `apiKey` Chroma Cloud. */
  readonly url?: string;
  /** Of Chroma Cloud; sent as its token. */
  readonly apiKey?: string;
  /** Default: Chroma's own, or what the key belongs to. */
  readonly tenant?: string;
  readonly database?: string;
  /** Sent with every request, for a proxy that asks who calls: Chroma itself does not. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further settings of `fetch`, such as a dispatcher with your own certificates. */
  readonly fetchOptions?: RequestInit;
  /** A client of yours, instead of all those. */
  readonly client?: ChromaClient;
  /** First part of the names of its collections. Default "personagraph". */
  readonly collection?: string;
  /**
   * Over how many collections users are spread, by a hash of their id; 1 puts all into one. Default 64. A question costs what its
   * collection holds: docs/scaling.md has the figures. Another number is another index, which is filled from the log.
   */
  readonly shards?: number;
  /** How long one request may take before recall goes on without Chroma, in ms. Default 2000. */
  readonly timeoutMs?: number;
  /** How often a request that failed is tried again, after 50, 100, 200 … ms. Default 2. */
  readonly retries?: number;
}

export type ChromaSettings = Required<Pick<ChromaIndexOptions, "collection" | "shards" | "timeoutMs" | "retries">> &
  Omit<ChromaIndexOptions, "collection" | "shards" | "timeoutMs" | "retries">;

/** Chroma's rule for names is 3 to 512 of these; what we append needs 60. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{2,400}$/;

/** Checked once, at the door. @throws PersonaError INDEX_OPTIONS */
export function resolveChroma(options: ChromaIndexOptions = {}): ChromaSettings {
  const { collection = "personagraph", shards = 64, timeoutMs = 2_000, retries = 2 } = options;
  const refuse = (message: string, fix: string): never => {
    throw new PersonaError({ code: "INDEX_OPTIONS", message, fix });
  };
  if (!NAME.test(collection))
    refuse(
      `"${collection}" cannot begin the name of a Chroma collection.`,
      "Use letters, digits, dots, dashes and underscores, at least three.",
    );
  if (!Number.isInteger(shards) || shards < 1 || shards > 65_536)
    refuse(`Users cannot be spread over ${shards} collections.`, "Give a whole number from 1 to 65536.");
  if (!(timeoutMs > 0)) refuse(`A request cannot take ${timeoutMs} ms.`, "Give a number of milliseconds above 0.");
  if (!Number.isInteger(retries) || retries < 0)
    refuse(`A request cannot be tried again ${retries} times.`, "Give a whole number, 0 for never.");
  if (options.url !== undefined && !/^https?:\/\/[^/]+\/?$/.test(options.url))
    refuse(
      `"${options.url}" is no address of a Chroma server.`,
      'Write it as "http://127.0.0.1:8000", with tenant and database as options of their own.',
    );
  return Object.freeze({ ...options, collection, shards, timeoutMs, retries });
}

/** The client is loaded on first use: who has no Chroma needs no package for it. @throws PersonaError PACKAGE_MISSING */
export async function connect(settings: ChromaSettings): Promise<ChromaClient> {
  if (settings.client) return settings.client;
  const chromadb = await import("chromadb").catch((cause: unknown) => {
    throw new PersonaError({
      code: "PACKAGE_MISSING",
      message: "The index in Chroma needs the package chromadb.",
      fix: "Run: npm install chromadb",
      cause,
    });
  });
  const { url, apiKey, tenant, database, headers, fetchOptions } = settings;
  const where = {
    ...(tenant !== undefined && { tenant }),
    ...(database !== undefined && { database }),
    ...(fetchOptions && { fetchOptions }),
  };
  if (apiKey !== undefined && url === undefined) return new chromadb.CloudClient({ apiKey, ...where });
  const { protocol, hostname, port } = new URL(url ?? "http://127.0.0.1:8000");
  const ssl = protocol === "https:";
  const sent = { ...headers, ...(apiKey !== undefined && { "x-chroma-token": apiKey }) };
  return new chromadb.ChromaClient({ host: hostname, port: port === "" ? (ssl ? 443 : 80) : Number(port), ssl, headers: sent, ...where });
}
