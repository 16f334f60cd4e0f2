import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@langchain/langgraph-sdk";
import { plainEnvironment, ROOT, startServerProcess, type ServerProcess } from "../scripts/start-process.js";

/** What each example prints, so that a new one without an entry here fails. `server` needs the running server. */
const EXAMPLES: Record<string, { readonly prints: RegExp; readonly server?: true }> = {
  "human-in-the-loop.ts": { prints: /^waiting: 0 facts\napproved: .*baker/ },
  "images.ts": { prints: /^same picture · This is Bessie, my old truck\. · thumbnail of \d+ bytes\n$/ },
  "import-as-node.ts": { prints: /nurse in Porto[^]*nurse/ },
  "langgraph-sdk.ts": { prints: /· recall[^]*· remembered[^]*· recall[^]*beekeeper/, server: true },
  "memory-tools.ts": { prints: /^Saved: The user is vegetarian\.\n<memories>\n.*vegetarian[^]*Forgotten: fact:[^]*nothing found/ },
  "middleware.ts": { prints: /^Noted\.\nI remember: .*tea without sugar/ },
  "persona-memory.ts": { prints: /Lisbon/ },
  "progress-line.ts": { prints: /· recalled 0 in[^]*· remembered: .*cello[^]*· recalled [1-9][^]*cello/ },
  "react-agent.ts": { prints: /^Noted\.\nI remember: .*nurse in Porto/ },
  "remote-graph.ts": { prints: /Noted[^]*pilot/, server: true },
  "supervisor.ts": { prints: /^kitchen: Noted\.\ntravel: I remember: .*allergic to nuts/ },
};

const run = async (name: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", `examples/${name}`], {
    cwd: ROOT,
    env,
    timeout: 90_000,
  });
  return stdout;
};
const named = (server: boolean) => Object.entries(EXAMPLES).filter(([, example]) => (example.server ?? false) === server);

it("are all tried here", () => {
  // Folders have dependencies of their own, and a check of their own (`npm run check:community`).
  const files = readdirSync(join(ROOT, "examples")).filter(
    (name) => name.endsWith(".ts") && !/\.test\.ts$|^stand-in-model\.ts$/.test(name),
  );
  expect(files.sort()).toEqual(Object.keys(EXAMPLES).sort());
});

it.each(named(false))("%s runs without a key", async (name, { prints }) => {
  // A store of its own, and the models that the example names.
  const { PERSONAGRAPH_MODEL: _unset, ...env } = plainEnvironment();
  expect(await run(name, { ...env, PERSONAGRAPH_STORE: ":memory:" })).toMatch(prints);
});

describe("against the running server", () => {
  const data = mkdtempSync(join(tmpdir(), "personagraph-examples-"));
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess({ data });
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it.each(named(true))("%s runs", async (name, { prints }) => {
    expect(await run(name, { ...plainEnvironment(), LANGGRAPH_API_URL: server.url })).toMatch(prints);
  });

  it("streams what LangGraph's useStream asks for", async () => {
    const client = new Client({ apiUrl: server.url });
    const { thread_id } = await client.threads.create();
    const seen: Record<string, unknown[]> = {};
    const stream = client.runs.stream(thread_id, "agent", {
      // The payload of useStream's submit(): messages with ids of the client's own, and all the modes that its hooks may ask for.
      input: { messages: [{ type: "human", id: "from-the-browser", content: [{ type: "text", text: "I collect stamps." }] }] },
      context: { userId: "carol" },
      streamMode: ["values", "messages-tuple", "custom", "updates"],
      streamSubgraphs: true,
      streamResumable: true,
      onDisconnect: "continue",
      multitaskStrategy: "interrupt",
    });
    for await (const { event, data } of stream) (seen[event.split("|")[0]!] ??= []).push(data);
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(["metadata", "values", "messages", "custom", "updates"]));
    expect(seen["error"]).toBeUndefined();
    const tokens = seen["messages"] as [{ id: string; type: string; content: string }, { langgraph_node: string }][];
    expect(new Set(tokens.map(([, { langgraph_node }]) => langgraph_node))).toEqual(new Set(["respond"]));
    const last = (seen["values"] as { messages?: { id: string; type: string; content: string }[] }[]).findLast(
      ({ messages }) => (messages?.length ?? 0) > 1,
    )!.messages!;
    expect(last.map(({ type }) => type)).toEqual(["human", "ai"]);
    expect(last[0]!.id).toBe("from-the-browser");
    // The hook puts tokens and values together by the message's id.
    expect(tokens.map(([{ id }]) => id)).toEqual(tokens.map(() => last[1]!.id));
    expect(tokens.map(([{ content }]) => content).join("")).toBe(last[1]!.content);
    expect((seen["custom"] as { type: string }[]).map(({ type }) => type)).toEqual(
      expect.arrayContaining(["recall", "remembered", "personality"]),
    );
    const { values } = await client.threads.getState<{ messages: unknown[] }>(thread_id);
    expect(values.messages).toHaveLength(2);
  });
});
