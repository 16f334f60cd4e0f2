import type { Context, MiddlewareHandler } from "hono";
import { PersonaError } from "../index.js";
import { API } from "./paths.js";
import { asking } from "./server-store.js";
import { authFromEnvironment, isAuthConfigured, verifier, type AuthSettings } from "./auth.js";

/** What every route of the inspector knows of its caller. */
export interface Caller {
  readonly user: string;
  /** Whether the server has authenticated them, and the user cannot be chosen. */
  readonly authenticated: boolean;
}

export interface InspectorEnv {
  readonly Variables: { readonly caller: Caller };
}

/** Names by which a browser on the machine itself reaches a server on it. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

const refuse = (code: string, message: string, fix: string): never => {
  throw new PersonaError({ code, message, fix });
};

/**
 * Who is calling. The identity that the server has authenticated wins; a server that runs these routes before its auth does not open
 * them, because our own tokens are then checked here. Without any auth the caller names the user, and only callers on this machine are
 * heard: a page of somebody else's whose name was made to point here (DNS rebinding) comes with its own host name.
 */
export function access(
  settings: AuthSettings = authFromEnvironment(),
  env: NodeJS.ProcessEnv = process.env,
): MiddlewareHandler<InspectorEnv> {
  const verify = isAuthConfigured(settings) ? verifier(settings) : undefined;
  return async (c, next) => {
    const caller = await callerOf(c);
    c.set("caller", caller);
    await asking.run({ ...caller, headers: c.req.raw.headers }, next);
  };

  async function callerOf(c: Context<InspectorEnv>): Promise<Caller> {
    const identity = (c.get("auth" as never) as { user?: { identity?: unknown } } | undefined)?.user?.identity;
    if (typeof identity === "string" && identity !== "") return { user: identity, authenticated: true };
    if (verify) {
      const token = /^bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
      const payload = await verify(token).catch(() => undefined);
      if (payload?.sub === undefined) return refuse("UNAUTHORIZED", "The token is missing or not valid.", "Send a valid bearer token.");
      return { user: payload.sub, authenticated: true };
    }
    const host = c.req.header("host") ?? "";
    // A hosted platform has its own door.
    if (env["LANGSERVE_GRAPHS"] === undefined && !LOOPBACK.test(host)) {
      return refuse(
        "HOST",
        `Without authentication the inspector answers this machine only, and was asked as "${host}".`,
        "Open it as http://127.0.0.1, or set PERSONAGRAPH_AUTH_SECRET or PERSONAGRAPH_AUTH_JWKS.",
      );
    }
    const user = c.req.query("user") ?? "";
    // Whoever only asks who they are may not have said so yet.
    if (user.trim() === "" && c.req.path !== `${API}/me`)
      return refuse("USER_ID_MISSING", "The request does not say whose memory it is about.", "Add ?user=… to the address.");
    return { user, authenticated: false };
  }
}
