import { HumanMessage } from "@langchain/core/messages";
import { createPersonaAgent, PersonaMemory, SqliteStore } from "../../../src/index.js";
import { messageKey } from "../../../src/domain/message.js";
import { messageOf } from "../../retrieval/replay.js";
import { perQuestion, type System } from "../system.js";
import { DiscardWrites } from "./discard-writes.js";
import { lastTime } from "./recall-only.js";

const USER = "eval";

/**
 * The whole of this package: messages are remembered with their times, facts, episodes, habits, profile and personality derived by the
 * memory model, and the agent graph answers, searching when it wants to. It answers over a store that keeps no writes, so that questions
 * do not become memories of each other.
 */
export const personagraph: System = {
  name: "personagraph",
  async open(_, { model, memoryModel, embeddings, baseUrl, limit }) {
    const clock = { time: 0, now: () => clock.time };
    const store = new SqliteStore();
    const common = {
      model,
      memoryModel,
      clock,
      update: "off",
      ...(embeddings !== undefined && { embeddings }),
      ...(baseUrl !== undefined && { baseUrl }),
    } as const;
    const memory = new PersonaMemory({ ...common, store });
    const asking = new DiscardWrites(store);
    const agents = new Map<string, ReturnType<typeof createPersonaAgent>>();
    const agentFor = (instructions: string): ReturnType<typeof createPersonaAgent> => {
      const known = agents.get(instructions) ?? createPersonaAgent({ ...common, store: asking, instructions, recall: { limit } });
      agents.set(instructions, known);
      return known;
    };
    const turnOf = new Map<string, string>();
    let asked = 0;
    return {
      async remember(turns, { whole }) {
        clock.time = Math.max(clock.time, lastTime(turns));
        for (const { id } of turns) turnOf.set(messageKey(id), id);
        const { warnings } = await memory.remember(USER, turns.map(messageOf));
        const pending = await memory.flush(USER, { endSession: whole });
        const left = whole ? pending.length : pending.filter(({ stage }) => stage !== "consolidate").length;
        return left > 0 ? [...warnings, `${left} updates failed and are not in memory`] : warnings;
      },
      async answer({ text, instruction, now }) {
        clock.time = Math.max(clock.time, now);
        const message = new HumanMessage({ id: `question-${asked++}`, content: text, additional_kwargs: { at: now } });
        const state = await agentFor(instruction).invoke({ messages: [message] }, { context: { userId: USER } });
        // The messages of an episode that are shown stand among the recalled by themselves; its summary is not taken for them.
        const told = state.recalled.filter(({ kind }) => kind === "message" || kind === "fact");
        const shown = [...new Set(told.flatMap(({ sources }) => sources))].flatMap((key) => turnOf.get(key) ?? []);
        return { text: (state.messages.at(-1)?.text ?? "").replace(/\s*\[m[0-9a-z]+\]/g, ""), shown, notes: Object.values(state.warnings) };
      },
      close: () => memory.close(),
    };
  },
  estimate: (load) => ({
    // One search in every second question, and 1,500 tokens of memories (6,000 characters) each time.
    model: perQuestion({ ...load, questions: Math.ceil(load.questions * 1.5) }, 2200),
    memoryModel: {
      calls: load.exchanges + load.sessions,
      input: load.exchanges * 1500 + load.sessions * 900 + 2 * load.tokens,
      output: load.exchanges * 120 + load.sessions * 400,
    },
  }),
};
