import type { RecallHit, RecallRequest, RecallResult } from "../domain/recall.js";
import { sameText } from "../domain/text.js";
import type { MemoryLog } from "../store/memory-log.js";
import type { Recall } from "./index-port.js";

/** TEMPORARY: word overlap over everything. */
export function createRecall({ log }: { log: MemoryLog }): Recall {
  return {
    async recall(userId: string, request: RecallRequest): Promise<RecallResult> {
      const user = log.of(userId);
      const kinds = request.kinds ?? (["message", "fact", "episode"] as const);
      const records = (await Promise.all(kinds.map((kind) => user.list(kind)))).flat();
      const words = new Set(sameText([request.query, ...(request.keywords ?? [])].join(" ")).split(" ").filter((w) => w.length > 2));
      const exclude = new Set(request.exclude ?? []);
      const hits = records
        .filter((r) => !exclude.has(r.id))
        .map((record): RecallHit => {
          const score = sameText(record.text).split(" ").filter((w) => words.has(w)).length;
          return { id: record.id, kind: record.kind, text: record.text, at: record.at, score, why: { words: score }, sources: record.sources, record };
        })
        .filter((h) => h.score > 0)
        .sort((a, b) => b.score - a.score);
      const limit = request.limit ?? 10;
      return { hits: hits.slice(0, limit), beyond: Math.max(0, hits.length - limit) };
    },
    drop: async () => undefined,
    close: async () => undefined,
  };
}
