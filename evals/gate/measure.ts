import { fileURLToPath } from "node:url";
import type { BaseMessage } from "@langchain/core/messages";
import { PersonaMemory, SqliteStore } from "../../src/index.js";
import { readMemqa } from "../loaders/memqa.js";
import { countTokens } from "../models/tokens.js";
import { CONSOLIDATE_CASES, EXTRACT_CASES, RESPOND_CASES } from "../prompts/cases.js";
import { plainPrompt, PLAIN_VERSION } from "../qa/ask.js";
import { answerPrompt, JUDGE_VERSION, pairPrompt } from "../qa/judge.js";
import { fourSessions, type Outcome } from "../recordings/four-sessions.js";
import { readRecording, recordedModel, type Recording } from "../recordings/recording.js";
import { askedAt, messageOf, recallAt } from "../retrieval/replay.js";

export interface Retrieval {
  readonly "R@5": number;
  readonly "R@10": number;
  readonly MRR: number;
  /** Place of the first evidence by question; 0: not found. */
  readonly first: Readonly<Record<string, number>>;
}

/** All that the gate holds. Everything in it is the same on every machine. */
export interface Measured {
  readonly retrieval: Readonly<Record<string, Retrieval>>;
  /** Prompts as they are rendered, by line, with their version and tokens (o200k_base). */
  readonly prompts: Readonly<Record<string, { readonly version: number; readonly tokens: number; readonly text: readonly string[] }>>;
  /** What the whole graph makes of recorded answers; absent when they do not fit any more. */
  readonly graph?: Outcome & { readonly recordedFrom: string };
  /** Model calls of that run by prompt, and their prompt tokens. */
  readonly tokens: Readonly<Record<string, { readonly calls: number; readonly input: number }>>;
}

/** @param onStale is told why the recorded answers do not fit; everything else is measured all the same */
export async function measure(onStale: (reason: string) => void): Promise<Measured> {
  const recording = readRecording("four-sessions");
  const outcome = await fourSessions(recordedModel("four-sessions")).catch((error: unknown) => {
    onStale(error instanceof Error ? error.message : String(error));
    return undefined;
  });
  return {
    retrieval: { "small-talk": await retrieval("small-talk"), "four-sessions": await retrieval("four-sessions") },
    prompts: renderings(),
    ...(outcome && { graph: { recordedFrom: recording.model, ...outcome } }),
    tokens: tokensBy(recording),
  };
}

const LIMIT = 20;
const digits = (value: number): number => Math.round(value * 10_000) / 10_000;

async function retrieval(fixture: string): Promise<Retrieval> {
  const { conversations } = await readMemqa(fileURLToPath(new URL(`../fixtures/${fixture}.jsonl`, import.meta.url)));
  const rows: { id: string; at5: number; at10: number; first: number }[] = [];
  for (const conversation of conversations) {
    const clock = { time: Date.parse("2030-01-01T00:00:00Z"), now: () => clock.time };
    const memory = new PersonaMemory({ store: new SqliteStore(), update: "off", model: "keyless", clock });
    await memory.remember("gate", conversation.turns.map(messageOf));
    clock.time += 60_000;
    const sessions = new Map(conversation.turns.map(({ id, session }) => [id, session]));
    for (const question of conversation.questions.filter(({ scored }) => scored)) {
      const { hits } = await memory.recall("gate", { query: question.text, now: askedAt(question, conversation), limit: LIMIT });
      const ranked = [...new Set(hits.flatMap(({ sources }) => sources))];
      const held = new Set(question.evidence.flat());
      const first = ranked.findIndex((id) => held.has(question.evidenceUnit === "turn" ? id : sessions.get(id)!)) + 1;
      rows.push({ id: question.id, at5: recallAt(5, ranked, question, sessions), at10: recallAt(10, ranked, question, sessions), first });
    }
    await memory.close();
  }
  const mean = (value: (row: (typeof rows)[number]) => number): number =>
    digits(rows.reduce((sum, row) => sum + value(row), 0) / rows.length);
  return {
    "R@5": mean(({ at5 }) => at5),
    "R@10": mean(({ at10 }) => at10),
    MRR: mean(({ first }) => (first === 0 ? 0 : 1 / first)),
    first: Object.fromEntries(rows.map(({ id, first }) => [id, first])),
  };
}

const ASKED = { question: "Where does Clara live?", answer: "In Braga." };
/** The prompts of the evaluation itself: figures of different judges are not compared. */
const EXAMINING: readonly { name: string; version: number; messages: readonly BaseMessage[] }[] = [
  ...([{ kind: "text", answers: ["Braga"] }, { kind: "points", points: ["names Braga"] }, { kind: "abstain" }] as const).map(
    (expected) => ({
      name: `judge: ${expected.kind}`,
      version: JUDGE_VERSION,
      messages: answerPrompt(ASKED.question, expected, ASKED.answer)!,
    }),
  ),
  ...(["accuracy", "personalisation"] as const).map((criterion) => ({
    name: `judge: pair, ${criterion}`,
    version: JUDGE_VERSION,
    messages: pairPrompt(criterion, {
      question: ASKED.question,
      notes: ["Clara lives in Braga."],
      first: ASKED.answer,
      second: "I don't know.",
    }),
  })),
  {
    name: "plain",
    version: PLAIN_VERSION,
    messages: plainPrompt({ text: ASKED.question, instruction: "Answer.", now: 0 }, [
      { id: "1", session: "1", at: "2026-02-02T18:18:00", speaker: "Nora", role: "user", text: "Clara lives in Braga." },
    ]),
  },
];

const rendering = (version: number, text: string): Measured["prompts"][string] => ({
  version,
  tokens: countTokens(text),
  text: text.split("\n"),
});

const renderings = (): Measured["prompts"] => ({
  ...ours(),
  ...Object.fromEntries(
    EXAMINING.map(({ name, version, messages }) => [name, rendering(version, messages.map(({ text }) => text).join("\n---\n"))]),
  ),
});

const ours = (): Measured["prompts"] =>
  Object.fromEntries(
    [...EXTRACT_CASES, ...CONSOLIDATE_CASES, ...RESPOND_CASES].map(({ name, prompt: { name: prompt, version, system, user } }) => {
      return [`${prompt}: ${name}`, rendering(version, `${system}\n---\n${user}`)];
    }),
  );

function tokensBy({ calls }: Recording): Measured["tokens"] {
  const sums: Record<string, { calls: number; input: number }> = {};
  for (const { message, input } of Object.values(calls)) {
    const tools = (message.data as { tool_calls?: { name: string }[] }).tool_calls ?? [];
    const entry = (sums[tools[0]?.name ?? "respond"] ??= { calls: 0, input: 0 });
    entry.calls += 1;
    entry.input += input;
  }
  return Object.fromEntries(Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1)));
}
