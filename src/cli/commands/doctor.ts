import type { Command } from "commander";
import { examples } from "../examples.js";
import { wholeNumber } from "../arguments.js";
import { packageChecks } from "../doctor/packages.js";
import { Ended, EXIT } from "../exit.js";
import { memoryCommand } from "../session.js";
import { storeOf, type MemoryFlags } from "../settings.js";

interface Flags extends MemoryFlags {
  readonly online?: boolean;
  readonly port: number;
}

const SIGNS = { ok: "ok     ", warning: "warning", failed: "FAILED " } as const;

/** `doctor`: looks at everything that memory rests on, and says how to mend it. */
export const doctor = (program: Command): Command =>
  memoryCommand<Flags>(
    program
      .command("doctor")
      .addHelpText("after", examples("doctor", "doctor --online --json"))
      .summary("check the installation and say what to mend")
      .description("Checks versions, store, models, embeddings, index, disk, clock, port and access. Calls no model unless --online.")
      .option("--online", "also call each model once, which may cost a fraction of a cent")
      .option("--port <n>", "port that `serve` shall take", wholeNumber(0, 65535), 2024),
    async ({ memory, userId, out, flags, signal }) => {
      const { machineChecks } = await import("../doctor/machine.js");
      const checks = [
        ...packageChecks(),
        ...(await machineChecks({ memory, store: storeOf(flags), port: flags.port, userId })),
        ...(await memory.check({ online: flags.online === true, signal })),
      ];
      const failed = checks.filter(({ status }) => status === "failed").length;
      out.result({ ok: failed === 0, checks }, () =>
        [
          ...checks.map(
            ({ name, status, message, fix }) =>
              `${SIGNS[status]}  ${name.padEnd(14)}${message}${fix === undefined ? "" : `\n${" ".repeat(23)}-> ${fix}`}`,
          ),
          "",
          failed === 0 ? "All that is needed works." : `${failed} broken.`,
        ].join("\n"),
      );
      if (failed > 0) throw new Ended(EXIT.failure);
    },
    { begins: true },
  );
