import type { Command } from "commander";
import { examples } from "../examples.js";
import type { MemoryId } from "../../index.js";
import { confirmed } from "../confirm.js";
import { usageError } from "../exit.js";
import { count } from "../output.js";
import { memoryCommand } from "../session.js";
import type { MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly yes?: boolean;
}

/** `delete`: removes single memories for good. */
export const deleteCommand = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("delete")
      .addHelpText("after", examples("delete fact:openai/ad11aec838c3.8702 --yes"))
      .summary("remove single memories for good")
      .description("Removes memories, and what rests on them. It cannot be undone.")
      .argument("<ids...>", "of memories, as search and facts print them")
      .option("-y, --yes", "do not ask"),
    async ({ memory, userId, out, flags, signal }, [given]) => {
      const ids = given as unknown as MemoryId[];
      const found = await Promise.all(ids.map((id) => memory.get(userId, id)));
      const unknown = ids.find((_, i) => found[i] === undefined);
      if (unknown !== undefined)
        throw usageError(`No memory of ${userId} is called "${unknown}".`, "Give ids as search and facts print them.");
      await confirmed(`Remove ${found.map((record) => `"${record!.text.slice(0, 80)}"`).join(", ")}?`, flags.yes, signal);
      for (const id of ids) await memory.delete(userId, id);
      out.result({ userId, deleted: ids }, () => `${count(ids.length, "memory", "memories")} removed.`);
    },
  );
