import { OpenAPIHono } from "@hono/zod-openapi";
import { PersonaError } from "../index.js";
import { access, type InspectorEnv } from "./access.js";
import { createApi, documentInfo, errorResponse } from "./api/index.js";
import type { ApiServices } from "./api/routing.js";
import { API } from "./paths.js";
import { pageRoutes } from "./page.js";

export interface InspectorOptions extends ApiServices {
  /** The folder of the built page (`npm run build:page`). */
  readonly page: string;
}

/**
 * The inspector and its HTTP API, as an app for `http.app` of langgraph.json. The page holds no data and is everybody's; every
 * route under it that does is behind the server's auth.
 */
export function createInspector({ page, ...services }: InspectorOptions): OpenAPIHono<InspectorEnv> {
  const app = new OpenAPIHono<InspectorEnv>({
    defaultHook: (result) => {
      if (!result.success) throw requestError(result.target, result.error.issues);
    },
  });
  app.onError(errorResponse);
  app.use(`${API}/*`, async (c, next) => {
    await next();
    // What is remembered is nobody's to keep, and never anything but data.
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
  });
  app.get(`${API}/openapi.json`, (c) => c.json(documentOf(services.version)));
  app.use(`${API}/*`, access());
  app.route(API, createApi(services));
  app.all(`${API}/*`, (c) => {
    throw new PersonaError({ code: "NOT_FOUND", message: `There is no ${c.req.method} ${c.req.path}.`, fix: `See ${API}/openapi.json.` });
  });
  app.route("/", pageRoutes(page));
  return app;
}

/** The OpenAPI document of the API. */
export function documentOf(version: string): object {
  // Routes reach for the memory when they are called, and here none is.
  const api = createApi({ version } as ApiServices);
  api.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  return api.getOpenAPI31Document(documentInfo(version));
}

const requestError = (
  where: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): PersonaError =>
  new PersonaError({
    code: "REQUEST",
    message: `The ${where} of the request does not fit: ${issues.map(({ path, message }) => `${path.join(".") || "all of it"}: ${message}`).join("; ")}.`,
    fix: `See ${API}/openapi.json.`,
  });
