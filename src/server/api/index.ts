import { OpenAPIHono } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { PersonaError } from "../../index.js";
import { chatRoutes } from "./chat.js";
import { imageRoutes } from "./images.js";
import { memoryRoutes } from "./memories.js";
import type { ApiEnv, ApiServices } from "./routing.js";
import { searchRoutes } from "./search.js";
import { upkeepRoutes } from "./upkeep.js";
import { whoRoutes } from "./who.js";

const STATUS: Readonly<Record<string, 401 | 403 | 404>> = { UNAUTHORIZED: 401, HOST: 403, MEMORY_UNKNOWN: 404, NOT_FOUND: 404 };

/** All routes under one prefix; the document is made from the same schemas that check the requests. */
export function createApi(services: ApiServices): OpenAPIHono<ApiEnv> {
  const api = new OpenAPIHono<ApiEnv>();
  for (const group of [whoRoutes, memoryRoutes, imageRoutes, searchRoutes, chatRoutes, upkeepRoutes]) api.route("/", group(services));
  return api;
}

export const documentInfo = (version: string) => ({
  openapi: "3.1.0",
  info: {
    title: "personagraph",
    version,
    description: "What is remembered of a user: read, search, correct, pin, export, erase; and a chat that shows what it recalls.",
  },
  servers: [{ url: "/persona/api" }],
  security: [{ bearer: [] }, {}],
});

/** Every error as JSON with a code, what happened, and what to do about it. */
export function errorResponse(error: unknown): Response {
  if (error instanceof PersonaError) {
    const { code, fix } = error;
    const message = error.message.endsWith(fix) ? error.message.slice(0, -fix.length).trimEnd() : error.message;
    return Response.json({ code, message, fix }, { status: STATUS[code] ?? 400 });
  }
  if (error instanceof HTTPException) {
    return Response.json({ code: "REQUEST", message: error.message, fix: "See the OpenAPI document." }, { status: error.status });
  }
  return Response.json(
    { code: "INTERNAL", message: error instanceof Error ? error.message : String(error), fix: "Try again; the server's log tells more." },
    { status: 500 },
  );
}
