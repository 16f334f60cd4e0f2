import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { PersonaMemory, SqliteStore } from "../../src/index.js";
import { readMemqa, type DataSet } from "../loaders/memqa.js";
import { askedAt, messageOf } from "./replay.js";

const USAGE = "npm run --silent eval:retrieval -- --data FILE --out RANKING [--limit 20] [--embeddings openai:text-embedding-3-small]";

/** Puts each conversation into the memory of a fresh user and asks its questions; writes what was found, a line a question. */
export async function rank(set: DataSet, out: NodeJS.WritableStream, { limit, embeddings, progress }: RankOptions): Promise<void> {
  const all = set.conversations.reduce((sum, { questions }) => sum + questions.length, 0);
  let done = 0;
  for (const conversation of set.conversations) {
    let now = Date.now();
    const memory = new PersonaMemory({
      store: new SqliteStore(),
      update: "off",
      model: "keyless",
      clock: { now: () => now },
      ...(embeddings !== undefined && { embeddings }),
    });
    const userId = `${set.name}/${conversation.id}`;
    // Sessions are threads; `remember` takes one thread at a time or one for each message.
    await memory.remember(userId, conversation.turns.map(messageOf));
    now += 60_000;
    for (const question of conversation.questions) {
      const start = performance.now();
      const { hits } = await memory.recall(userId, { query: question.text, now: askedAt(question, conversation), limit });
      const ms = performance.now() - start;
      // An episode or a fact stands for the messages it rests on.
      const ranked = [...new Set(hits.flatMap(({ sources }) => sources))];
      if (!out.write(`${JSON.stringify({ id: question.id, ranked, ms: Math.round(ms * 1000) / 1000 })}\n`)) await once(out, "drain");
      progress?.(++done, all);
    }
    await memory.close();
  }
}

interface RankOptions {
  readonly limit: number;
  readonly embeddings?: string | undefined;
  readonly progress?: ((done: number, all: number) => void) | undefined;
}

function bar(done: number, all: number): void {
  const width = 30;
  const filled = Math.round((width * done) / all);
  process.stderr.write(`\r[${"#".repeat(filled)}${".".repeat(width - filled)}] ${done}/${all} questions${done === all ? "\n" : ""}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      out: { type: "string" },
      limit: { type: "string", default: "20" },
      embeddings: { type: "string" },
    },
  });
  const limit = Number(values.limit);
  if (!values.data || !values.out || !Number.isInteger(limit) || limit < 1) throw new Error(`usage: ${USAGE}`);
  const set = await readMemqa(values.data);
  const out = createWriteStream(values.out);
  await once(out, "open");
  await rank(set, out, { limit, embeddings: values.embeddings, progress: process.stderr.isTTY ? bar : undefined });
  out.end();
  await once(out, "finish");
}

if (process.argv[1] && import.meta.url.endsWith("/evals/retrieval/run.ts") && process.argv[1].endsWith("run.ts")) {
  main().catch((thrown: unknown) => {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  });
}
