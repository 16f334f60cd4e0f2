import type { Command } from "commander";
import { examples } from "../examples.js";
import type { MemoryId } from "../../index.js";
import { memoryCommand } from "../session.js";

/** `edit`: corrects what was derived. */
export const edit = (program: Command): Command =>
  memoryCommand(
    program
      .command("edit")
      .addHelpText("after", examples('edit fact:openai/ad11aec838c3.8702 "The user lives in Porto."'))
      .summary("correct a fact, an episode or a habit")
      .description(
        "Gives a memory another text, in the user's name: it holds over what was derived, also after a rebuild. Messages stay as they were said.",
      )
      .argument("<id>", "of a memory, as search and facts print it")
      .argument("<text...>", "what it shall say"),
    async ({ memory, userId, out }, [id, words]) => {
      const text = ([] as string[]).concat(words as unknown as string[]).join(" ");
      const { id: now, text: said } = await memory.update(userId, id as MemoryId, { text });
      out.result({ userId, id: now, text: said, replaced: id }, () => `${now}: ${said}`);
    },
  );
