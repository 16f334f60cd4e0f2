import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel, type BaseChatModelCallOptions, type BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";

/** One call that a scripted model received. */
export interface ScriptedCall {
  readonly messages: readonly BaseMessage[];
  /** Names of the tools it was bound to. */
  readonly tools: readonly string[];
  readonly toolChoice: unknown;
  readonly signal: AbortSignal | undefined;
}

/** What the model does with a call: a text, tool arguments for the first bound tool, a whole message, or an error that it throws. */
export type ScriptedAnswer = string | { readonly args: object } | AIMessage | Error;

interface Options extends BaseChatModelCallOptions {
  tools?: BindToolsInput[];
}

/**
 * No language model: answers each call with what `answer` makes of it, and keeps the calls. Streams word by word.
 *
 * @example
 * const model = new ScriptedModel(({ tools }) => (tools[0] === "propose_memory" ? { args: { changes: [], traits } } : "Hello."));
 */
export class ScriptedModel extends BaseChatModel<Options> {
  readonly calls: ScriptedCall[] = [];
  readonly #answer: (call: ScriptedCall, n: number) => ScriptedAnswer | Promise<ScriptedAnswer>;

  constructor(answer: (call: ScriptedCall, n: number) => ScriptedAnswer | Promise<ScriptedAnswer>) {
    super({});
    this.#answer = answer;
  }

  static override lc_name(): string {
    return "ScriptedModel";
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: BindToolsInput[], kwargs?: Partial<Options>): Runnable<BaseMessage[], AIMessageChunk, Options> {
    return this.withConfig({ ...kwargs, tools });
  }

  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const message = await this.#next(messages, options);
    return { generations: [{ message, text: message.text }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const message = await this.#next(messages, options);
    const words = message.text.match(/\s*\S+|\s+$/g) ?? [""];
    for (const [i, word] of words.entries()) {
      const last = i === words.length - 1;
      const chunk = new ChatGenerationChunk({
        text: word,
        message: new AIMessageChunk({
          content: word,
          ...(last &&
            message.tool_calls?.length && {
              tool_call_chunks: message.tool_calls.map((call, index) => ({
                ...call,
                args: JSON.stringify(call.args),
                index,
                type: "tool_call_chunk" as const,
                id: call.id ?? "",
              })),
            }),
          ...(last && message.usage_metadata !== undefined && { usage_metadata: message.usage_metadata }),
        }),
      });
      yield chunk;
      await run?.handleLLMNewToken(word, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  async #next(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<AIMessage> {
    const tools = (options.tools ?? []).map((tool) => toolName(tool as { name?: string; function?: { name?: string } }));
    const call: ScriptedCall = { messages, tools, toolChoice: options.tool_choice, signal: options.signal };
    this.calls.push(call);
    const answer = await this.#answer(call, this.calls.length);
    if (answer instanceof Error) throw answer;
    if (typeof answer === "string") return new AIMessage(answer);
    if (answer instanceof AIMessage) return answer;
    return new AIMessage({
      content: "",
      tool_calls: [{ id: `call-${this.calls.length}`, name: tools[0] ?? "", args: { ...answer.args } }],
    });
  }
}

const toolName = (tool: { name?: string; function?: { name?: string } }): string => tool.name ?? tool.function?.name ?? "";
