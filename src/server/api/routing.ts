import { z } from "@hono/zod-openapi";
import type { InspectorEnv } from "../access.js";
import type { PersonaMemory } from "../../index.js";
import { ErrorSchema } from "./schemas.js";

/** What every group of routes is given. */
export interface ApiServices {
  readonly memory: PersonaMemory;
  /** The name of the model that answers, for people. */
  readonly model: string;
  readonly version: string;
}

export type ApiEnv = InspectorEnv;

/** Every route takes the user; with auth the token's own wins. */
export const WhoSchema = z.object({
  user: z.string().optional().describe("Whose memory. Required without authentication; with it, the token's own user counts."),
});

export const json = <S extends z.ZodType>(schema: S, description: string) => ({ description, content: { "application/json": { schema } } });

export const body = <S extends z.ZodType>(schema: S) => ({ required: true as const, content: { "application/json": { schema } } });

const failure = (description: string) => json(ErrorSchema, description);

/** Answers that every route may give. */
export const FAILURES = {
  400: failure("The request does not fit."),
  401: failure("No valid token."),
  403: failure("Not from this machine."),
  404: failure("There is no such memory."),
  500: failure("Something failed here."),
};
