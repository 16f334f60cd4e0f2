import { createHash } from "node:crypto";
import type { PersonaRuntime, Who } from "./nodes/services.js";
import { userKey } from "./store/namespace.js";

/** The graph of langgraph.json that updates memory. It must be made with the same options as the agent. */
const MEMORY_GRAPH = "memory";
/** A server that does not take the run in so many ms is done without. */
const PATIENCE = 2000;

/** Set by our own auth (src/server/auth.ts): a pass for one request in the name of a user whom the server has authenticated. */
const PASS = Symbol.for("personagraph:pass");
/** Set by a LangGraph server for what runs in its process. */
const LOOPBACK = Symbol.for("langgraph_api:fetch");
const shared = globalThis as { [PASS]?: (identity: string) => string; [LOOPBACK]?: unknown };

/** Where the run came from, if that is a LangGraph server: what it takes to ask the server for another run. */
export interface Origin {
  readonly headers: Readonly<Record<string, string>>;
  /** Whom the server has authenticated. */
  readonly identity: string | undefined;
}

/** Headers that a server hands on to its runs and that belong to the one request, not to the caller. */
const OF_REQUEST = /^x-(forwarded-.*|real-ip|request-id|stainless-.*)$/;

export function originOf({ serverInfo, configurable }: PersonaRuntime): Origin | undefined {
  if (!serverInfo?.graphId && !serverInfo?.assistantId) return undefined;
  const headers = Object.entries(configurable ?? {}).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" && (entry[0] === "authorization" || (entry[0].startsWith("x-") && !OF_REQUEST.test(entry[0]))),
  );
  const identity: unknown = serverInfo.user?.["identity"];
  return { headers: Object.fromEntries(headers), identity: typeof identity === "string" ? identity : undefined };
}

/** The user's own memory thread: always the same, so that a later update takes the place of an earlier one. */
export function memoryThread(userId: string): string {
  const hex = createHash("sha256")
    .update(`personagraph memory ${userKey(userId)}`)
    .digest("hex");
  const variant = ((parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

/**
 * Asks the server for an update after a moment of quiet. One that waits already is replaced, and one that is running is cut off and
 * made up for: what it has not done is found in the log. @throws when the server cannot be reached or has no graph "memory"
 */
export async function updateOnServer(
  { userId, timezone, locale }: Who,
  { headers, identity }: Origin,
  afterSeconds: number,
): Promise<void> {
  const { Client } = await import("@langchain/langgraph-sdk");
  // In the server's own process the way is short, and leads nowhere else whatever the environment says.
  const apiUrl = shared[LOOPBACK] ? undefined : process.env["LANGGRAPH_API_URL"];
  const pass = identity !== undefined && headers["authorization"] === undefined ? shared[PASS]?.(identity) : undefined;
  const client = new Client({
    ...(apiUrl !== undefined && { apiUrl }),
    defaultHeaders: { ...headers, ...(pass !== undefined && { authorization: pass }) },
    timeoutMs: PATIENCE,
    callerOptions: { maxRetries: 0 },
  });
  await client.runs.create(memoryThread(userId), MEMORY_GRAPH, {
    input: {},
    context: { userId, timezone, ...(locale !== undefined && { locale }) },
    ifNotExists: "create",
    multitaskStrategy: "rollback",
    afterSeconds,
  });
}
