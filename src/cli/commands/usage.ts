import type { Command } from "commander";
import { examples } from "../examples.js";
import { priceOf } from "../../import/estimate.js";
import { amount } from "../arguments.js";
import { table } from "../output.js";
import { memoryCommand } from "../session.js";
import { memoryModelOf, type MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly days?: number;
  readonly priceIn?: number;
  readonly priceOut?: number;
}

/** `usage`: what model calls for the user took. */
export const usage = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("usage")
      .addHelpText("after", examples("usage --days 30", "usage --price-in 0.25 --price-out 2"))
      .summary("show tokens and cost of model calls")
      .description("Sums the tokens that model calls for the user took. Costs are at the price of the memory model, unless you give one.")
      .option("--days <n>", "only the last so many days", amount)
      .option("--price-in <usd>", "US dollars a million tokens read", amount)
      .option("--price-out <usd>", "US dollars a million tokens written", amount),
    async ({ memory, userId, out, flags }) => {
      const since = flags.days === undefined ? 0 : Date.now() - flags.days * 86_400_000;
      const stages = await memory.usage(userId, since);
      const price = priceOf(memoryModelOf(flags), flags);
      const rows = Object.entries(stages).map(([stage, sums]) => ({
        stage,
        ...sums,
        ...(price && { cost: (sums.input * price.input + sums.output * price.output) / 1e6 }),
      }));
      out.result({ userId, since, stages: rows }, () =>
        table(
          ["stage", "calls", "tokens read", "tokens written", "USD"],
          rows.map(({ stage, calls, input, output, ...rest }) => [
            stage,
            String(calls),
            String(input),
            String(output),
            "cost" in rest ? rest.cost.toFixed(4) : "unknown",
          ]),
          out,
        ),
      );
    },
  );
