import { randomBytes } from "node:crypto";
import { Auth, HTTPException } from "@langchain/langgraph-sdk/auth";
import type { JWTPayload } from "jose";
import { PersonaError, userNamespace } from "../index.js";
import { isPagePath } from "./paths.js";

/** How callers of the server prove who they are: bearer tokens (JWT) whose `sub` is the user id. */
export interface AuthSettings {
  /** Shared secret of HS256 tokens, at least 32 characters. Environment: PERSONAGRAPH_AUTH_SECRET. */
  readonly secret?: string | undefined;
  /** Address of a JWKS with the public keys of RS, ES, PS or EdDSA tokens. Environment: PERSONAGRAPH_AUTH_JWKS. */
  readonly jwks?: string | undefined;
  /** When given, tokens must carry it. Environment: PERSONAGRAPH_AUTH_ISSUER. */
  readonly issuer?: string | undefined;
  /** When given, tokens must carry it. Environment: PERSONAGRAPH_AUTH_AUDIENCE. */
  readonly audience?: string | undefined;
}

export const authFromEnvironment = (env: NodeJS.ProcessEnv = process.env): AuthSettings => ({
  secret: env["PERSONAGRAPH_AUTH_SECRET"] || undefined,
  jwks: env["PERSONAGRAPH_AUTH_JWKS"] || undefined,
  issuer: env["PERSONAGRAPH_AUTH_ISSUER"] || undefined,
  audience: env["PERSONAGRAPH_AUTH_AUDIENCE"] || undefined,
});

/** Whether a way to check tokens is set. */
export const isAuthConfigured = ({ secret, jwks }: AuthSettings): boolean => secret !== undefined || jwks !== undefined;

/** RFC 7518, 3.2: a key for HS256 has at least 256 bits. */
const MIN_SECRET = 32;
/** Public-key algorithms; a shared-secret one among them would let whoever reads the JWKS sign tokens. */
const PUBLIC_KEY_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

type Verify = (token: string) => Promise<JWTPayload>;

/** @throws PersonaError AUTH_SETTINGS */
export function verifier(settings: AuthSettings): Verify {
  const { secret, jwks, issuer, audience } = settings;
  const refuse = (message: string): never => {
    throw new PersonaError({
      code: "AUTH_SETTINGS",
      message,
      fix: "Set PERSONAGRAPH_AUTH_SECRET to a shared secret of at least 32 characters, or PERSONAGRAPH_AUTH_JWKS to the https address of a JWKS.",
    });
  };
  if (secret !== undefined && jwks !== undefined)
    refuse("Both a shared secret and a JWKS address are set, and it is not clear which one counts.");
  if (secret === undefined && jwks === undefined) refuse("No way to check tokens is set.");
  if (secret !== undefined && secret.length < MIN_SECRET) refuse(`The shared secret has ${secret.length} characters.`);
  const claims = { ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }), requiredClaims: ["sub", "exp"] };
  let keys: Promise<Verify> | undefined;
  const load = async (): Promise<Verify> => {
    const { createRemoteJWKSet, jwtVerify } = await import("jose");
    if (secret !== undefined) {
      const key = new TextEncoder().encode(secret);
      return async (token) => (await jwtVerify(token, key, { ...claims, algorithms: ["HS256"] })).payload;
    }
    const set = createRemoteJWKSet(new URL(jwks!));
    return async (token) => (await jwtVerify(token, set, { ...claims, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
  };
  return async (token) => (await (keys ??= load()))(token);
}

/**
 * Auth for a LangGraph server: no token, no answer; the `sub` of the token is the user, whatever a request says; threads, runs and
 * crons belong to their owner; in the store a user reaches their own namespaces only, and may read but not write what the memory keeps.
 */
export function createAuth(settings: AuthSettings = authFromEnvironment()): Auth {
  const verify = verifier(settings);
  const passes = new Passes();
  // Runs in this process ask the server for the update of their user's memory; the caller's token is not kept for that.
  (globalThis as Record<symbol, unknown>)[Symbol.for("personagraph:pass")] = (identity: string) => passes.issue(identity);
  const auth = new Auth();
  auth.authenticate(async (request) => {
    // The inspector's page holds no data, and a browser has no token before it has the page. Nobody is no user.
    if (isPagePath(request.method, new URL(request.url).pathname)) return { identity: "", permissions: [] };
    const [scheme, token] = (request.headers.get("authorization") ?? "").split(/\s+/, 2);
    if (scheme?.toLowerCase() !== "bearer" || !token) throw unauthorized("A bearer token is required.");
    const known = passes.redeem(token);
    if (known !== undefined) return { identity: known, permissions: [OWN_MEMORY] };
    try {
      const { sub } = await verify(token);
      return { identity: sub!, permissions: [] };
    } catch {
      // Why a token fails is nobody's business but its issuer's.
      throw unauthorized("The token is not valid.");
    }
  });
  const own = ({ user }: { user: { identity: string } }) => ({ owner: user.identity });
  const stamp = ({ value, user }: { value: object; user: { identity: string } }) => {
    const stamped = value as { metadata?: Record<string, unknown> };
    stamped.metadata = { ...stamped.metadata, owner: user.identity };
    return { owner: user.identity };
  };
  auth.on("threads", own);
  auth.on("threads:create", stamp);
  auth.on("threads:create_run", stamp);
  auth.on("threads:update", own);
  auth.on("crons", own);
  auth.on("crons:create", stamp);
  // The graphs themselves are everybody's to call and nobody's to change.
  auth.on("assistants", () => false);
  auth.on("assistants:read", () => true);
  auth.on("assistants:search", () => true);
  auth.on("store", (({ action, value, user, permissions }: StoreRequest) =>
    within(user.identity, action, value.namespace ?? [], permissions ?? [])) as never);
  return auth;
}

/** Passes for one request each, in the name of a user who was authenticated before. They live in this process, for some seconds. */
class Passes {
  readonly #open = new Map<string, { readonly identity: string; readonly until: number }>();

  issue(identity: string): string {
    const now = performance.now();
    for (const [token, { until }] of this.#open) if (until < now) this.#open.delete(token);
    const token = randomBytes(32).toString("base64url");
    this.#open.set(token, { identity, until: now + 10_000 });
    return `Bearer ${token}`;
  }

  redeem(token: string): string | undefined {
    const pass = this.#open.get(token);
    this.#open.delete(token);
    return pass && pass.until >= performance.now() ? pass.identity : undefined;
  }
}

interface StoreRequest {
  readonly action: string;
  readonly value: { readonly namespace?: readonly string[] | null };
  readonly user: { readonly identity: string };
  readonly permissions?: readonly string[];
}

/** What our own code in this process may do with a pass, and no token can: write what the memory keeps of that user. */
const OWN_MEMORY = "personagraph:memory";

const READING = new Set(["get", "search", "list_namespaces"]);

/**
 * The filter of what a user may reach, or false. The server's store matches namespaces as joined strings ("user1" also finds "user10"),
 * so what it finds is held against the whole label once more.
 */
function within(
  identity: string,
  action: string,
  namespace: readonly string[],
  permissions: readonly string[],
): false | { namespace: { $contains: string } } {
  const [root, key] = userNamespace(identity);
  const mine =
    namespace[0] === root && namespace[1] === key
      ? (READING.has(action) || permissions.includes(OWN_MEMORY)) && key
      : namespace[0] === identity && identity !== root && identity;
  return mine ? { namespace: { $contains: mine } } : false;
}

const unauthorized = (message: string): HTTPException => new HTTPException(401, { message, headers: { "www-authenticate": "Bearer" } });
