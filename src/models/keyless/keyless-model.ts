import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
  type BindToolsInput,
  type LangSmithParams,
} from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";
import { CONSOLIDATE_TOOL } from "../../../prompts/consolidate.js";
import { EXTRACT_TOOL } from "../../../prompts/extract.js";
import { SEARCH_TOOL } from "../../../prompts/respond.js";
import { consolidate } from "./consolidate.js";
import { extract } from "./extract.js";
import { loadLanguage } from "./language.js";
import { textOf } from "./reading.js";
import { respond } from "./respond.js";
import { toolChoice, toolName } from "./tools.js";

export interface KeylessCallOptions extends BaseChatModelCallOptions {
  readonly tools?: BindToolsInput[];
}

type Output = { readonly text: string } | { readonly tool: string; readonly args: Record<string, unknown> };

/**
 * The keyless model: rules, not a language model. It lets the graph, Studio, tests and a first try work with no key and no
 * network: it proposes memories from plain English sentences, and answers by quoting what was recalled, or that it doesn't know.
 * Deterministic: no clock and no randomness; "now" is what the prompt says.
 */
export class KeylessModel extends BaseChatModel<KeylessCallOptions> {
  static override lc_name(): string {
    return "KeylessModel";
  }

  override lc_serializable = true;
  override lc_namespace = ["personagraph", "models", "keyless"];

  constructor(fields: BaseChatModelParams = {}) {
    super(fields);
  }

  _llmType(): string {
    return "keyless";
  }

  override get profile(): ModelProfile {
    return { imageInputs: false };
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    return { ...super.getLsParams(options), ls_provider: "personagraph", ls_model_name: "keyless" };
  }

  override bindTools(
    tools: BindToolsInput[],
    options: Partial<KeylessCallOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, KeylessCallOptions> {
    return this.withConfig({ ...options, tools });
  }

  /** Tools are traced by name only: their schemas may hold functions. */
  override invocationParams(options?: this["ParsedCallOptions"]): Record<string, unknown> {
    return {
      model: "keyless",
      tools: (options?.tools ?? []).map(toolName),
      ...(options?.tool_choice !== undefined && { tool_choice: options.tool_choice }),
    };
  }

  async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const output = await this.#decide(messages, options);
    options.signal?.throwIfAborted();
    const text = "text" in output ? output.text : "";
    const message = new AIMessage({
      content: text,
      ...("tool" in output && { tool_calls: [{ type: "tool_call", id: callId(messages), name: output.tool, args: output.args }] }),
      response_metadata: { model_name: "keyless", finish_reason: "tool" in output ? "tool_calls" : "stop" },
    });
    return { generations: [{ text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const output = await this.#decide(messages, options);
    const last = { model_name: "keyless", finish_reason: "tool" in output ? "tool_calls" : "stop" };
    const words = "text" in output ? output.text.split(/(?<=\s)(?=\S)/) : [""];
    for (const [n, word] of words.entries()) {
      options.signal?.throwIfAborted();
      const message = new AIMessageChunk({
        content: word,
        ...("tool" in output && {
          tool_call_chunks: [
            { type: "tool_call_chunk", index: 0, id: callId(messages), name: output.tool, args: JSON.stringify(output.args) },
          ],
        }),
        ...(n === words.length - 1 && { response_metadata: last }),
      });
      const chunk = new ChatGenerationChunk({ text: word, message });
      yield chunk;
      await runManager?.handleLLMNewToken(word, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  async #decide(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<Output> {
    options.signal?.throwIfAborted();
    const language = await loadLanguage();
    options.signal?.throwIfAborted();
    const choice = toolChoice(options.tool_choice);
    const names = new Set((options.tools ?? []).map(toolName));
    const may = (name: string): boolean => names.has(name) && choice.kind !== "none" && (choice.kind !== "tool" || choice.name === name);
    if (may(EXTRACT_TOOL)) return { tool: EXTRACT_TOOL, args: extract(promptWith("<exchange>", messages), language) };
    if (may(CONSOLIDATE_TOOL)) return { tool: CONSOLIDATE_TOOL, args: consolidate(promptWith("<session>", messages), language) };
    const search = may(SEARCH_TOOL);
    const reply = respond(messages, { search, forced: search && choice.kind !== "auto" }, language);
    return "text" in reply ? reply : { tool: SEARCH_TOOL, args: { ...reply.search } };
  }
}

/** The last human message that holds the data: a request to repair an answer follows it without repeating it. */
function promptWith(fence: string, messages: readonly BaseMessage[]): string {
  const human = messages.filter((message) => message.getType() === "human").map(textOf);
  return human.findLast((text) => text.includes(fence)) ?? human.at(-1) ?? "";
}

/** The same conversation gives the same id, and a later turn of it another one. */
const callId = (messages: readonly BaseMessage[]): string =>
  `keyless-${messages.length}-${messages.reduce((sum, message) => (sum * 31 + textOf(message).length) % 1_000_003, 7).toString(36)}`;
