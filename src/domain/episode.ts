import type { Consolidation } from "./consolidation.js";
import type { MessageRecord } from "./message.js";
import { memoryId, type MemoryRecord } from "./record.js";

/** One topic of one session: a third-person summary (`text`) and the messages it came from (`sources`). */
export interface EpisodeRecord extends MemoryRecord<"episode"> {
  readonly topic: string;
  /** Key of the session's first message. */
  readonly session: string;
  readonly from: number;
  readonly to: number;
}

/** The episodes that a consolidation amounts to. Ids come from the session, so that filing it again replaces them. */
export function episodesOf(filed: Consolidation, messages: readonly MessageRecord[], recordedAt: number): EpisodeRecord[] {
  const times = new Map(messages.map((message) => [message.key, message.at]));
  return filed.topics.flatMap((topic, i): EpisodeRecord[] => {
    if (topic.deleted) return [];
    const at = topic.messages.map((key) => times.get(key)).filter((time) => time !== undefined);
    const from = at.length > 0 ? Math.min(...at) : filed.from;
    const episode: EpisodeRecord = {
      id: memoryId("episode", `${filed.session}.${i}`),
      kind: "episode",
      topic: topic.topic,
      text: topic.summary,
      keywords: topic.keywords,
      session: filed.session,
      at: from,
      from,
      to: at.length > 0 ? Math.max(...at) : filed.to,
      recordedAt,
      sources: topic.messages,
      status: "current",
      version: 1,
    };
    return [episode];
  });
}
