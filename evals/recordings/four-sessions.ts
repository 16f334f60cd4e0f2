import { fileURLToPath } from "node:url";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { type AIMessage, HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { createPersonaAgent, PersonaMemory, SqliteStore, type Recalled } from "../../src/index.js";
import { readMemqa } from "../loaders/memqa.js";
import { ask } from "../qa/ask.js";
import { DiscardWrites } from "../qa/systems/discard-writes.js";
import { sessionsIn } from "../suite.js";

const USER = "nora";

/** What the whole graph made of the four sessions: what it remembers, and what it answers. */
export interface Outcome {
  readonly facts: readonly string[];
  readonly habits: readonly string[];
  readonly identity: readonly string[];
  readonly preferences: readonly string[];
  readonly episodes: readonly string[];
  readonly personality: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, string>>;
}

/**
 * Nora's four sessions through the whole graph, message by message: recall, answer, log, extract and, when a session has ended,
 * consolidate. Then her questions, over a store that keeps no writes.
 */
export async function fourSessions(model: BaseChatModel): Promise<Outcome> {
  const { conversations } = await readMemqa(fileURLToPath(new URL("../fixtures/four-sessions.jsonl", import.meta.url)));
  const nora = conversations[0]!;
  const clock = { time: 0, now: () => clock.time };
  const store = new SqliteStore();
  const common = { model, clock, citations: true } as const;
  const agent = createPersonaAgent({ ...common, store, update: "inline", checkpointer: new MemorySaver() });
  for (const turn of sessionsIn(nora)
    .flat()
    .filter(({ role }) => role === "user")) {
    clock.time = Date.parse(`${turn.at!}Z`);
    const message = new HumanMessage({ id: turn.id, content: turn.text, additional_kwargs: { at: clock.time } });
    await agent.invoke({ messages: [message] }, { context: { userId: USER }, configurable: { thread_id: turn.session } });
  }
  const memory = new PersonaMemory({ ...common, store, update: "off" });
  clock.time += 3_600_000 * 2;
  await memory.flush(USER);
  const asking = createPersonaAgent({ ...common, store: new DiscardWrites(store), update: "off" });
  const answers: Record<string, string> = {};
  for (const question of nora.questions) {
    const { text, now } = ask(question, nora);
    clock.time = Math.max(clock.time, now);
    const state = await asking.invoke(
      { messages: [new HumanMessage({ id: question.id, content: text, additional_kwargs: { at: now } })] },
      { context: { userId: USER } },
    );
    answers[question.id] = unmarked(state.messages.at(-1) as AIMessage, state.recalled);
  }
  const profile = await memory.profile(USER);
  const { scores } = await memory.personality(USER);
  const outcome: Outcome = {
    facts: (await memory.list(USER, "fact")).map(({ text, status }) => (status === "current" ? text : `(${status}) ${text}`)),
    habits: (await memory.list(USER, "procedure")).map(({ text }) => text),
    identity: profile.identity.map(({ field, value }) => `${field}: ${value}`),
    preferences: profile.preferences.map(({ text }) => text),
    episodes: (await memory.list(USER, "episode")).map(({ text }) => text),
    personality: Object.fromEntries(Object.entries(scores).map(([trait, score]) => [trait, Math.round(score * 1e6) / 1e6])),
    answers,
  };
  await memory.close();
  return outcome;
}

/** Marks are made of ids; what they stand for is easier to compare. */
function unmarked(answer: AIMessage, recalled: readonly Recalled[]): string {
  const named = new Map(recalled.map(({ mark, id }) => [mark, id]));
  return answer.text.replace(/\[(m[0-9a-z]+)\]/g, (_, mark: string) => `[${named.get(mark) ?? mark}]`);
}
