import { said } from "../../qa/ask.js";
import { rankingSystem } from "../../qa/systems/plain.js";
import type { Turn } from "../../suite.js";
import { openMem0, search, USER } from "./open.js";

/** mem0's search by itself, vectors and words together: every turn is added as it is (`infer: false`), so that no model is asked. */
export const mem0Raw = rankingSystem("mem0-raw", async (tools) => {
  const { memory, close } = await openMem0(tools, { baseURL: "http://127.0.0.1:9/v1", model: "none" });
  const turns = new Map<string, Turn>();
  return {
    async remember(more) {
      for (const turn of more) {
        turns.set(turn.id, turn);
        const role = turn.role === "assistant" ? "assistant" : "user";
        await memory.add([{ role, content: `${turn.speaker}: ${said(turn)}` }], {
          userId: USER,
          metadata: { turns: [turn.id], at: turn.at },
          infer: false,
        });
      }
    },
    async find({ text }) {
      const { results } = await search(memory, text, tools.limit);
      return { turns: [...new Set(results.flatMap(({ metadata }) => metadata?.turns ?? []))].map((id) => turns.get(id)!) };
    },
    close: async () => close(),
  };
});
