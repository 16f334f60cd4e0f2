import { createInterface } from "node:readline/promises";
import { Ended, EXIT, usageError } from "./exit.js";
import { harmless } from "./output.js";

/** Asks before what cannot be taken back or costs money. Where nobody can answer, `--yes` has to say so. @throws PersonaError USAGE */
export async function confirmed(question: string, yes: boolean | undefined, signal: AbortSignal): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true) throw usageError(`${question} Nobody is there to answer.`, "Give --yes.");
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${harmless(question)} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) {
      process.stderr.write("Nothing was done.\n");
      throw new Ended(EXIT.failure);
    }
  } finally {
    asking.close();
  }
}
