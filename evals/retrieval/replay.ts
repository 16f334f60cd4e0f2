import type { IncomingMessage } from "../../src/index.js";
import type { Conversation, Question, Turn } from "../suite.js";

/** A turn as a message; a picture is what its caption says. Sessions are threads. */
export const messageOf = (turn: Turn): IncomingMessage => ({
  id: turn.id,
  role: turn.role,
  text: turn.caption ? `${turn.text}\n[${turn.caption}]` : turn.text,
  at: turn.at ?? undefined,
  speaker: turn.speaker,
  thread: turn.session,
});

/** When a question is asked: as it says, else right after the last turn. Times without a zone are UTC. */
export function askedAt(question: Question, { turns }: Conversation): number {
  const time = question.askedAt ?? turns.at(-1)?.at;
  const at = time ? Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(time.slice(10)) || !time.includes("T") ? time : `${time}Z`) : NaN;
  return Number.isFinite(at) ? at + (question.askedAt ? 0 : 60_000) : Date.now();
}

/** Share of the evidence in the first `k`, as score-retrieval.mjs counts it. */
export function recallAt(k: number, ranked: readonly string[], question: Question, sessions: ReadonlyMap<string, string>): number {
  const units = question.evidenceUnit === "session" ? [...new Set(ranked.map((id) => sessions.get(id) ?? id))] : ranked;
  const first = new Set(units.slice(0, k));
  return question.evidence.filter((group) => group.some((id) => first.has(id))).length / question.evidence.length;
}
