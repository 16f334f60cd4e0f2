import type { Command } from "commander";
import type { MemoryId } from "../../index.js";
import { confirmed } from "../confirm.js";
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
      .summary("remove single memories for good")
      .description("Removes memories, and what rests on them. It cannot be undone.")
      .argument("<ids...>", "of memories, as search and facts print them")
      .option("-y, --yes", "do not ask"),
    async ({ memory, userId, out, flags, signal }, [given]) => {
      const ids = given as unknown as MemoryId[];
      const found = await Promise.all(ids.map(async (id) => ((await memory.get(userId, id))?.text ?? id).slice(0, 80)));
      await confirmed(`Remove ${found.map((text) => `"${text}"`).join(", ")}?`, flags.yes, signal);
      for (const id of ids) await memory.delete(userId, id);
      out.result({ userId, deleted: ids }, () => `${count(ids.length, "memory", "memories")} removed.`);
    },
  );
