#!/usr/bin/env node
/** `personagraph`: see docs/cli.md. */
import { CommanderError } from "commander";
import { describe, Ended, EXIT, exitCodeOf } from "./exit.js";
import { harmless } from "./output.js";
import { createProgram } from "./program.js";
import { loadEnvFile } from "./settings.js";

// Whoever reads only the beginning (head) has closed the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

async function main(args: readonly string[]): Promise<number> {
  try {
    loadEnvFile();
    const program = createProgram();
    // With nothing to do, help is what was wanted.
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    // Commander has said what was wrong; its help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof Ended)) process.stderr.write(`${harmless(describe(error, args.includes("--json")))}\n`);
    return exitCodeOf(error);
  }
}

const code = await main(process.argv.slice(2));
// What was written is out before the end; open handles of models and servers do not hold it up.
process.stdout.write("", () => process.exit(code));
