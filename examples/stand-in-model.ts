// Stands where your chat model would, so that the examples run without a key: it reads back what was recalled for it, or nods. In your
// own code: new ChatOpenAI({ model: "gpt-5-mini" }).
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { ScriptedModel } from "personagraph/testing";

/** The texts between the last <memories> tags of the prompt, as any model sees them: one JSON array a line. */
export function recalledIn(messages: readonly BaseMessage[]): string[] {
  const [, block = ""] =
    /<memories>\n([^]*?)\n?<\/memories>/.exec(messages.findLast((message) => message.text.includes("<memories>"))?.text ?? "") ?? [];
  return block
    .split("\n")
    .filter(Boolean)
    .map((row) => (JSON.parse(row) as string[])[3] ?? "");
}

export const standInModel = (opening = ""): ScriptedModel =>
  new ScriptedModel(({ messages }) => {
    const [memory] = recalledIn(messages);
    return `${opening}${memory === undefined ? "Noted." : `I remember: ${memory}`}`;
  });

/** One that calls for a tool first, and then says what it got. */
export const standInFor = (name: string, args: object): ScriptedModel =>
  new ScriptedModel(({ messages }) => {
    const last = messages.at(-1)!;
    return last.getType() === "tool"
      ? last.text
      : new AIMessage({ content: "", tool_calls: [{ id: `call-${messages.length}`, name, args: { ...args } }] });
  });
