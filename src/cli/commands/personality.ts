import { InvalidArgumentError, type Command } from "commander";
import { examples } from "../examples.js";
import type { TraitScores } from "../../index.js";
import { count, day } from "../output.js";
import { traitPlot } from "../plot.js";
import { memoryCommand } from "../session.js";
import type { MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly set?: Partial<TraitScores>;
  readonly reset?: boolean;
  readonly on?: boolean;
  readonly off?: boolean;
}

/** `personality`: the Big Five, how they came about, and what the user wants done with them. */
export const personality = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("personality")
      .addHelpText("after", examples("personality", "personality --set openness=4 --set neuroticism=2", "personality --off"))
      .summary("plot the personality over time")
      .description("Shows the Big Five from 1 to 5 (3: unknown or average) and plots how they drifted.")
      .option("--set <trait=score>", "say what you are like; may be repeated", score)
      .option("--reset", "forget what was inferred")
      .option("--on", "infer it, and align answers to it")
      .option("--off", "do neither"),
    async ({ memory, userId, timezone, out, flags }) => {
      if (flags.off) await memory.usePersonality(userId, false);
      if (flags.on) await memory.usePersonality(userId, true);
      if (flags.reset) await memory.resetPersonality(userId);
      if (flags.set) await memory.setPersonality(userId, flags.set);
      const [{ scores, turns, at }, { on, steps }] = await Promise.all([memory.personality(userId), memory.evolution(userId)]);
      const points = steps.map(({ seen, after }) => ({ ...after, message: seen.message, observed: seen.scores }));
      out.result({ userId, on, scores, turns, at, points }, () =>
        [
          `Personality after ${count(turns, "message")} (1 to 5; 3 is unknown or average)${on ? "" : ", switched off"}:`,
          ...Object.entries(scores).map(([trait, value]) => `  ${trait.padEnd(18)}${value.toFixed(2)}`),
          ...(on && points.length > 1
            ? ["", traitPlot(points, { width: Math.min(out.width ?? 80, 120), colours: out.colours, day: (time) => day(time, timezone) })]
            : []),
        ].join("\n"),
      );
    },
  );

function score(text: string, before: Partial<TraitScores> = {}): Partial<TraitScores> {
  const [, trait, value] = /^([a-z]+)=([\d.]+)$/.exec(text) ?? [];
  if (trait === undefined) throw new InvalidArgumentError("Write a trait and a score, such as openness=4.");
  return { ...before, [trait]: Number(value) };
}
