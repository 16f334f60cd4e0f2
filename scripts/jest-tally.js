/** Jest reporter that ends the run with the plain line CI reads: "N passed, N failed". */
export default class Tally {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tally = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    // Jest prints its own summary to stderr after this hook; leaving last keeps our line at the end.
    process.once("exit", () => process.stdout.write(`${tally}\n`));
  }
}
