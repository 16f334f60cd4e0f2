import type { Command } from "commander";
import { examples } from "../examples.js";
import { DateTime } from "luxon";
import type { MemoryKind } from "../../index.js";
import { listOf, wholeNumber } from "../arguments.js";
import { usageError } from "../exit.js";
import { minute, table } from "../output.js";
import { memoryCommand } from "../session.js";
import type { MemoryFlags } from "../settings.js";

const KINDS: readonly MemoryKind[] = ["message", "fact", "episode", "procedure"];

interface Flags extends MemoryFlags {
  readonly limit?: number;
  readonly kinds?: MemoryKind[];
  readonly from?: string;
  readonly to?: string;
}

/** `search`: what the memory holds about something, best first, and why it was found. */
export const search = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("search")
      .addHelpText("after", examples('search "where does my sister live"', "search lisbon --kinds fact,episode --from 2026-01-01 --json"))
      .summary("search what is remembered")
      .description("Searches messages, facts and episodes. Calls no model; embeddings where they are set.")
      .argument("<query...>", "what to look for, in words")
      .option("-n, --limit <n>", "at most so many (default 10)", wholeNumber(1, 1000))
      .option("--kinds <list>", `of ${KINDS.join(", ")}`, listOf(KINDS))
      .option("--from <time>", "not before this time, ISO 8601")
      .option("--to <time>", "before this time, ISO 8601"),
    async ({ memory, userId, timezone, out, flags }, [query]) => {
      const words = ([] as string[]).concat(query as unknown as string[]).join(" ");
      if (words.trim() === "")
        throw usageError("There are no words to search for.", 'Say them, such as: search "where does my sister live".');
      const window = { ...timeOf("from", flags.from, timezone), ...timeOf("to", flags.to, timezone) };
      const found = await memory.recall(userId, {
        query: words,
        timezone,
        ...(flags.limit !== undefined && { limit: flags.limit }),
        ...(flags.kinds && { kinds: flags.kinds }),
        ...(Object.keys(window).length > 0 && { window }),
      });
      if (found.warning) out.note(found.warning.message);
      const hits = found.hits.map(({ id, kind, text, at, score, why }) => ({ id, kind, at, text, score, why }));
      const { beyond, window: searched, warning } = found;
      out.result({ userId, query: words, hits, beyond, ...(searched && { window: searched }), ...(warning && { warning }) }, () =>
        hits.length === 0
          ? `Nothing is known about that${found.window?.note ? ` (${found.window.note})` : ""}.`
          : table(
              ["when", "kind", "score", "id", "text"],
              hits.map(({ id, kind, at, score, text }) => [minute(at, timezone), kind, score.toFixed(2), id, text]),
              out,
            ),
      );
    },
  );

function timeOf(name: "from" | "to", text: string | undefined, timezone: string): { from?: number; to?: number } {
  if (text === undefined) return {};
  const at = DateTime.fromISO(text, { zone: timezone });
  if (!at.isValid) throw usageError(`--${name} "${text}" is no time.`, 'Write it as ISO 8601, such as "2026-05-12" or "2026-05-12T18:05".');
  return { [name]: at.toMillis() };
}
