/**
 * `npm run check:community` (after `npm run build`): installs examples/community-embeddings on its own, as a reader would, and runs it
 * with embeddings from a stand-in for Voyage's server on loopback.
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openaiServer } from "../src/testing/openai-server.js";
import { ROOT } from "./start-process.js";

const folder = mkdtempSync(join(tmpdir(), "personagraph-community-"));
/** Each topic is an axis, so that "hospital" lies beside "nurse" though they share no word. */
const AXES = [/nurse|hospital/, /tea|sugar/];
const server = await openaiServer({ answer: () => ({ status: 404 }), embed: (text) => AXES.map((axis) => (axis.test(text) ? 1 : 0.1)) });
try {
  cpSync(join(ROOT, "examples", "community-embeddings"), folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
  const manifest = join(folder, "package.json");
  writeFileSync(
    manifest,
    readFileSync(manifest, "utf8").replace("file:../..", () => `file:${ROOT}`),
  );
  execFileSync("npm", ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { stdout: printed, stderr: warned } = await promisify(execFile)(process.execPath, ["index.js"], {
    cwd: folder,
    env: { ...process.env, VOYAGEAI_API_KEY: "none", VOYAGE_URL: server.url },
  });
  if (!/^My sister Mia is a nurse in Porto\..*"meaning":0\.\d/.test(printed)) throw new Error(`It printed:\n${printed}${warned}`);
  if (server.requests.length === 0) throw new Error("It did not ask for embeddings.");
  console.log("examples/community-embeddings installs on its own and recalls by its embeddings");
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
