import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { plainEnvironment } from "../scripts/start-process.js";
import { userKey } from "./store/namespace.js";

/** What leaves the machine: nothing without the user's own key, and with it traces that name no user. LangSmith is a stand-in here. */
jest.setTimeout(120_000);

interface Run {
  readonly id: string;
  readonly name: string;
  readonly run_type: string;
  readonly tags?: readonly string[];
  readonly extra?: { readonly metadata?: Readonly<Record<string, unknown>> };
}

const USER = "ada.lovelace@example.com";
const runs = new Map<string, Run>();
const requests: string[] = [];
let langsmith: Server;
let endpoint: string;

beforeAll(async () => {
  langsmith = createServer((request, response) => {
    const chunks: Buffer[] = [];
    requests.push(request.url ?? "");
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.url === "/runs/batch") {
        const { post = [], patch = [] } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { post?: Run[]; patch?: Run[] };
        for (const run of [...post, ...patch]) runs.set(run.id, { ...runs.get(run.id), ...run });
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ batch_ingest_config: { use_multipart_endpoint: false } }));
    });
  });
  await new Promise<void>((done) => langsmith.listen(0, "127.0.0.1", done));
  endpoint = `http://127.0.0.1:${(langsmith.address() as AddressInfo).port}`;
});
afterAll(() => void langsmith.close());
beforeEach(() => {
  runs.clear();
  requests.length = 0;
});

/** An exchange and its update in a process of its own, which prints where it connected to. */
const PROGRAM = `
import net from "node:net";
import dns from "node:dns";
const reached = [];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  reached.push(options.path ?? [options.host ?? options, options.port].join(":"));
  return connect.apply(this, args);
};
const lookup = dns.lookup;
dns.lookup = (name, ...rest) => (reached.push(name), lookup(name, ...rest));
const { createPersonaAgent, PersonaMemory } = await import("./src/index.ts");
const { SqliteStore } = await import("./src/index.ts");
const options = { store: new SqliteStore({ path: ":memory:" }), update: "inline" };
const agent = createPersonaAgent(options);
await agent.invoke({ messages: [{ role: "user", content: "My sister Clara lives in Braga." }] }, { context: { userId: ${JSON.stringify(USER)} } });
const memory = new PersonaMemory(options);
await memory.flush(${JSON.stringify(USER)});
await memory.close();
console.log(JSON.stringify({ reached, facts: (await new PersonaMemory(options).list(${JSON.stringify(USER)}, "fact")).length }));
const { awaitAllCallbacks } = await import("@langchain/core/callbacks/promises");
await awaitAllCallbacks();
`;

async function run(env: NodeJS.ProcessEnv): Promise<{ reached: string[]; facts: number }> {
  const { LANGSMITH_TRACING: _, ...plain } = plainEnvironment();
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", PROGRAM], {
    env: { ...plain, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => void (err += chunk.toString("utf8")));
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`It ended with ${String(code)}: ${err}`);
  return JSON.parse(out) as { reached: string[]; facts: number };
}

describe("tracing", () => {
  test.each([
    ["nothing is configured", {}],
    ["there is a key, but tracing was not asked for", { LANGSMITH_API_KEY: "lsv2_test" }],
  ])("sends nothing anywhere when %s", async (_, env) => {
    expect(await run({ ...env, LANGSMITH_ENDPOINT: endpoint })).toEqual({ reached: [], facts: 1 });
    expect(requests).toEqual([]);
  });

  test("with the user's key, a trace tells user (hashed), stage, prompt and node of each model call, and never the user's id", async () => {
    const { reached } = await run({ LANGSMITH_TRACING: "true", LANGSMITH_API_KEY: "lsv2_test", LANGSMITH_ENDPOINT: endpoint });
    expect(new Set(reached)).toEqual(new Set([new URL(endpoint).host]));
    const calls = [...runs.values()].filter(({ run_type }) => run_type === "llm");
    const told = calls.map(({ name, tags, extra }) => ({
      name,
      tags: tags?.filter((tag) => tag.startsWith("personagraph")),
      user: extra?.metadata?.["personagraph_user"],
      stage: extra?.metadata?.["personagraph_stage"],
      prompt: extra?.metadata?.["prompt"],
      node: extra?.metadata?.["langgraph_node"],
    }));
    const expected = (stage: string) => ({
      name: stage,
      tags: ["personagraph", `personagraph:${stage}`],
      user: userKey(USER),
      stage,
      prompt: stage,
      node: stage,
    });
    expect(told).toEqual(expect.arrayContaining(["respond", "extract", "consolidate"].map(expected)));
    expect(told).toHaveLength(3);
    for (const { name, tags, extra } of runs.values()) expect(JSON.stringify({ name, tags, extra })).not.toContain(USER);
  });
});
