import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import {
  type AIMessage,
  HumanMessage,
  SystemMessage,
  type AIMessageChunk,
  type BaseMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { z } from "zod";
import type { Prompt } from "../../prompts/prompt.js";
import { repairPrompt } from "../../prompts/repair.js";
import type { ImageBlock } from "./vision.js";
import { PersonaError, reasonOf } from "../errors.js";

export interface ProposalRequest<T> {
  readonly model: BaseChatModel;
  readonly prompt: Prompt;
  readonly tool: string;
  readonly description: string;
  readonly schema: z.ZodType<T>;
  /** Images that follow the text of the prompt, with their captions. */
  readonly further?: readonly ImageBlock[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How the calls are named and found in a trace. */
  readonly trace?: { readonly tags?: readonly string[]; readonly metadata?: Readonly<Record<string, unknown>> };
}

export interface Proposal<T> {
  readonly value: T;
  /** One entry a model call: two when the first answer had to be repaired. */
  readonly usage: readonly (UsageMetadata | undefined)[];
}

/**
 * Asks a model for one structured proposal, by a tool call that it is made to make. An answer that does not fit is
 * sent back once with the reason.
 * @throws PersonaError PROPOSAL_UNUSABLE when the second answer does not fit either; whatever the model itself throws.
 */
export async function propose<T>(request: ProposalRequest<T>): Promise<Proposal<T>> {
  const { model, prompt, tool, schema } = request;
  const messages: BaseMessage[] = [
    new SystemMessage(prompt.system),
    new HumanMessage(request.further ? [{ type: "text", text: prompt.user }, ...request.further] : prompt.user),
  ];
  const usage: (UsageMetadata | undefined)[] = [];
  const ask = async (conversation: BaseMessage[], name: string): Promise<Read<T>> => {
    const answer = await bound(request).invoke(conversation, {
      // Keeps our own calls out of the user's message stream (PLATFORM.md).
      tags: ["nostream", ...(request.trace?.tags ?? [])],
      metadata: { ...request.trace?.metadata },
      runName: name,
      ...(request.signal && { signal: request.signal }),
    });
    usage.push(answer.usage_metadata);
    return await readProposal(answer, tool, schema);
  };

  const first = await ask(messages, prompt.name);
  if (first.ok) return { value: first.value, usage };
  const second = await ask([...messages, new HumanMessage(repairPrompt(tool, first.problem))], `${prompt.name} repair`);
  if (second.ok) return { value: second.value, usage };
  throw new PersonaError({
    code: "PROPOSAL_UNUSABLE",
    message: `The model ${model.getName()} gave no usable "${prompt.name}" proposal, twice: ${second.problem}`,
    fix: "It stays pending and is tried again at a later update. If it happens often, choose another memoryModel, one that can call tools.",
  });
}

/** A model that cannot be bound to a tool is shown the schema and asked for plain JSON. */
function bound<T>({ model, tool, description, schema }: ProposalRequest<T>): Asker {
  if (model.bindTools) {
    return model.bindTools([{ name: tool, description, schema }], { tool_choice: tool });
  }
  const rule = new SystemMessage(
    `${tool} is no tool here: answer with its arguments alone, as JSON that fits this schema:\n${JSON.stringify(z.toJSONSchema(schema))}`,
  );
  return { invoke: (messages, config) => model.invoke([messages[0]!, rule, ...messages.slice(1)], config) };
}

interface Asker {
  invoke(messages: BaseMessage[], config: object): Promise<AIMessage>;
}

type Read<T> = { ok: true; value: T } | { ok: false; problem: string };

/** Reads the arguments wherever a server put them: the tool call, a call that LangChain could not parse, or the text. */
export async function readProposal<T>(answer: AIMessage, tool: string, schema: z.ZodType<T>): Promise<Read<T>> {
  const call = answer.tool_calls?.find(({ name }) => name === tool);
  const broken = answer.invalid_tool_calls?.find(({ name }) => name === undefined || name === tool)?.args;
  // Of a stream LangChain completes arguments that broke off, so that they look whole; the pieces as they came tell.
  const streamed = (answer as AIMessageChunk).tool_call_chunks?.find(({ name }) => name === tool)?.args;
  const raw: unknown = streamed || (call?.args ?? broken ?? answer.text);
  const json = typeof raw === "string" ? await parseLoosely(raw) : { value: raw };
  if ("problem" in json) return { ok: false, problem: json.problem };
  const parsed = schema.safeParse(json.value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: z.prettifyError(parsed.error) };
}

/** Mends small slips of JSON (fences, quotes, commas), but takes nothing that was cut off: half a sentence is not a fact. */
async function parseLoosely(text: string): Promise<{ value: unknown } | { problem: string }> {
  const body = text
    .replace(/^[^{]*?(?=\{)/s, "")
    .replace(/\s*```\s*$/, "")
    .trim();
  if (!body.startsWith("{")) return { problem: "there was no tool call and no JSON object." };
  if (!body.endsWith("}")) return { problem: "the JSON is cut off." };
  try {
    const { jsonrepair } = await import("jsonrepair");
    return { value: JSON.parse(jsonrepair(body)) };
  } catch (error) {
    return { problem: `the JSON cannot be read: ${reasonOf(error)}` };
  }
}
