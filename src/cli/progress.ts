import cliProgress from "cli-progress";
import type { Output } from "./output.js";

/** How far a long piece of work is. */
export interface Progress {
  set(done: number, total?: number, text?: string): void;
  stop(): void;
}

const SILENT: Progress = { set: () => undefined, stop: () => undefined };

/** A bar on standard error, for a person who watches: none with `--json`, and none where the output is no terminal. */
export function progressBar(out: Output, what: string, total: number): Progress {
  if (out.json || process.stderr.isTTY !== true) return SILENT;
  const bar = new cliProgress.SingleBar(
    {
      format: `${what} {bar} {percentage}% {text} ETA {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_grey,
  );
  bar.start(Math.max(1, total), 0, { text: "" });
  return {
    set(done, of, text = "") {
      if (of !== undefined) bar.setTotal(Math.max(1, of));
      bar.update(done, { text });
    },
    stop: () => bar.stop(),
  };
}
