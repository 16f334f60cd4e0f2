import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Check } from "../../index.js";
import { manifest } from "../package-file.js";

/** What is missing without an optional peer. */
const NEEDED_FOR: Readonly<Record<string, string>> = {
  "@langchain/langgraph-api": "`personagraph serve`",
  langchain: "personaMiddleware and models of other providers",
  chromadb: "the index in Chroma",
};

/** Node and the packages that ours stands beside, by what package.json asks for. */
export function packageChecks(): Check[] {
  const { engines, peerDependencies, peerDependenciesMeta, version } = manifest();
  const node = process.versions.node;
  return [
    fits(node, engines.node)
      ? { name: "node", status: "ok", message: `${node}, personagraph ${version}` }
      : { name: "node", status: "failed", message: `${node} is too old`, fix: `Install Node ${engines.node}.` },
    ...Object.entries(peerDependencies).map(([name, range]) => peerCheck(name, range, peerDependenciesMeta[name]?.optional === true)),
  ];
}

function peerCheck(name: string, range: string, optional: boolean): Check {
  const version = installed(name);
  const fix = `npm install ${name}@"${range}"`;
  if (version === undefined) {
    return optional
      ? { name: "package", status: "ok", message: `${name} is not installed; ${NEEDED_FOR[name] ?? "some features"} would need it` }
      : { name: "package", status: "failed", message: `${name} is not installed`, fix };
  }
  return fits(version, range)
    ? { name: "package", status: "ok", message: `${name} ${version}` }
    : { name: "package", status: optional ? "warning" : "failed", message: `${name} ${version} is not ${range}`, fix };
}

/** The version that an import from here would get. Read from disk, because exports maps may hide package.json. */
function installed(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const file = folders.map((folder) => join(folder, name, "package.json")).find((path) => existsSync(path));
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Whether a version lies in a range of the forms that our package.json uses: >=a.b and ^a.b.c. */
export function fits(version: string, range: string): boolean {
  const [have, want] = [version, range].map((text) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number));
  const [major = 0, minor = 0, patch = 0] = want!;
  if (range.startsWith("^") && have![0] !== major) return false;
  return have![0]! !== major ? have![0]! > major : (have![1] ?? 0) !== minor ? (have![1] ?? 0) > minor : (have![2] ?? 0) >= patch;
}
