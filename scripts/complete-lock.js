/**
 * `npm run lock`: writes package-lock.json, complete for every platform. A registry that lacks the prebuilt package of some platform makes
 * npm leave it out of the lock file, and `npm ci` then refuses the file ("Missing: @swc/core-darwin-arm64@ from lock file"). Such packages
 * are optional and are installed on their own platform only, so naming them is enough. With --check: only says what is missing.
 */
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("../package-lock.json", import.meta.url);
const PLATFORM =
  /-(?<os>darwin|linux|win32|android|freebsd|openharmony|wasm32)-(?<cpu>[a-z0-9]+?)(?:-?(?<abi>gnu|musl|msvc|eabi|gnueabihf|musleabihf|wasi))?$/;

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !resolves(path, name))
    .map(([name, version]) => ({ name, version, dev })),
);
if (process.argv.includes("--check")) {
  for (const { name, version } of missing) console.error(`Missing from package-lock.json: ${name}@${version}; run \`npm run lock\`.`);
  process.exitCode = missing.length > 0 ? 1 : 0;
} else {
  for (const { name, version, dev } of missing) {
    const { os, cpu, libc } = platformOf(name);
    // In npm's order.
    lock.packages[`node_modules/${name}`] = { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, ...(os && { os }) };
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}

function resolves(from, name) {
  for (let path = from; ; path = path.slice(0, Math.max(path.lastIndexOf("/node_modules/"), 0))) {
    if (lock.packages[`${path === "" ? "" : `${path}/`}node_modules/${name}`]) return true;
    if (path === "") return false;
  }
}

function platformOf(name) {
  const { os, cpu, abi = "" } = PLATFORM.exec(name)?.groups ?? {};
  if (os === undefined) throw new Error(`${name} is no package of one platform: the registry lacks it, and it cannot be left out.`);
  if (os === "wasm32") return { cpu: ["wasm32"] };
  const libc = os !== "linux" ? undefined : abi.startsWith("gnu") ? "glibc" : abi.startsWith("musl") ? "musl" : undefined;
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
}
