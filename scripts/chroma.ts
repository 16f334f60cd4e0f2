/** `npm run chroma`: a Chroma server on this machine, for development and tests. */
import { parseArgs } from "node:util";
import { chromaLoader, whyNoChroma } from "./services/chroma-libc.js";
import { startChroma } from "./services/chroma.js";

const HELP = `Runs Chroma from its npm package, with Debian 13's C library where the machine's is too old for it.

Usage: npm run chroma -- [options]
  --path FOLDER   where its data lies (default .personagraph/chroma)
  --host HOST     address to listen on (default 127.0.0.1)
  --port PORT     default 8000
  --prepare       only load what it needs, for tests without a network
  --help`;

const { values } = parseArgs({
  options: {
    path: { type: "string", default: ".personagraph/chroma" },
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "8000" },
    prepare: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const why = whyNoChroma();
if (values.help) console.log(HELP);
else if (why !== undefined) {
  console.error(`No Chroma can be started here: ${why}.`);
  process.exitCode = 1;
} else if (values.prepare) chromaLoader();
else await run();

async function run(): Promise<void> {
  const { path, host, port } = values;
  const chroma = await startChroma({ path, host, port: Number(port) }).catch((error: Error) => void console.error(error.message));
  if (!chroma) return void (process.exitCode = 1);
  console.log(`Chroma listens on ${chroma.url}; its data lies in ${path}. Ctrl-C ends it.`);
  const stop = (): void => void chroma.stop();
  process.once("SIGINT", stop).once("SIGTERM", stop);
}
