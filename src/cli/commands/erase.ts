import type { Command } from "commander";
import { examples } from "../examples.js";
import { DateTime } from "luxon";
import { confirmed } from "../confirm.js";
import { usageError } from "../exit.js";
import { count } from "../output.js";
import { memoryCommand } from "../session.js";
import type { MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly yes?: boolean;
  readonly before?: string;
}

/** `erase`: forgets a user for good. */
export const erase = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("erase")
      .addHelpText("after", examples("erase", "erase --before 2026-01-01", "erase --user ada --yes"))
      .summary("forget a user for good")
      .description(
        "Erases everything that is kept of a user, or what was said before a time and all that rests on it. It cannot be undone.",
      )
      .option("--before <time>", "only what was said before, ISO 8601")
      .option("-y, --yes", "do not ask"),
    async ({ memory, userId, timezone, out, flags, signal }) => {
      const before = flags.before === undefined ? undefined : DateTime.fromISO(flags.before, { zone: timezone });
      if (before && !before.isValid)
        throw usageError(`--before "${flags.before}" is no time.`, 'Write it as ISO 8601, such as "2026-05-12".');
      const what = before
        ? `Erase what ${userId} said before ${before.toISO()}, and all that rests on it?`
        : `Erase everything that is kept of ${userId}?`;
      await confirmed(what, flags.yes, signal);
      const erased = await memory.erase(userId, before && { before: before.toMillis() });
      out.result(
        { userId, ...erased },
        () =>
          `Erased of ${userId}: ${count(erased.messages, "message")}, ${count(erased.facts, "fact")}, ${count(erased.episodes, "episode")}.`,
      );
    },
  );
