import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { SEARCH_TOOL } from "../../prompts/respond.js";
import { MEMORY_KINDS } from "../domain/record.js";

export const SearchSchema = z.object({
  query: z.string().describe("what to look for, as a sentence"),
  keywords: z.array(z.string()).default([]).describe("names and words that the memory may contain"),
  from: z.string().nullish().describe("ISO date or time; leave out for an open start"),
  to: z.string().nullish().describe("ISO date or time; leave out for an open end"),
  kinds: z.array(z.enum(MEMORY_KINDS)).nullish().describe("only these kinds; leave out for all"),
});

export const SEARCH_DESCRIPTION =
  "Searches everything remembered of this user: messages, facts, episodes, habits. Never returns what was already shown in this turn.";

/** Declares the search to the model. The graph's node `retrieve` runs it, since it knows the user and what was shown. */
export const searchTool = tool(() => "", {
  name: SEARCH_TOOL,
  description: SEARCH_DESCRIPTION,
  schema: SearchSchema,
});
