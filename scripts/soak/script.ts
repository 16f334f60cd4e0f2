import type { BaseMessage } from "@langchain/core/messages";
import type { ConsolidateProposal } from "../../prompts/consolidate.js";
import type { ExtractProposal } from "../../prompts/extract.js";
import { readFence } from "../../prompts/prompt.js";
import { HABIT, IDENTITY, LIKING, QUESTION, QUIT, STATED, THING_ENDED, TRAIT } from "./sentences.js";

/**
 * What stands for the language model: it reads the prompt, and what it proposes follows from that alone. So it depends on what is
 * known at the time, as a real model does, and a run without faults defines what should have come of it.
 */
type Row = readonly [n: number, role: string, time: string, text: string];
type Known = readonly [id: string, since: string, text: string];
type Change = ExtractProposal["changes"][number];

const NEUTRAL = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };

/** The prompt proper: in a repair it is not the last message. */
export const promptOf = (messages: readonly BaseMessage[], tag: string): string =>
  messages.findLast((message) => message.getType() === "human" && message.text.includes(`<${tag}>\n`))?.text ?? "";

export function proposeMemory(prompt: string): ExtractProposal {
  const known = readFence("known", prompt) as Known[];
  const said = (readFence("exchange", prompt) as Row[]).filter(([, role]) => role === "user");
  const traits = { ...NEUTRAL };
  for (const [, , , text] of said) {
    const cue = TRAIT.exec(text);
    if (cue) traits[cue[1] as keyof typeof traits] = Number(cue[2]);
  }
  return { changes: said.flatMap(([n, , , text]) => changesOf(n, text, known)), traits };
}

function changesOf(source: number, text: string, known: readonly Known[]): Change[] {
  const about = (slot: string): Known | undefined => known.find(([, , fact]) => fact.startsWith(`The user's ${slot} is `));
  const stated = STATED.exec(text);
  if (stated) {
    const [, slot, value, when] = stated;
    const before = about(slot!);
    const fact = `The user's ${slot!} is ${value!}.`;
    if (before?.[2] === fact) return [];
    return [
      {
        op: before ? "UPDATE" : "ADD",
        id: before?.[0] ?? null,
        text: fact,
        keywords: [slot!],
        when: when ?? null,
        source,
        confidence: 0.9,
      },
    ];
  }
  const ended = THING_ENDED.exec(text);
  const over = ended && about(ended[1]!);
  return over ? [{ op: "DELETE", id: over[0], text: "", keywords: [], when: null, source, confidence: 1 }] : [];
}

export function proposeSummary(prompt: string): ConsolidateProposal {
  const rows = readFence("session", prompt) as Row[];
  const habits = new Map(readFence("habits", prompt) as [string, string][]);
  const identity = new Map(readFence("identity", prompt) as [string, string][]);
  const preferences = new Map(readFence("preferences", prompt) as [string, string][]);
  const said = rows.filter(([, role]) => role === "user");
  const proposal: ConsolidateProposal = { topics: topicsOf(said, rows), habits: [], identity: [], preferences: [] };
  for (const [source, , , text] of said) {
    const [, day, deed] = HABIT.exec(text) ?? [];
    const quit = QUIT.exec(text)?.[1]?.toLowerCase();
    const [, field, value] = IDENTITY.exec(text) ?? [];
    const [, taste, liked] = LIKING.exec(text) ?? [];
    if (day && deed) note(habits, proposal.habits, { op: "SET", key: day.toLowerCase(), text: `Every ${day}: ${deed}.`, source });
    if (quit && habits.has(quit)) note(habits, proposal.habits, { op: "REMOVE", key: quit, text: "", source });
    if (taste && liked) note(preferences, proposal.preferences, { op: "SET", key: taste, text: `Likes ${liked} for ${taste}.`, source });
    if (field && value && identity.get(field) !== value) {
      identity.set(field, value);
      proposal.identity.push({ field, value, source });
    }
  }
  return proposal;
}

type Entry = ConsolidateProposal["habits"][number];

/** Only what is new or different is proposed; what the session itself said before counts as known. */
function note(known: Map<string, string>, proposed: Entry[], entry: Entry): void {
  if (entry.op === "REMOVE") known.delete(entry.key);
  else if (known.get(entry.key) === entry.text) return;
  else known.set(entry.key, entry.text);
  proposed.push(entry);
}

function topicsOf(said: readonly Row[], rows: readonly Row[]): ConsolidateProposal["topics"] {
  const things = said.filter(([, , , text]) => STATED.test(text) || THING_ENDED.test(text) || QUESTION.test(text));
  const rest = said.filter((row) => !things.includes(row));
  const topic = (name: string, about: readonly Row[]) =>
    about.length > 0
      ? [
          {
            topic: name,
            summary: `The user said: ${about.map(([, , , text]) => text).join(" ")}`,
            keywords: [name],
            messages: about.map(([n]) => n),
          },
        ]
      : [];
  const topics = [...topic("things", things), ...topic("talk", rest)];
  return topics.length > 0
    ? topics
    : [{ topic: "nothing", summary: "Nothing was said by the user.", keywords: [], messages: rows.map(([n]) => n) }];
}

/** What the assistant says follows from the user's words alone, so that every run says the same. */
export function answerTo(messages: readonly BaseMessage[]): { search?: string; text: string } {
  const asked = messages.findLast((message) => message.getType() === "human")!.text.split("\n\n<memories>")[0]!;
  const searched = messages.some((message) => message.getType() === "tool");
  const slot = QUESTION.exec(asked)?.[1];
  return { text: `You said: ${asked}`, ...(slot !== undefined && !searched && { search: `my ${slot}` }) };
}
