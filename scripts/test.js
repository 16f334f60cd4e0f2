/**
 * `npm test`: lint, format, types and the gate of evals/, two at a time, then the tests; all of them, whatever fails, so that one run shows everything.
 * Arguments name further npm scripts to check: `npm test -- check:package`. A failed check counts as one failure. The last line is the
 * tally, "N passed, N failed"; the exit code is 0 only when nothing failed.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tallyLine } from "./jest-tally.js";

const CHECKS = ["lint", "typecheck", "format:check", "eval:gate", ...process.argv.slice(2)];
const AT_ONCE = 2;

const folder = mkdtempSync(join(tmpdir(), "personagraph-test-"));
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  await Promise.all(Array.from({ length: AT_ONCE }, runChecks));
  await runJest();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = counts.failed > 0 ? 1 : 0;
process.stdout.write(`${tallyLine(counts)}\n`);

async function runChecks() {
  for (let name = CHECKS.shift(); name !== undefined; name = CHECKS.shift()) {
    const start = performance.now();
    const { code, output } = await npmRun(name, "pipe");
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (code !== 0) counts.failed += 1;
    process.stdout.write(code === 0 ? `ok ${name} (${seconds} s)\n` : `FAILED ${name} (${seconds} s)\n${output}\n`);
  }
}

async function runJest() {
  const tally = join(folder, "tally.json");
  const { code } = await npmRun("jest", "inherit", { JEST_TALLY_FILE: tally });
  const jest = countsOf(tally);
  counts.passed += jest.passed;
  counts.skipped += jest.skipped;
  // Jest may also fail without a failed test: no test found, a broken configuration, a crash.
  counts.failed += Math.max(jest.failed, code === 0 ? 0 : 1);
}

function countsOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Ends with the exit code and what was printed, in the order it was printed. */
function npmRun(name, stdio, env = {}) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const child = spawn(npm, ["run", "--silent", name], {
    stdio: ["ignore", stdio, stdio],
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  const chunks = [];
  child.stdout?.on("data", (chunk) => chunks.push(chunk));
  child.stderr?.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, output: String(error) }));
    child.once("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}
