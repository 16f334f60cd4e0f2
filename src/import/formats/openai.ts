import { ContentIds } from "../identity.js";
import type { ImportFormat } from "../imported.js";
import { jsonValues } from "../json-values.js";
import { plainItems } from "../plain-message.js";

/**
 * Message arrays as OpenAI's API takes them: an array of messages, an object with `messages`, or an array of such objects. System
 * messages and what tools said are left out. One object a line is `jsonl`.
 */
export const openai: ImportFormat = {
  name: "openai",
  title: "OpenAI-style messages: an array, {messages}, or an array of those",
  recognises: ({ text }) => /^\s*\[/.test(text) || (/^\s*\{/.test(text) && /"messages"\s*:\s*\[/.test(text)),
  async *read(source) {
    const ids = new ContentIds("openai");
    for await (const read of jsonValues(source, source.name, ["messages"])) {
      if ("problem" in read) yield read;
      else yield* plainItems(read.value, { ids, where: `${source.name} ${read.path}`, conversationOnly: true });
    }
  },
};
