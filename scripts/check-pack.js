/**
 * `npm run check:pack` (after `npm run build`): packs the package and uses it as its users do, from ESM, from CommonJS and from both at
 * once: types, a run of the agent and of the middleware, an import that does nothing, and the command `personagraph` with its server in
 * an empty folder. No network: the consumer sees the tarball's files and, as links, exactly the dependencies
 * and required peers that it declares, so that an import of anything undeclared fails.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** LangGraph alone stands beside ours: the time of an import is told as a ratio to it. */
const ENTRIES = [
  "@langchain/langgraph",
  "personagraph",
  "personagraph/middleware",
  "personagraph/chroma",
  "personagraph/pgvector",
  "personagraph/testing",
];
/** What an entry needs beyond what every user has. */
const OPTIONAL_PEERS = ["langchain", "chromadb", "pg"];
/** Loaded when they are first needed, and not with the package: they would make each start slower. */
const LATER =
  /\/node_modules\/(libsql|chrono-node|compromise|stopword|@orama\/stemmers|jsonrepair|@langchain\/openai|openai|jose|sharp|chromadb|pg|@langchain\/langgraph-checkpoint-postgres|@huggingface\/transformers)\//;

/** One text for both formats: what a user would write, and what it has to do. */
const CONSUMER = `
import assert from "node:assert/strict";
import { createAgent } from "langchain";
import { personaMiddleware } from "personagraph/middleware";
import { chromaIndex, type ChromaIndexOptions } from "personagraph/chroma";
import { pgvectorIndex } from "personagraph/pgvector";
import { createPersonaAgent, PersonaError, PersonaMemory, SqliteStore, type PersonaOptions } from "personagraph";
import { fixedClock, indexConformance, ScriptedModel, storeConformance } from "personagraph/testing";

async function main(): Promise<void> {
  const store = new SqliteStore({ path: "memory.db" });
  const options: PersonaOptions = { model: "keyless", store, update: "inline", clock: fixedClock(Date.UTC(2026, 4, 12)) };
  const memory = new PersonaMemory(options);
  const { added } = await memory.remember("ada", [{ role: "user", text: "My sister Mia is a nurse in Porto." }]);
  assert.equal(added, 1);

  const agent = createPersonaAgent(options);
  const state = await agent.invoke({ messages: [{ role: "user", content: "What does my sister do?" }] }, { context: { userId: "ada" } });
  const answer: string = state.messages.at(-1)?.text ?? "";
  assert.match(answer, /nurse/);
  assert.equal((await memory.recall("bob", "sister")).hits.length, 0);

  const model = new ScriptedModel(() => "She is a nurse.");
  const host = createAgent({ model, tools: [], middleware: [personaMiddleware({ ...options, update: "off" })] });
  await host.invoke({ messages: [{ role: "user", content: "What does my sister do?" }] }, { context: { userId: "ada" } });
  assert.match(JSON.stringify(model.calls[0]?.messages), /Mia is a nurse/);

  await assert.rejects(memory.recall("", "sister"), (error: unknown) => error instanceof PersonaError && error.code === "USER_ID_MISSING");
  // @ts-expect-error Options that do not exist are refused.
  assert.throws(() => createPersonaAgent({ modle: "keyless" }));
  assert.equal(new ScriptedModel(() => "Hello.").calls.length, 0);
  assert.equal(typeof storeConformance, "function");
  assert.equal(typeof indexConformance, "function");

  // A Chroma that is not there: words over the log, and a warning that says so.
  const index: ChromaIndexOptions = { url: "http://127.0.0.1:1", retries: 0 };
  const remote = new PersonaMemory({ ...options, index: chromaIndex(index) });
  const { hits, warning } = await remote.recall("ada", "What does my sister do?");
  assert.deepEqual([hits.length > 0, warning?.code], [true, "INDEX_AWAY"]);
  await remote.close();
  assert.equal(typeof pgvectorIndex({ url: "postgresql://127.0.0.1:1/none" }), "function");
  await memory.close();
  store.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
`;

/** Both formats in one program, as it happens where one dependency is ESM and another CommonJS: one file, one memory, the same errors. */
const MIXED = `
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as esm from "personagraph";
const cjs: typeof esm = createRequire(import.meta.url)("personagraph");

assert.notEqual(esm.PersonaMemory, cjs.PersonaMemory);
const [one, two] = [new esm.PersonaMemory({ store: "mixed.db" }), new cjs.PersonaMemory({ store: "mixed.db" })];
await one.remember("ada", [{ role: "user", text: "My sister Mia is a nurse in Porto." }]);
assert.equal((await two.recall("ada", "sister")).hits.length, 1);
await two.flush("ada");
assert.match((await one.list("ada", "fact"))[0]?.text ?? "", /nurse/);
for (const memory of [one, two]) {
  await assert.rejects(memory.recall("", "sister"), (error: unknown) => error instanceof esm.PersonaError && error instanceof cjs.PersonaError);
}
const store = new cjs.SqliteStore({ path: "mixed.db" });
const agent = esm.createPersonaAgent({ model: "keyless", store, update: "off" });
const state = await agent.invoke({ messages: [{ role: "user", content: "What does my sister do?" }] }, { context: { userId: "ada" } });
assert.match(state.messages.at(-1)?.text ?? "", /nurse/);
await Promise.all([one.close(), two.close()]);
store.close();
`;

/** Prints what importing left behind: open handles would keep a program from ending. */
const QUIET = `
const start = performance.now();
LOAD.then(() => {
  const left = process.getActiveResourcesInfo().filter((name) => !/^(CloseReq|TTYWrap|PipeWrap)$/.test(name));
  const loaded = Object.keys(typeof require === "function" ? require.cache : {});
  console.log(JSON.stringify({ ms: Math.round(performance.now() - start), left, loaded }));
});
`;

const folder = mkdtempSync(join(tmpdir(), "personagraph-pack-"));
try {
  const { file, size, unpacked } = pack();
  resolves(file);
  const consumer = install(file);
  typesAndRuns(consumer);
  const up = await commandRuns(consumer);
  const loads = ENTRIES.flatMap((entry) => ["import", "require"].map((how) => quietLoad(consumer, entry, how)));
  console.log(`${(size / 1024).toFixed(0)} KiB packed, ${(unpacked / 1024).toFixed(0)} KiB unpacked; ${loads.join(", ")}; serve ${up}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pack() {
  if (!readdirSync(ROOT).includes("dist")) throw new Error("There is no dist/: run `npm run build` first.");
  const [{ filename, size, unpackedSize, files }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  const stray = files
    .map(({ path }) => path)
    .filter(
      (path) =>
        !/^(dist\/.*\.(mjs|cjs|d\.mts|d\.cts)|dist\/langgraph\.json|dist\/page\/(index\.html|assets\/[\w-]+\.(js|css|svg|txt))|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(
          path,
        ),
    );
  if (stray.length > 0) throw new Error(`Packed, but not meant to be: ${stray.join(", ")}`);
  return { file: join(folder, filename), size, unpacked: unpackedSize };
}

/** What a user types: npm finds versions of everything that fit each other. Only resolved, so that nothing is downloaded twice. */
function resolves(file) {
  const empty = join(folder, "newcomer");
  mkdirSync(empty);
  writeFileSync(join(empty, "package.json"), JSON.stringify({ name: "newcomer", private: true, type: "module" }));
  const args = ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", file];
  execFileSync("npm", [...args, "@langchain/core", "@langchain/langgraph", "zod"], { cwd: empty, stdio: ["ignore", "ignore", "inherit"] });
}

function install(file) {
  const consumer = join(folder, "consumer");
  const home = join(consumer, "node_modules", "personagraph");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", file, "-C", home, "--strip-components=1"]);
  const {
    dependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  for (const name of [...Object.keys(dependencies), ...peers, ...OPTIONAL_PEERS, "@types/node"]) {
    const link = join(consumer, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link, "junction");
  }
  return consumer;
}

function typesAndRuns(consumer) {
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ["node"],
    outDir: "out",
  };
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.mts", "consumer.cts", "mixed.mts"] }));
  writeFileSync(join(consumer, "consumer.mts"), CONSUMER);
  writeFileSync(join(consumer, "consumer.cts"), CONSUMER);
  writeFileSync(join(consumer, "mixed.mts"), MIXED);
  node(consumer, [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", "."]);
  for (const format of ["mjs", "cjs"]) {
    rmSync(join(consumer, "memory.db"), { force: true });
    node(consumer, [join("out", `consumer.${format}`)]);
  }
  node(consumer, [join("out", "mixed.mjs")]);
}

/** What `npx personagraph` runs, in an empty folder. Answers how long the server took to be up. */
async function commandRuns(consumer) {
  const home = join(consumer, "node_modules", "personagraph");
  const { bin, version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const command = join(home, bin.personagraph);
  const empty = join(consumer, "empty");
  mkdirSync(empty);
  const run = (args, input = "") =>
    spawnSync(process.execPath, [command, ...args], { cwd: empty, encoding: "utf8", input, env: plainEnvironment() });
  // As npm links it.
  const link = join(consumer, "node_modules", ".bin", "personagraph");
  mkdirSync(dirname(link), { recursive: true });
  chmodSync(command, 0o755);
  symlinkSync(join("..", "personagraph", bin.personagraph), link);
  const npx = (...args) =>
    spawnSync("npx", ["--no-install", "personagraph", ...args], { cwd: empty, encoding: "utf8", env: plainEnvironment() });
  const [said, help] = [npx("--version"), npx("--help")];
  if (said.stdout.trim() !== version) throw new Error(`npx personagraph --version printed ${said.stdout}${said.stderr}`);
  if (help.status !== 0 || !/import \[options\] <source>/.test(help.stdout))
    throw new Error(`npx personagraph --help: ${help.status} ${help.stdout}${help.stderr}`);
  const message = JSON.stringify({ role: "user", text: "My sister Mia is a nurse in Porto.", at: "2026-05-12T18:05" });
  const imported = run(["import", "-", "--user", "ada", "--json"], `${message}\n`);
  const found = run(["search", "sister", "--user", "ada", "--json"]);
  if (imported.status !== 0 || !/nurse in Porto/.test(found.stdout))
    throw new Error(`personagraph import and search: ${imported.stdout}${imported.stderr}${found.stdout}${found.stderr}`);
  const lacking = run(["serve", "--port", "0"]);
  if (lacking.status !== 1 || !/npm install @langchain\/langgraph-api/.test(lacking.stderr))
    throw new Error(`personagraph serve without its server: ${lacking.status} ${lacking.stdout}${lacking.stderr}`);
  const peer = join(consumer, "node_modules", "@langchain", "langgraph-api");
  symlinkSync(join(ROOT, "node_modules", "@langchain", "langgraph-api"), peer, "junction");
  return served(command, empty);
}

async function served(command, cwd) {
  const began = performance.now();
  const server = spawn(process.execPath, [command, "serve", "--port", "0"], {
    cwd,
    env: plainEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  server.stderr.on("data", (chunk) => (text += chunk));
  try {
    const url = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("It was not up after 90 s.")), 90_000);
      server.stdout.on("data", (chunk) => {
        text += chunk;
        const [, address] = /^ {2}API +(http\S+)$/m.exec(text) ?? [];
        if (!address) return;
        clearTimeout(late);
        resolve(address);
      });
      server.once("close", (code) => reject(new Error(`It ended with ${code}.`)));
    });
    const up = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    const input = { messages: [{ role: "user", content: "What does my sister do?" }] };
    const answer = await globalThis.fetch(`${url}/runs/wait`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ assistant_id: "agent", input, context: { userId: "ada" } }),
    });
    const state = await answer.text();
    if (!/nurse/.test(JSON.parse(state).messages?.at(-1)?.content ?? "")) throw new Error(`It answered ${state.slice(0, 500)}`);
    for (const [path, holds] of [
      ["/persona/", "/persona/assets/app.js"],
      ["/persona/assets/app.js", "persona"],
      ["/persona/assets/style.css", "--accent"],
      ["/persona/api/memories?kind=fact&user=ada", "nurse"],
    ]) {
      const text = await (await globalThis.fetch(`${url}${path}`)).text();
      if (!text.includes(holds)) throw new Error(`${path} answered ${text.slice(0, 200)}`);
    }
    return up;
  } catch (error) {
    throw new Error(`personagraph serve: ${error.message}\n${text}`, { cause: error });
  } finally {
    server.removeAllListeners("close");
    const ended = new Promise((done) => server.once("close", done));
    server.kill("SIGTERM");
    await ended;
  }
}

/** Nothing of the caller's own settings, no traces. */
function plainEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(PERSONAGRAPH_|LANGSMITH_|LANGCHAIN_|LANGGRAPH_|NODE_OPTIONS$|npm_)/.test(name),
  );
  return { ...Object.fromEntries(kept), LANGSMITH_TRACING: "false", FORCE_COLOR: "0" };
}

function quietLoad(consumer, entry, how) {
  const before = readdirSync(consumer).length;
  const load = how === "import" ? `import("${entry}")` : `Promise.resolve(require("${entry}"))`;
  const lines = node(consumer, ["-e", QUIET.replace("LOAD", () => load)])
    .trim()
    .split("\n");
  const { ms, left, loaded } = JSON.parse(lines.at(-1));
  const early = loaded.filter((path) => LATER.test(path));
  if (early.length > 0) throw new Error(`Loading ${entry} by ${how} also loads what is needed only later: ${early[0]}`);
  if (lines.length > 1 || left.length > 0 || readdirSync(consumer).length !== before) {
    throw new Error(`Loading ${entry} by ${how} has side effects: ${[...lines.slice(0, -1), ...left].join(", ") || "a file"}`);
  }
  return `${how} ${entry} ${ms} ms`;
}

function node(cwd, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", timeout: 120_000 });
  if (status !== 0 || stderr.trim() !== "") throw new Error(`node ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
