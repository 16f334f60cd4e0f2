import { open, rename, rm } from "node:fs/promises";
import { once } from "node:events";
import type { Command } from "commander";
import { examples } from "../examples.js";
import { usageError } from "../exit.js";
import { count } from "../output.js";
import { memoryCommand } from "../session.js";
import type { MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly output?: string;
}

/** `export`: everything that is kept of a user, as JSON lines that `import` takes back. */
export const exportCommand = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("export")
      .addHelpText("after", examples("export -o ada.jsonl --user ada", "export | gzip > me.jsonl.gz"))
      .summary("write everything that is kept of a user")
      .description("Writes everything that is kept of a user as JSON lines (personagraph/1). `personagraph import` takes them back.")
      .option("-o, --output <file>", "a file instead of standard output; it is there only when it is whole"),
    async ({ memory, userId, out, flags, signal }) => {
      const part = flags.output === undefined ? undefined : `${flags.output}.part`;
      const file = part === undefined ? undefined : await open(part, "w").catch(unwritable(flags.output!));
      const stream = file?.createWriteStream() ?? process.stdout;
      let records = -1;
      try {
        for await (const line of memory.export(userId)) {
          signal.throwIfAborted();
          records++;
          if (!stream.write(`${line}\n`)) await once(stream, "drain");
        }
        if (part !== undefined) {
          stream.end();
          await once(stream, "finish");
          await rename(part, flags.output!);
        }
      } catch (error) {
        if (part !== undefined) await rm(part, { force: true });
        throw error;
      }
      if (flags.output !== undefined)
        out.result({ userId, records, file: flags.output }, () => `${count(records, "record")} of ${userId} in ${flags.output}`);
    },
  );

const unwritable = (file: string) => (cause: unknown) => {
  throw usageError(
    `Nothing can be written to ${file}: ${(cause as Error).message}.`,
    "Make its folder first, or name another with --output.",
  );
};
