import { writeFileSync } from "node:fs";

/**
 * Jest reporter that counts for the plain line CI reads, "N passed, N failed". `npm test` (scripts/test.js) takes the counts from the
 * file that it names and prints the line itself; in a run of Jest alone, the line comes after everything else.
 */
export default class Tally {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A suite that could not run at all has failed, though none of its tests has.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    if (process.env.JEST_TALLY_FILE) writeFileSync(process.env.JEST_TALLY_FILE, JSON.stringify(counts));
    // Jest prints its own summary to stderr after this hook; leaving last keeps our line at the end.
    else process.once("exit", () => process.stdout.write(`${tallyLine(counts)}\n`));
  }
}

export function tallyLine({ passed, failed, skipped }) {
  return `${skipped > 0 ? `${skipped} skipped\n` : ""}${passed} passed, ${failed} failed`;
}
