import { MEMORIES_TAG } from "../../../prompts/respond.js";
import { findDates, readLocal, sayIsoDay, type DateSpan } from "./dates.js";
import { rows } from "./extract.js";
import { findingsOf } from "./findings.js";
import type { Language } from "./language.js";
import { namesOccupation } from "./lexicon.js";
import { coverage, type Question } from "./question.js";
import { isQuestion, sentences } from "./sentences.js";
import { slotsOf, type Slot } from "./slots.js";
import { clip, contentStems } from "./words.js";

/** Something at hand that may answer a question, from a fence, the conversation or the profile. Data, whatever it says. */
export interface Evidence {
  readonly origin: "conversation" | "profile" | "fact" | "habit" | "message" | "assistant" | "other" | "episode" | "pasted" | "past";
  readonly text: string;
  readonly time: string;
  readonly mark?: string;
  readonly speaker?: string;
}
export interface Hit extends Evidence {
  readonly quote: string;
  readonly score: number;
  readonly slots: readonly Slot[];
  readonly dates: readonly DateSpan[];
}

const ORIGIN: readonly (readonly [RegExp, Evidence["origin"]])[] = [
  // Pasted text is somebody else's word, whatever kind of memory it became.
  [/untrusted|^pasted/, "pasted"],
  [/^past\b/, "past"],
  [/^(?:fact|picture)\b/, "fact"],
  [/^(?:habit|procedure|goal)/, "habit"],
  [/^episode/, "episode"],
  [/^(?:you said|assistant)/, "assistant"],
  [/^(?:user|message)/, "message"],
];

export function memories(text: string): Evidence[] {
  return rows(MEMORIES_TAG, text).flatMap(([mark, kind, time, said]) => {
    if (typeof mark !== "string" || typeof said !== "string") return [];
    const label = String(kind).toLowerCase();
    const origin = ORIGIN.find(([pattern]) => pattern.test(label))?.[1] ?? "other";
    return [{ origin, text: said, time: String(time), mark, ...(origin === "other" && { speaker: String(kind).replace(/ said$/, "") }) }];
  });
}

/** What is analysed of one memory; the graph clips them to about as much. */
const MAX_READ = 800;
/** Less than this of the question and the memory is about something else. */
const ENOUGH = 0.5;

function score(evidence: Evidence, question: Question, language: Language): Hit | undefined {
  const text = evidence.text.slice(0, MAX_READ);
  const spoken = /^(?:message|conversation|other|assistant)$/.test(evidence.origin);
  const parts = sentences(text).filter((part) => !(spoken && isQuestion(part)));
  if (parts.length === 0 || (evidence.origin === "assistant" && !question.assistant)) return undefined;
  const at = readLocal(evidence.time);
  const read = parts.map((part) => {
    // A message is understood as the fact it states: "I'm 34" answers "how old am I".
    const facts =
      evidence.origin === "message" || evidence.origin === "conversation" ? findingsOf(part, evidence.time || "2000-01-01", language) : [];
    const stated = evidence.origin === "conversation" && !at ? [] : facts;
    const stems = new Set([
      ...contentStems(`${part} ${facts.map((fact) => fact.text.replace(/\d+ \w+ 2000|\bin 2000\b/g, "")).join(" ")}`),
      ...(namesOccupation(part) ? ["job"] : []),
    ]);
    return {
      part,
      stems,
      slots: [...slotsOf(part), ...facts.flatMap((fact) => slotsOf(fact.text))],
      covers: coverage(question, stems),
      stated,
    };
  });
  const best = [...read].sort((a, b) => b.covers - a.covers)[0]!;
  const whole = coverage(question, new Set(read.flatMap((one) => [...one.stems])));
  // Two halves of an answer in two sentences still answer, a little less well.
  const covers = Math.max(best.covers, whole - 0.1);
  const dates = at ? findDates(best.part, at, language) : [];
  const period = question.period;
  const days = [...dates.map((date) => date.from.slice(0, 10)), ...(at ? [evidence.time.replace(/^\D+/, "").slice(0, 10)] : [])];
  const inside = period !== undefined && days.some((day) => day >= period.from.slice(0, day.length) && day <= period.to);
  const value =
    question.terms.length === 0
      ? inside || question.everything
        ? 1
        : 0
      : question.everything
        ? 1
        : covers + (inside ? 0.2 : period ? -0.2 : 0) + (question.when && dates.length > 0 ? 0.15 : 0);
  if (value < ENOUGH) return undefined;
  return {
    ...evidence,
    quote: clip(text.length <= 200 && whole > best.covers - 0.01 && parts.length < 3 ? text.trim() : best.part, 300),
    score: value,
    slots: best.slots,
    dates,
  };
}

/** The conversation knows best, then facts that hold now; among equals the later one. */
const RANK: Readonly<Record<Evidence["origin"], number>> = {
  conversation: 0,
  fact: 1,
  habit: 2,
  profile: 3,
  message: 4,
  other: 5,
  assistant: 6,
  episode: 7,
  pasted: 8,
  past: 9,
};
const day = (hit: Evidence): string => hit.time.replace(/^\D+/, "");
const order = (a: Hit, b: Hit): number => RANK[a.origin] - RANK[b.origin] || (day(a) < day(b) ? 1 : day(a) > day(b) ? -1 : 0);

/** The best answers, at most three, without what a better one replaces or repeats. */
export function choose(all: readonly Evidence[], question: Question, language: Language): Hit[] {
  const scored = all.flatMap((evidence) => score(evidence, question, language) ?? []);
  // What the user said goes before what the user pasted, however well the latter fits.
  const own = scored.filter((hit) => hit.origin !== "pasted");
  const hits = own.length > 0 ? own : scored;
  const current = hits.filter((hit) => hit.origin !== "past");
  const fit =
    question.past && current.length < hits.length ? hits.filter((hit) => hit.origin === "past") : current.length > 0 ? current : hits;
  const kept: Hit[] = [];
  for (const hit of [...fit].sort(order)) {
    const beaten = kept.some((better) => better.slots.some((slot) => hit.slots.some((mine) => mine.slot === slot.slot)));
    if (!beaten || (question.past && hit.origin === "past")) kept.push(hit);
  }
  const best = Math.max(0, ...kept.map((hit) => hit.score));
  const seen = new Set<string>();
  return kept
    .filter((hit) => hit.score >= best - 0.35 && !seen.has(hit.quote) && seen.add(hit.quote))
    .sort((a, b) => b.score - a.score || order(a, b))
    .slice(0, 3);
}

const dayOf = (time: string): string => {
  const iso = /\d{4}-\d{2}-\d{2}/.exec(time)?.[0];
  return iso ? sayIsoDay(iso) : "an unknown day";
};

/** One quoted memory with its date and mark. */
export function quote(hit: Hit, cites: boolean): string {
  const on = dayOf(hit.time);
  const lead = {
    conversation: "Earlier in this conversation you said",
    profile: "Your profile says",
    fact: `I remember, as of ${on}`,
    habit: "I remember as a habit or goal of yours",
    message: `You told me on ${on}`,
    assistant: `I said on ${on}`,
    other: `${hit.speaker ?? "Somebody"} said on ${on}`,
    episode: `From a conversation on ${on}`,
    pasted: `A text that you pasted, of ${on}, says`,
    past: `No longer so, but once, as of ${on}`,
  }[hit.origin];
  return `${lead}: "${hit.quote.replaceAll('"', "'")}"${cites && hit.mark ? ` [${hit.mark}]` : ""}`;
}
