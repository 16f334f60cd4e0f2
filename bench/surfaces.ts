/**
 * What the middleware adds: time to the first token and to the end of the run of LangChain's createAgent with and without it, with
 * 1,000 memories of one user and a scripted model that answers at once. Both in one run, in turn. Two hours pass between questions, each
 * of which is a thread and a session of its own.
 *
 *   npm run bench:surfaces -- [--json] [--rounds 200] [--memories 1000]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { PersonaMemory, SqliteStore, type PersonaOptions } from "../src/index.js";
import { personaMiddleware } from "../src/middleware.js";
import { scriptedPersona } from "../src/testing/index.js";
import { interleave, ms, summarise, type Sample } from "./measure.js";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "200" },
    memories: { type: "string", default: "1000" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log("npm run bench:surfaces -- [--json] [--rounds 200] [--memories 1000]");
  process.exit(0);
}
const rounds = Number(values.rounds);

const TOPICS = ["hiking", "tea", "piano", "chess", "sailing", "bread", "cycling", "gardens", "films", "maps"];
const PLACES = ["Lisbon", "Oslo", "Kyoto", "Lima", "Accra", "Turin", "Quito", "Perth", "Riga", "Cork"];
const sentence = (i: number): string => `I talked about ${TOPICS[i % 10]} in ${PLACES[Math.floor(i / 10) % 10]} with friend number ${i}.`;
const ask = (i: number): string => `What did I say about ${TOPICS[i % 10]} in ${PLACES[(i * 7) % 10]}, round ${i}?`;

interface Streaming {
  stream(input: object, config: object): Promise<AsyncIterable<unknown>>;
}

/** Time to the first token of the answer and to the end of the run. */
async function run(agent: Streaming, text: string, thread: string): Promise<[first: number, end: number]> {
  const begin = performance.now();
  let first = 0;
  const input = { messages: [new HumanMessage({ content: text, id: `${thread}-u` })] };
  const stream = await agent.stream(input, {
    context: { userId: "ada" },
    configurable: { thread_id: thread },
    streamMode: "messages",
    durability: "exit",
  });
  for await (const _ of stream) if (first === 0) first = performance.now() - begin;
  return [first, performance.now() - begin];
}

const folder = mkdtempSync(join(tmpdir(), "personagraph-bench-"));
try {
  const answer = () => "A short answer of a few words.";
  const model = scriptedPersona({ answer, extract: (said) => [{ text: said }] });
  const year = Date.UTC(2025, 0, 1);
  let now = year + 30 * 86_400_000;
  const options: PersonaOptions = { model, store: new SqliteStore({ path: join(folder, "memory.db") }), clock: { now: () => now } };
  const memory = new PersonaMemory(options);
  await memory.remember(
    "ada",
    Array.from({ length: Number(values.memories) }, (_, i) => ({
      role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
      text: sentence(i),
      at: year + i * 600_000,
    })),
  );
  await memory.flush("ada");
  const prompt = "You are the assistant of a tea shop.";
  const agent = (update: "inline" | "off"): Streaming =>
    createAgent({
      model,
      systemPrompt: prompt,
      middleware: [personaMiddleware({ ...options, update })],
      checkpointer: new MemorySaver(),
    }) as never;
  const [inline, off] = [agent("inline"), agent("off")];
  const plain = createAgent({
    model: scriptedPersona({ answer }),
    systemPrompt: prompt,
    checkpointer: new MemorySaver(),
  }) as unknown as Streaming;

  const pair = (n: number, name: string, ours: Streaming) =>
    interleave(
      n,
      (i) => ((now += 7_200_000), run(ours, ask(i), `${name}${i}`)),
      (i) => run(plain, ask(i), `plain ${name}${i}`),
    );
  await pair(20, "warm inline", inline);
  await pair(20, "warm off", off);
  const [withOff, withoutOff] = await pair(rounds, "off", off);
  const [withInline, withoutInline] = await pair(rounds, "inline", inline);
  const column = (rows: readonly [number, number][], i: 0 | 1): Sample => summarise(rows.map((row) => row[i]));
  const added = (ours: readonly [number, number][], theirs: readonly [number, number][], i: 0 | 1): Sample =>
    summarise(ours.map((row, n) => row[i] - theirs[n]![i]));
  const report = {
    what: `createAgent, ${values.memories} memories of one user, ${rounds} rounds, scripted model without latency, SqliteStore on disk`,
    firstToken: {
      "update inline": { with: column(withInline, 0), without: column(withoutInline, 0), added: added(withInline, withoutInline, 0) },
      "update off": { with: column(withOff, 0), without: column(withoutOff, 0), added: added(withOff, withoutOff, 0) },
    },
    run: {
      "update inline": { with: column(withInline, 1), without: column(withoutInline, 1), added: added(withInline, withoutInline, 1) },
      "update off": { with: column(withOff, 1), without: column(withoutOff, 1), added: added(withOff, withoutOff, 1) },
    },
  };
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(report.what);
    for (const [name, part] of [
      ["to the first token", report.firstToken],
      ["to the end of the run", report.run],
    ] as const) {
      for (const [update, { with: ours, without, added }] of Object.entries(part)) {
        console.log(
          `${name}, ${update}: added p50 ${ms(added.p50)}, p95 ${ms(added.p95)} (with p50 ${ms(ours.p50)}, without ${ms(without.p50)})`,
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
