/**
 * What one exchange costs: time to the first token and to the end of the run, model calls and prompt tokens, with 1,000 memories of
 * one user and a scripted model that answers at once; beside a bare LangGraph graph of the same shape whose nodes do nothing.
 *
 *   npm run bench:turn -- [--json] [--rounds 200] [--memories 1000]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { END, MemorySaver, MessagesZodMeta, START, StateGraph } from "@langchain/langgraph";
import { registry } from "@langchain/langgraph/zod";
import { getEncoding } from "js-tiktoken";
import { z } from "zod";
import { CONSOLIDATE_TOOL, consolidatePrompt, ConsolidateSchema } from "../prompts/consolidate.js";
import { EXTRACT_TOOL, extractPrompt, ExtractSchema } from "../prompts/extract.js";
import { createPersonaAgent, PersonaMemory, SqliteStore } from "../src/index.js";
import { scriptedPersona, type ScriptedCall, type ScriptedModel } from "../src/testing/index.js";
import { interleave, ms, summarise, times, type Sample } from "./measure.js";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "200" },
    memories: { type: "string", default: "1000" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log("npm run bench:turn -- [--json] [--rounds 200] [--memories 1000]");
  process.exit(0);
}
const rounds = Number(values.rounds);
const encoding = getEncoding("o200k_base");
const tokens = (text: string): number => encoding.encode(text).length;

const TOPICS = ["hiking", "tea", "piano", "chess", "sailing", "bread", "cycling", "gardens", "films", "maps"];
const PLACES = ["Lisbon", "Oslo", "Kyoto", "Lima", "Accra", "Turin", "Quito", "Perth", "Riga", "Cork"];
const sentence = (i: number): string => `I talked about ${TOPICS[i % 10]} in ${PLACES[Math.floor(i / 10) % 10]} with friend number ${i}.`;

/** Time to the first token of the answer and to the end of the run. */
async function run(
  graph: { stream(input: object, config: object): Promise<AsyncIterable<unknown>> },
  text: string,
  thread: string,
): Promise<[number, number]> {
  const begin = performance.now();
  let first = 0;
  const input = { messages: [new HumanMessage({ content: text, id: `${thread}-u` })] };
  const stream = await graph.stream(input, {
    context: { userId: "ada" },
    configurable: { thread_id: thread },
    streamMode: "messages",
    durability: "exit",
  });
  for await (const _ of stream) if (first === 0) first = performance.now() - begin;
  return [first, performance.now() - begin];
}

/** The same nodes and edges as the agent's, none of which does anything but the model call. */
function bareGraph(model: ScriptedModel) {
  const state = z.object({ messages: z.array(z.any()).register(registry, MessagesZodMeta as never) });
  const nothing = () => ({});
  const memory = new StateGraph({ state: z.object({ step: z.number().default(0) }) })
    .addNode("extract", ({ step }) => ({ step: step + 1 }))
    .addNode("update_semantic", nothing)
    .addNode("update_personality", nothing)
    .addNode("consolidate", nothing)
    .addEdge(START, "extract")
    .addConditionalEdges("extract", ({ step }) => (step === 1 ? ["update_semantic", "update_personality"] : "consolidate"), [
      "update_semantic",
      "update_personality",
      "consolidate",
    ])
    .addEdge("update_semantic", "extract")
    .addEdge("update_personality", "extract")
    .addEdge("consolidate", END)
    .compile();
  return new StateGraph({ state })
    .addNode("load_persona", nothing)
    .addNode("respond", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("record", nothing)
    .addNode("memory", memory)
    .addEdge(START, "load_persona")
    .addEdge("load_persona", "respond")
    .addEdge("respond", "record")
    .addEdge("record", "memory")
    .addEdge("memory", END)
    .compile({ checkpointer: new MemorySaver() });
}

const folder = mkdtempSync(join(tmpdir(), "personagraph-bench-"));
try {
  const answer = () => "A short answer of a few words.";
  const model = scriptedPersona({ answer, extract: (said) => [{ text: said }] });
  // People write a message every now and then; a turn right after the last one would read again what that one wrote.
  let elapsed = 0;
  const clock = { now: () => Date.now() + elapsed };
  const options = { clock, model, store: new SqliteStore({ path: join(folder, "memory.db") }) };
  const agent = createPersonaAgent({ ...options, checkpointer: new MemorySaver() });
  const memory = new PersonaMemory(options);
  const year = Date.UTC(2025, 0, 1);
  await memory.remember(
    "ada",
    Array.from({ length: Number(values.memories) }, (_, i) => ({
      role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
      text: sentence(i),
      at: year + i * 600_000,
    })),
  );
  await memory.flush("ada");
  const bareModel = scriptedPersona({ answer });
  const bare = bareGraph(bareModel);

  const ask = (i: number): string => `What did I say about ${TOPICS[i % 10]} in ${PLACES[(i * 7) % 10]}, round ${i}?`;
  await interleave(
    20,
    (i) => run(agent, ask(i), `warm${i}`),
    (i) => run(bare, ask(i), `warm${i}`),
  );
  model.calls.length = 0;
  const [ours, theirs] = await interleave(
    rounds,
    (i) => ((elapsed += 20_000), run(agent, ask(i), `a${i}`)),
    (i) => run(bare, ask(i), `b${i}`),
  );
  const column = (rows: readonly [number, number][], i: 0 | 1): Sample => summarise(rows.map((row) => row[i]));

  const stage = (call: ScriptedCall): string =>
    call.tools[0] === EXTRACT_TOOL ? "extract" : call.tools[0] === CONSOLIDATE_TOOL ? "consolidate" : "respond";
  const promptTokens = (name: string): number => {
    const calls = model.calls.filter((call) => stage(call) === name);
    return Math.round(
      calls.reduce((sum, call) => sum + tokens(call.messages.map((message) => message.text).join("\n")), 0) / Math.max(1, calls.length),
    );
  };
  const callsBefore = model.calls.filter((call) => stage(call) === "respond").length / rounds;
  const callsAfter = model.calls.filter((call) => stage(call) === "extract").length / rounds;
  const exchangeTokens = { respond: promptTokens("respond"), extract: promptTokens("extract") };
  await memory.flush("ada");
  // One more conversation, of ten exchanges, that ends.
  elapsed += 7_200_000;
  for (let i = 0; i < 10; i++) await run(agent, ask(i), `last${i}`);
  model.calls.length = 0;
  await memory.flush("ada");
  const sessionCalls = model.calls.filter((call) => stage(call) === "consolidate").length;

  const toolTokens = (name: string, schema: z.ZodType): number =>
    tokens(JSON.stringify(convertToOpenAITool({ name, description: "", schema } as never)));
  const fixed = (prompt: { system: string; user: string }, tool: number): number =>
    tokens([new SystemMessage(prompt.system), new HumanMessage(prompt.user)].map((message) => message.text).join("\n")) + tool;
  const report = {
    what: `${values.memories} memories of one user, ${rounds} rounds, scripted model without latency, SqliteStore on disk`,
    firstToken: { agent: column(ours, 0), bare: column(theirs, 0) },
    run: { agent: column(ours, 1), bare: column(theirs, 1) },
    firstTokenRatio: column(ours, 0).p50 / column(theirs, 0).p50,
    modelCalls: { beforeAnswer: callsBefore, afterAnswer: callsAfter, perSessionEnd: sessionCalls },
    promptTokens: {
      ...exchangeTokens,
      consolidate: promptTokens("consolidate"),
      fixedInExtract: fixed(extractPrompt({ known: [], context: [], messages: [] }), toolTokens(EXTRACT_TOOL, ExtractSchema)),
      fixedInConsolidate: fixed(
        consolidatePrompt({ identity: [], preferences: [], habits: [], messages: [] }),
        toolTokens(CONSOLIDATE_TOOL, ConsolidateSchema),
      ),
    },
  };
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else {
    const line = (name: string, a: Sample, b: Sample): string =>
      `${name.padEnd(22)} p50 ${ms(a.p50)} (bare ${ms(b.p50)}, ${times(a.p50, b.p50)})   p95 ${ms(a.p95)} (bare ${ms(b.p95)}, ${times(a.p95, b.p95)})`;
    console.log(report.what);
    console.log(line("to the first token", report.firstToken.agent, report.firstToken.bare));
    console.log(line("to the end of the run", report.run.agent, report.run.bare));
    console.log(`model calls: ${callsBefore} before the answer, ${callsAfter} after it, ${sessionCalls} for the session that ended`);
    console.log(`prompt tokens (o200k): ${JSON.stringify(report.promptTokens)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
