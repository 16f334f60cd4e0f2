import { createHash } from "node:crypto";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { z } from "zod";
import { ScriptedModel, type ScriptedAnswer } from "../../src/testing/index.js";
import { checkedFile } from "./checked-file.js";

/**
 * A script for `--model scripted:FILE`: rules in order, the first whose pattern (a regular expression over the whole prompt) and tool fit
 * answers. No language model: it is there to run everything else.
 */
const ScriptSchema = z.object({
  note: z.string(),
  rules: z.array(
    z
      .object({
        when: z.string().default(""),
        /** Name of the tool that the model is made to call. */
        tool: z.string().optional(),
        text: z.string().optional(),
        args: z.record(z.string(), z.unknown()).optional(),
        error: z.string().optional(),
      })
      .refine(
        (rule) => [rule.text, rule.args, rule.error].filter((answer) => answer !== undefined).length === 1,
        "needs one of text, args, error",
      ),
  ),
});

/** @throws Misuse that names what is wrong with the file */
export async function scriptedFile(file: string): Promise<{ model: BaseChatModel; digest: string }> {
  const { value, source } = await checkedFile(file, ScriptSchema, "script");
  const rules = value.rules.map((rule) => ({ ...rule, when: new RegExp(rule.when, "is") }));
  const model = new ScriptedModel(({ messages, tools }): ScriptedAnswer => {
    const prompt = messages.map(({ text }) => text).join("\n");
    const rule = rules.find(({ when, tool }) => (tool === undefined || tools.includes(tool)) && when.test(prompt));
    if (!rule) return new Error(`No rule of ${file} fits: ${prompt.slice(-200)}`);
    return rule.args ? { args: rule.args } : rule.error !== undefined ? new Error(rule.error) : rule.text!;
  });
  return { model, digest: createHash("sha256").update(source).digest("hex") };
}
