import { createHash } from "node:crypto";
import { BaseChatModel, type BaseChatModelCallOptions, type BindToolsInput } from "@langchain/core/language_models/chat_models";
import {
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import type { Call, CallStore } from "./call-store.js";
import type { Meter } from "./meter.js";
import { countTokens, roughTokens } from "./tokens.js";

interface Options extends BaseChatModelCallOptions {
  tools?: BindToolsInput[];
  /** Which of several answers to the same prompt is wanted: a vote asks for 0, 1, 2 … */
  sample?: number;
}

export interface CachedModelOptions {
  readonly name: string;
  readonly inner: () => Promise<BaseChatModel>;
  readonly calls: CallStore;
  readonly meter: Meter;
  /** Ids of answers follow from what they answer, so that a graph run twice makes the same records. Default: as the model gives them. */
  readonly sameIds?: boolean;
  /** What else the answer depends on: address, temperature, a digest of the script. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A model whose answers are kept by a digest of model, prompt, tools and parameters: a run that is repeated asks for nothing twice. */
export class CachedModel extends BaseChatModel<Options> {
  readonly #options: CachedModelOptions;
  readonly #running = new Map<string, Promise<Call>>();

  constructor(options: CachedModelOptions) {
    super({});
    this.#options = options;
  }

  static override lc_name(): string {
    return "CachedModel";
  }

  override _llmType(): string {
    return "cached";
  }

  get model(): string {
    return this.#options.name;
  }

  override bindTools(tools: BindToolsInput[], kwargs?: Partial<Options>): Runnable<BaseMessage[], AIMessageChunk, Options> {
    return this.withConfig({ ...kwargs, tools });
  }

  /** Tools are traced by name only: their schemas may hold functions. */
  override invocationParams(): Record<string, unknown> {
    return { model: this.#options.name };
  }

  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const { calls, meter } = this.#options;
    const key = callKey(this.#options, messages, options);
    const known = await calls.get(key);
    const asking = known ? undefined : this.#running.get(key);
    const free = known !== undefined || asking !== undefined;
    const release = free
      ? undefined
      : meter.reserve(this.#options.name, roughTokens(promptText(messages).length + toolsText(options.tools).length));
    const start = performance.now();
    let call: Call;
    try {
      call = known ?? (await (asking ?? this.#ask(key, messages, options)));
      meter.count(call, free, free ? 0 : performance.now() - start - call.ms);
    } finally {
      release?.();
    }
    const [message] = mapStoredMessagesToChatMessages([call.message]) as [AIMessage];
    if (this.#options.sameIds) message.id = `answer-${key.slice(0, 16)}`;
    return { generations: [{ text: message.text, message }] };
  }

  #ask(key: string, messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<Call> {
    const asked = this.#call(messages, options).then(async (call) => {
      await this.#options.calls.put(key, call);
      return call;
    });
    this.#running.set(key, asked);
    const done = (): boolean => this.#running.delete(key);
    asked.then(done, done);
    return asked;
  }

  async #call(messages: BaseMessage[], { tools, tool_choice, signal }: this["ParsedCallOptions"]): Promise<Call> {
    const { name, inner } = this.#options;
    const model = await inner();
    const bound = tools ? model.bindTools!(tools, { ...(tool_choice !== undefined && { tool_choice }) }) : model;
    const start = performance.now();
    const message: AIMessage = await bound.invoke(messages, { ...(signal && { signal }) });
    const ms = performance.now() - start;
    const usage = message.usage_metadata as UsageMetadata | undefined;
    return {
      model: name,
      message: mapChatMessagesToStoredMessages([message])[0]!,
      input: usage?.input_tokens ?? countTokens(promptText(messages)),
      output: usage?.output_tokens ?? countTokens(message.text + JSON.stringify(message.tool_calls ?? [])),
      counted: usage === undefined,
      ms,
    };
  }
}

const promptText = (messages: readonly BaseMessage[]): string => messages.map(({ text }) => text).join("\n");

const offeredTools = (tools: BindToolsInput[] | undefined): unknown[] | undefined =>
  tools?.map((tool) => convertToOpenAITool(tool as Parameters<typeof convertToOpenAITool>[0]));
const toolsText = (tools: BindToolsInput[] | undefined): string => JSON.stringify(offeredTools(tools) ?? "");

/** The digest. Ids of messages are left out: they differ from run to run and models do not see them. */
export function callKey(
  { name, params }: Pick<CachedModelOptions, "name" | "params">,
  messages: readonly BaseMessage[],
  { tools, tool_choice, sample = 0 }: Pick<Options, "tools" | "tool_choice" | "sample">,
): string {
  const prompt = messages.map((message) => ({
    type: message.getType(),
    content: message.content,
    calls: (message as AIMessage).tool_calls?.map(({ name: tool, args }) => [tool, args]),
  }));
  return createHash("sha256")
    .update(JSON.stringify([name, params, prompt, offeredTools(tools), tool_choice, sample]))
    .digest("hex");
}
