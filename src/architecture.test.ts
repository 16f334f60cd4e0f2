import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const filesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
const SOURCES = [...filesOf("src"), ...filesOf("prompts"), ...filesOf("page")];

/** What the package offers. A new name here is a decision; a name taken away breaks its users. */
const PUBLIC_API: Record<string, readonly string[]> = {
  "src/index.ts": [
    "createPersonaAgent",
    "type PersonaAgentOptions",
    "createMemoryGraph",
    "PersonaAnnotation",
    "personaPrompt",
    "PersonaValue",
    "recalledImages",
    "recallNode",
    "recordNode",
    "type MemoryGraphOptions",
    "type PersonaHostState",
    "type PersonaPromptOptions",
    "forgetMemoryTool",
    "saveMemoryTool",
    "searchMemoryTool",
    "PersonaMemory",
    "type Check",
    "type CheckOptions",
    "OptionsSchema",
    "type PersonaOptions",
    "ContextSchema",
    "type ModelCall",
    "type Persona",
    "type PersonaContext",
    "type PersonaTurn",
    "type Recalled",
    "type Search",
    "type Written",
    "isPersonaEvent",
    "type PersonaEvent",
    "PersonaError",
    "userNamespace",
    "SqliteStore",
    "FolderMediaStore",
    "S3MediaStore",
    "type S3MediaStoreOptions",
    "TransformersImageEmbeddings",
    "type ImageEmbeddings",
    "type MediaStore",
    "type MessageImage",
    "type Region",
    "type SeenImage",
    "type ImageInput",
    "type IncomingMessage",
    "type MessageRecord",
    "type MessageRole",
    "type EpisodeRecord",
    "type FactRecord",
    "type ProcedureRecord",
    "type Personality",
    "type Trait",
    "type TraitScores",
    "type Profile",
    "type MemoryId",
    "type MemoryKind",
    "type MemoryRecord",
    "type RecallHit",
    "type RecallRequest",
    "type RecallResult",
    "type ScoreParts",
    "type TimeWindow",
    "type IndexContext",
    "type IndexFactory",
    "type MemoryIndex",
    "type Clock",
  ],
  "src/middleware.ts": ["personaMiddleware", "type PersonaMiddlewareOptions"],
  "src/chroma.ts": ["chromaIndex", "type ChromaIndexOptions"],
  "src/pgvector.ts": ["pgvectorIndex", "type PgvectorIndexOptions"],
  "src/testing/index.ts": [
    "fixedClock",
    "type FixedClock",
    "indexConformance",
    "type IndexConformanceOptions",
    "type IndexGap",
    "ScriptedModel",
    "type ScriptedAnswer",
    "type ScriptedCall",
    "scriptedPersona",
    "type PersonaScript",
    "storeConformance",
    "type KnownFault",
    "type StoreConformanceOptions",
  ],
};

/** Every rule of .dependency-cruiser.cjs, with the import that it is there to stop. */
const FORBIDDEN: readonly (readonly [rule: string, from: string, source: string])[] = [
  ["no-circles", "src/nodes/a.ts", 'import "./b.js";'],
  ["domain-is-pure", "src/domain/disk.ts", 'import "node:fs";'],
  ["domain-is-pure", "src/domain/chain.ts", 'import "peer";'],
  ["domain-stands-alone", "src/domain/stores.ts", 'import type { S } from "../store/fine.js"; export type T = S;'],
  ["domain-takes-types", "src/domain/prompts.ts", 'import { prompt } from "../../prompts/fine.js"; prompt();'],
  ["prompts-stand-alone", "prompts/node.ts", 'import "../src/nodes/fine.js";'],
  ["prompts-takes-types", "prompts/domain.ts", 'import { fine } from "../src/domain/fine.js"; fine();'],
  ["store-arrows", "src/store/recalls.ts", 'import "../recall/fine.js";'],
  ["media-arrows", "src/media/recalls.ts", 'import "../recall/fine.js";'],
  ["recall-arrows", "src/recall/model.ts", 'import "../models/fine.js";'],
  ["upkeep-arrows", "src/upkeep/node.ts", 'import "../nodes/fine.js";'],
  ["models-arrows", "src/models/store.ts", 'import "../store/fine.js";'],
  ["shapes-arrows", "src/state.ts", 'import "./nodes/fine.js";'],
  ["nodes-arrows", "src/nodes/wired.ts", 'import "../persona-agent.js";'],
  ["wiring-arrows", "src/middleware.ts", 'import "./index.js";'],
  ["index-arrows", "src/index.ts", 'import "./nodes/fine.js";'],
  ["import-arrows", "src/import/stores.ts", 'import "../store/fine.js";'],
  ["outside-arrows", "src/cli/main.ts", 'import "../persona-agent.js";'],
  ["outside-arrows", "src/server/routes.ts", 'import "../store/fine.js";'],
  ["testing-arrows", "src/testing/wired.ts", 'import "../persona-agent.js";'],
  ["graphs-arrows", "graphs/agent.ts", 'import "../src/persona-agent.js";'],
  ["page-arrows", "page/library.ts", 'import type { T } from "../src/index.js"; export type U = T;'],
  ["page-takes-types", "page/runs.ts", 'import { fine } from "../src/server/api/schemas.js"; fine();'],
  ["nothing-imports-graphs", "bench/graph.ts", 'import "../graphs/fine.js";'],
  ["tests-are-not-imported", "bench/test.ts", 'import "../src/store/fine.test.js";'],
  ["known-parts", "bench/elsewhere.ts", 'import "../src/elsewhere/file.js";'],
  ["declared-dependencies", "src/store/dev.ts", 'import "dev";'],
  ["declared-dependencies", "src/store/undeclared.ts", 'import "undeclared";'],
  ["resolvable", "src/store/missing.ts", 'import "./nowhere.js";'],
];

/** What belongs to the tree of those, and breaks no rule. */
const ALLOWED: Record<string, string> = {
  "src/nodes/b.ts": 'import type { A } from "./a.js"; export type B = A;',
  "src/elsewhere/file.ts": "",
  "src/persona-agent.ts": 'import "./nodes/fine.js"; import "./recall/fine.js"; import "./upkeep/fine.js";',
  "src/upkeep/fine.ts": 'import "../store/fine.js";',
  "src/nodes/fine.ts":
    'import "../../prompts/fine.js"; import "../domain/fine.js"; import "../store/fine.js"; import "../models/fine.js"; import "peer";',
  "src/models/fine.ts": 'import "../../prompts/fine.js"; import "real";',
  "src/recall/fine.ts": 'import "../store/fine.js";',
  "src/store/fine.ts": 'import "../domain/fine.js";',
  "src/store/fine.test.ts": 'import "../testing/fine.js"; import "dev";',
  "src/domain/fine.ts": 'import type { Proposal } from "../../prompts/fine.js"; export const fine = (): Proposal => ({});',
  "src/testing/fine.ts": 'import "../domain/fine.js";',
  "prompts/fine.ts": "export interface Proposal {} export const prompt = (): Proposal => ({});",
  "graphs/fine.ts": 'import "../src/index.js";',
  "src/server/api/schemas.ts": "export const fine = (): void => undefined;",
  "page/fine.ts": 'import type { fine } from "../src/server/api/schemas.js"; export type F = typeof fine;',
  "package.json": JSON.stringify({
    type: "module",
    dependencies: { real: "1" },
    peerDependencies: { peer: "1" },
    devDependencies: { dev: "1", peer: "1" },
  }),
  "tsconfig.json": "{}",
  ...Object.fromEntries(
    ["real", "peer", "dev", "undeclared"].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" })],
      [`node_modules/${name}/index.js`, ""],
    ]),
  ),
};

describe("imports", () => {
  it("follow the arrows, without circles", async () => {
    expect(await violations(ROOT)).toEqual([]);
  });

  it("are held by rules that each stop what they are for, and nothing else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "personagraph-architecture-"));
    try {
      for (const [path, source] of [...Object.entries(ALLOWED), ...FORBIDDEN.map(([, path, source]) => [path, source] as const)]) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), source);
      }
      const expected = FORBIDDEN.map(([rule, from]) => `${rule}: ${from}`);
      expect([...new Set(await violations(folder))].sort()).toEqual(expected.sort());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("are all tried against the rules", () => {
    const { forbidden } = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as { forbidden: { name: string }[] };
    expect([...new Set(FORBIDDEN.map(([rule]) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});

describe("source files", () => {
  it.each(Object.entries(PUBLIC_API))("%s exports what is listed, each by name", (path, names) => {
    const exports = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest).statements.flatMap((statement) => {
      if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
        return [`not by name: ${path}`];
      const { isTypeOnly, exportClause } = statement;
      return exportClause.elements.map((element) => `${isTypeOnly || element.isTypeOnly ? "type " : ""}${element.name.text}`);
    });
    expect(exports).toEqual(names);
  });

  it("have one idea each: under 300 lines, no utils", () => {
    const code = SOURCES.filter((path) => !path.endsWith(".test.ts"));
    expect(code.filter((path) => read(path).split("\n").length > 300)).toEqual([]);
    expect(code.filter((path) => /\/(utils?|helpers?|misc|common)\.ts$/.test(path))).toEqual([]);
  });

  it("export by name", () => {
    expect(SOURCES.filter((path) => /^export default\b|^export \* from\b/m.test(read(path)))).toEqual([]);
  });
});

describe("package.json", () => {
  const manifest = JSON.parse(read("package.json")) as {
    exports: Record<string, unknown>;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
  };

  it("publishes the entries that the build makes", () => {
    expect(Object.keys(manifest.exports)).toEqual([".", "./middleware", "./chroma", "./pgvector", "./testing", "./package.json"]);
    for (const [, entry, name] of read("tsdown.config.ts").matchAll(/(\w+): "(src\/[^"]+)"/g)) {
      expect(Object.keys(PUBLIC_API)).toContain(name);
      const key = entry === "index" ? "." : `./${entry}`;
      expect(manifest.exports[key]).toEqual({
        import: { types: `./dist/${entry}.d.mts`, default: `./dist/${entry}.mjs` },
        require: { types: `./dist/${entry}.d.cts`, default: `./dist/${entry}.cjs` },
      });
    }
  });

  it("pins what is installed", () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it("has a lock file that `npm ci` takes on every platform", async () => {
    const { stderr } = await promisify(execFile)(process.execPath, ["scripts/complete-lock.js", "--check"], { cwd: ROOT }).catch(
      (error: { stderr: string }) => error,
    );
    expect(stderr).toBe("");
  });
});

/** What dependency-cruiser finds in a tree, as "rule: file". */
async function violations(cwd: string): Promise<string[]> {
  const cruiser = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [cruiser, "--config", join(ROOT, ".dependency-cruiser.cjs"), "--output-type", "json", "."];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: "" },
  }).catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}
