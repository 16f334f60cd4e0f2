import { ContentIds } from "../identity.js";
import { problem, type ImportFormat } from "../imported.js";
import { linesOf } from "../lines.js";
import { PLAIN_FIX, plainItems } from "../plain-message.js";

/** One message a line, `{at, role, text, image?}`, with `id`, `speaker` and `thread` where they are known; or one `{messages}` a line. */
export const jsonl: ImportFormat = {
  name: "jsonl",
  title: "JSON lines {at, role, text, image?}, or {messages} (OpenAI's fine-tuning format)",
  recognises: ({ text }) => /^\s*\{/.test(text) && isJson(text.trimStart().split("\n", 1)[0]!),
  async *read(source) {
    const ids = new ContentIds("jsonl");
    for await (const { number, text, ended } of linesOf(source.bytes())) {
      if (text.trim() === "") continue;
      const where = `${source.name}:${number}`;
      const value = parsed(text);
      if (value !== undefined) yield* plainItems(value, { ids, where, conversationOnly: false });
      else if (ended) yield problem(where, "This line is no JSON.", PLAIN_FIX);
      else
        yield problem(
          where,
          "The file ends in the middle of this line.",
          "The lines before it were read. Import the whole file again: nothing is doubled.",
        );
    }
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isJson = (text: string): boolean => parsed(text) !== undefined;
