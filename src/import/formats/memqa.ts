import { z } from "zod";
import { problem, type ImportFormat } from "../imported.js";
import { linesOf } from "../lines.js";
import { misfit, Parts } from "../parts.js";

const TurnSchema = z.object({
  conversation: z.string().min(1),
  id: z.string().min(1),
  at: z.string().nullish(),
  role: z.enum(["user", "assistant", "peer", "record"]),
  speaker: z.string().nullish(),
  text: z.string(),
  caption: z.string().nullish(),
});
const FIX = "The format is memqa/1: one object a line, of type dataset (first), turn or question.";

/** Conversations with evidence labels, for measuring. Questions are left out; a conversation is a thread. */
export const memqa: ImportFormat = {
  name: "memqa",
  title: "memqa/1",
  recognises: ({ text }) => /^\s*\{[^\n]*"schema"\s*:\s*"memqa\/1"/.test(text),
  async *read(source) {
    for await (const { number, text, ended } of linesOf(source.bytes())) {
      if (text.trim() === "") continue;
      const where = `${source.name}:${number}`;
      let value: { type?: unknown } | null;
      try {
        value = JSON.parse(text) as { type?: unknown } | null;
      } catch {
        yield problem(where, ended ? "This line is no JSON." : "The file ends in the middle of this line.", FIX);
        continue;
      }
      if (value?.type === "question") yield { skipped: "a question" };
      if (value?.type === "question" || value?.type === "dataset") continue;
      const read = TurnSchema.safeParse(value);
      if (!read.success) {
        yield problem(where, `This is no turn: ${misfit(read.error)}.`, FIX);
        continue;
      }
      const { conversation, id, at, role, speaker, text: said, caption } = read.data;
      const parts = new Parts();
      parts.text(said);
      if (caption) parts.text(`[image: ${caption}]`);
      yield {
        message: {
          id: `${conversation}/${id}`,
          role,
          text: parts.said,
          thread: conversation,
          ...(at && { at }),
          ...(speaker && { speaker }),
        },
      };
    }
  },
};
