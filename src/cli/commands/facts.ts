import type { Command } from "commander";
import { examples } from "../examples.js";
import { wholeNumber } from "../arguments.js";
import { day, table } from "../output.js";
import { memoryCommand } from "../session.js";
import type { MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly all?: boolean;
  readonly limit?: number;
}

/** `facts`: what is known of the user, sentence by sentence. */
export const facts = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("facts")
      .addHelpText("after", examples("facts --all", "facts --limit 20 --json"))
      .summary("list what is known of the user")
      .description("Lists facts, oldest first.")
      .option("-a, --all", "also facts that hold no more")
      .option("-n, --limit <n>", "only the last so many", wholeNumber(1)),
    async ({ memory, userId, timezone, out, flags }) => {
      const known = (await memory.list(userId, "fact")).filter(({ status }) => flags.all || status === "current");
      const shown = flags.limit === undefined ? known : known.slice(-flags.limit);
      const rows = shown.map(({ id, text, status, validFrom, validTo, supersededBy, confidence, sources }) => ({
        id,
        text,
        status,
        validFrom,
        ...(validTo !== undefined && { validTo }),
        ...(supersededBy && { supersededBy }),
        confidence,
        sources,
      }));
      out.result({ userId, facts: rows, of: known.length }, () =>
        rows.length === 0
          ? `No facts of ${userId} yet.`
          : table(
              ["since", "until", "id", "text"],
              rows.map(({ validFrom, validTo, id, text }) => [
                day(validFrom, timezone),
                validTo === undefined ? "" : day(validTo, timezone),
                id,
                text,
              ]),
              out,
            ),
      );
    },
  );
