import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { FORGET_TOOL, SAVE_TOOL, SEARCH_TOOL } from "../prompts/respond.js";
import type { FactId } from "./domain/fact.js";
import { readTime } from "./domain/time.js";
import { reasonOf } from "./errors.js";
import { forget, forgetFailed, resolveMark } from "./nodes/forget.js";
import { askedIn, askedKey, sinceAsked } from "./nodes/host-turn.js";
import { saveFact, type Saved } from "./nodes/save-fact.js";
import { SEARCH_DESCRIPTION, SearchSchema } from "./nodes/search-tool.js";
import type { Services } from "./nodes/services.js";
import { toolRun, TurnSearches, type ToolAnswer } from "./nodes/tool-run.js";
import { artifactOf, isOurs } from "./nodes/tool-trace.js";
import type { PersonaOptions } from "./options.js";
import { surfaceOf } from "./surface.js";

const SaveSchema = z.object({
  text: z.string().describe("the fact, one sentence about the user, understandable on its own"),
  keywords: z.array(z.string()).default([]).describe("2-5 words to find it by"),
  when: z.string().nullish().describe("ISO date or time since when it holds or at which it happens"),
  replaces: z.string().nullish().describe("mark or id of the remembered fact that this one corrects"),
});

const ForgetSchema = z.object({
  id: z.string().nullish().describe("mark or id of the memory"),
  query: z.string().nullish().describe("words to find it by, when the id is not known"),
});

/**
 * Searches what is remembered of the run's user. At most `search.max` times a turn; nothing is shown twice in a turn.
 * The user comes from the run: `context.userId`, else `configurable.userId`; on a server the authenticated identity.
 */
export const searchMemoryTool = (options?: PersonaOptions) => makeSearchTool(surfaceOf(options).services);

export const makeSearchTool = (services: Services) => {
  const searches = new TurnSearches(services);
  return tool(async (args, config: unknown): Promise<ToolAnswer> => searches.search(args, toolRun(services, config)), {
    name: SEARCH_TOOL,
    description: SEARCH_DESCRIPTION,
    schema: SearchSchema,
    responseFormat: "content_and_artifact",
  });
};

/**
 * Keeps one fact that the model decides to keep. What is known is not stored twice, what corrects a fact closes it, secrets are
 * replaced, and an instruction, or what only another tool said, is turned down.
 */
export const saveMemoryTool = (options?: PersonaOptions) => makeSaveTool(surfaceOf(options).services);

export const makeSaveTool = (services: Services) =>
  tool(
    async ({ text, keywords, when, replaces }, config: unknown): Promise<ToolAnswer> => {
      const { runtime, who, messages, turn, now } = toolRun(services, config);
      const target = replaces ? resolveMark(replaces, { messages, turn }) : undefined;
      try {
        const memory = await services.memory(runtime.store);
        const wish = {
          text,
          keywords,
          at: readTime(when, who.timezone),
          ...(target?.startsWith("fact:") && { replaces: target as FactId }),
        };
        const around = sinceAsked(messages).filter((message) => message.getType() === "tool" && !isOurs(message));
        const saved = await saveFact(
          memory,
          who.userId,
          wish,
          { now, asked: askedIn(messages), askedKey: askedKey(messages), around },
          services.settings,
          runtime,
        );
        return [told(saved), artifactOf({})];
      } catch (error) {
        return [`It was not saved: ${reasonOf(error)}`, artifactOf({})];
      }
    },
    {
      name: SAVE_TOOL,
      description: "Keeps a fact about the user for later conversations. For what they ask you to remember, or correct.",
      schema: SaveSchema,
      responseFormat: "content_and_artifact",
    },
  );

const told = (saved: Saved): string =>
  "saved" in saved ? `Saved: ${saved.saved}` : "known" in saved ? "That is remembered already." : `It was not saved: ${saved.refused}.`;

/**
 * Removes one memory for good, and what rests on it. It removes nothing that is not named exactly: when a query fits several memories,
 * the model is shown their ids.
 */
export const forgetMemoryTool = (options?: PersonaOptions) => makeForgetTool(surfaceOf(options).services);

export const makeForgetTool = (services: Services) =>
  tool(
    async (wish, config: unknown): Promise<ToolAnswer> => {
      const run = toolRun(services, config);
      try {
        return [await forget(services, await services.memory(run.runtime.store), wish, run), artifactOf({})];
      } catch (error) {
        return [forgetFailed(error), artifactOf({})];
      }
    },
    {
      name: FORGET_TOOL,
      description: "Removes one remembered thing about the user for good, when they ask for it. Only ever at the user's own wish.",
      schema: ForgetSchema,
      responseFormat: "content_and_artifact",
    },
  );
