import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { Progress } from "../qa/run.js";

/** A bar a stage on stderr; where that is no terminal, a line now and then. */
export function progressBars(): Progress & { stop(): void } {
  if (!process.stderr.isTTY) return progressLines();
  const bars = new MultiBar(
    { format: "{stage} [{bar}] {value}/{total} {duration_formatted}", stream: process.stderr, hideCursor: true },
    Presets.legacy,
  );
  const byStage = new Map<string, SingleBar>();
  return {
    begin: (stage, total) => void byStage.set(stage, bars.create(total, 0, { stage: stage.padEnd(14) })),
    step: (stage) => void byStage.get(stage)?.increment(),
    // Once: a second time it would go up over what was printed since.
    stop() {
      if (bars.isActive) bars.stop();
    },
  };
}

function progressLines(): Progress & { stop(): void } {
  const stages = new Map<string, { total: number; done: number; told: number }>();
  return {
    begin: (stage, total) => void stages.set(stage, { total, done: 0, told: Date.now() }),
    step(stage) {
      const state = stages.get(stage);
      if (!state) return;
      state.done++;
      if (Date.now() - state.told < 10_000 && state.done < state.total) return;
      state.told = Date.now();
      process.stderr.write(`${stage}: ${state.done}/${state.total}\n`);
    },
    stop: () => {},
  };
}
