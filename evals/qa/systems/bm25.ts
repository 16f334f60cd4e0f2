import MiniSearch from "minisearch";
import { stems } from "../../models/stems.js";
import type { Turn } from "../../suite.js";
import { said } from "../ask.js";
import { rankingSystem } from "./plain.js";

/**
 * The classic baseline, and no straw man: BM25 over turns with their speakers (MiniSearch), over the same stems as our own recall, without
 * stop words, Chinese in pairs of characters. What ours finds beyond it is its ranking, not its reading of words.
 */
export const ragBm25 = rankingSystem("rag-bm25", ({ limit }) => {
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ["text"],
    tokenize: stems,
    processTerm: (term) => term,
    // Without the floor of BM25+.
    searchOptions: { bm25: { k: 1.2, b: 0.75, d: 0 } },
  });
  const turns: Turn[] = [];
  return {
    remember: async (more) => {
      index.addAll(more.map((turn, n) => ({ id: turns.length + n, text: `${turn.speaker}: ${said(turn)}` })));
      turns.push(...more);
    },
    find: async ({ text }) => ({
      turns: index
        .search(text)
        .slice(0, limit)
        .map(({ id }) => turns[id as number]!),
    }),
  };
});
