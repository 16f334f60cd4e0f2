import { PersonaMemory, SqliteStore } from "../../../src/index.js";
import { messageKey } from "../../../src/domain/message.js";
import { messageOf } from "../../retrieval/replay.js";
import type { Turn } from "../../suite.js";
import { timeOf } from "../ask.js";
import { rankingSystem } from "./plain.js";

const USER = "eval";

/** Our recall alone, over the messages as they were said: nothing is derived, and the prompt is the plain one. */
export const recallOnly = rankingSystem("recall-only", ({ embeddings, baseUrl, limit }) => {
  const clock = { time: 0, now: () => clock.time };
  const memory = new PersonaMemory({
    store: new SqliteStore(),
    update: "off",
    model: "keyless",
    clock,
    ...(embeddings !== undefined && { embeddings }),
    ...(baseUrl !== undefined && { baseUrl }),
  });
  const turns = new Map<string, Turn>();
  return {
    async remember(said) {
      clock.time = Math.max(clock.time, lastTime(said));
      for (const turn of said) turns.set(messageKey(turn.id), turn);
      await memory.remember(USER, said.map(messageOf));
    },
    async find({ text, now }) {
      const { hits } = await memory.recall(USER, { query: text, now, limit });
      return { turns: [...new Set(hits.flatMap(({ sources }) => sources))].flatMap((key) => turns.get(key) ?? []) };
    },
    close: () => memory.close(),
  };
});

/** A moment after the last of them; turns without a time are taken as said now. */
export const lastTime = (turns: readonly Turn[]): number => Math.max(0, ...turns.map(({ at }) => timeOf(at) ?? Date.now())) + 1000;
