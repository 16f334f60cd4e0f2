import type { Command } from "commander";
import { examples } from "../examples.js";
import { amount } from "../arguments.js";
import { Ended, EXIT } from "../exit.js";
import { deriveAll, sayEstimate, type DeriveFlags } from "../import/derive.js";
import { count } from "../output.js";
import { memoryCommand } from "../session.js";

/** Flags of whatever may call models for a while. */
export const costFlags = (command: Command): Command =>
  command
    .option("--dry-run", "only say what it would take")
    .option("--max-cost <usd>", "ask before spending more than this", amount, 1)
    .option("--price-in <usd>", "US dollars a million tokens read", amount)
    .option("--price-out <usd>", "US dollars a million tokens written", amount)
    .option("-y, --yes", "do not ask");

/** `derive`: facts, episodes, habits, profile and personality of what was only logged. */
export const derive = (program: Command): Command =>
  memoryCommand<DeriveFlags>(
    costFlags(
      program
        .command("derive")
        .addHelpText("after", examples("derive --dry-run", "derive --model openai:gpt-5-mini --max-cost 5"))
        .summary("derive facts and episodes of what was only logged")
        .description("Derives what is pending. It can be stopped with Ctrl-C and goes on from there the next time."),
    ),
    async (session) => {
      const { out, userId, flags } = session;
      const { estimate, pending, warnings } = await deriveAll(session);
      out.result({ userId, dryRun: flags.dryRun === true, estimate, pending, warnings }, () =>
        flags.dryRun
          ? pending === 0
            ? "Nothing is pending."
            : `Pending of ${userId}: ${sayEstimate(estimate)}.`
          : pending === 0
            ? "All is derived."
            : [
                `${count(pending, "step")} could not be done now; they are tried again by the next update, or by "personagraph derive".`,
                ...warnings.map((warning) => `  note: ${warning}`),
              ].join("\n"),
      );
      if (!flags.dryRun && pending > 0) throw new Ended(EXIT.failure);
    },
  );
