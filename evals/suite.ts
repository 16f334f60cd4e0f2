/** What every data set is turned into: conversations, and questions whose answers and evidence are known. */

export interface Turn {
  /** Unique in its conversation. */
  readonly id: string;
  readonly session: string;
  /** ISO 8601, without a zone where the data have none; null when unknown. */
  readonly at: string | null;
  readonly speaker: string;
  /** `peer` is another person; `record` a stored note, such as a purchase. */
  readonly role: "user" | "assistant" | "peer" | "record";
  readonly text: string;
  /** What a picture shows, where the data say so. */
  readonly caption?: string | undefined;
  /** Paths of image files that exist, or data: URLs. */
  readonly images?: readonly string[];
}

/** How an answer is told right from wrong. */
export type Expected =
  /** Any of these answers. With `list`, the answer has several parts, separated by commas, and each counts. */
  | { readonly kind: "text"; readonly answers: readonly string[]; readonly list?: boolean }
  /** The label of the one right option. */
  | { readonly kind: "choice"; readonly options: Readonly<Record<string, string>>; readonly answer: string }
  /** What a good answer says or heeds; only a judge can tell. */
  | { readonly kind: "points"; readonly points: readonly string[] }
  /** The conversation does not hold the answer, and the assistant should say so. */
  | { readonly kind: "abstain" }
  /** The data name evidence and no answer: for retrieval only. */
  | { readonly kind: "none" };

export interface Question {
  /** Unique in its suite. */
  readonly id: string;
  readonly text: string;
  readonly category: string;
  /** ISO 8601; null: right after the last turn that it may know of. */
  readonly askedAt: string | null;
  readonly expected: Expected;
  /** Groups, all of which are needed; any member of a group will do. */
  readonly evidence: readonly (readonly string[])[];
  readonly evidenceUnit: "turn" | "session";
  /** Whether the evidence is good enough to measure retrieval by. */
  readonly scored: boolean;
  /** How many turns of the conversation it may know of; absent: all. */
  readonly until?: number;
}

export interface Conversation {
  readonly id: string;
  /** In the order of speaking. */
  readonly turns: readonly Turn[];
  readonly questions: readonly Question[];
}

/** The ways in which files are wrong. Only `half-written` makes a file useless as a whole. */
export const FAULT_KINDS = ["half-written", "schema", "category", "key", "image", "reference", "evidence", "time"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Something wrong in a file. Questions that it makes useless are left out, and counted here. */
export interface Fault {
  readonly kind: FaultKind;
  /** File and place, as `locomo10.json: [3].qa[12]`. */
  readonly where: string;
  readonly what: string;
  /** Questions that are left out because of it. */
  readonly questions: number;
}
export type Report = (fault: Fault) => void;

export interface LoaderOptions {
  /** Which part of a data set that has several: a noise level, a size, a form. Each loader says what it knows. */
  readonly variant?: string | undefined;
}

/** Reads a data set as it is distributed, one conversation after the other. What is wrong goes to `report`, never into a question. */
export type Loader = (path: string, report: Report, options?: LoaderOptions) => AsyncIterable<Conversation>;

/** In the order of speaking: by time, and where times are equal or unknown by place. The sort is stable. */
export const inOrder = (turns: readonly Turn[]): Turn[] =>
  [...turns].sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : (a.at ?? "") > (b.at ?? "") ? 1 : 0));

/** The sessions of a conversation, in their order. */
export function sessionsIn({ turns }: Pick<Conversation, "turns">): Turn[][] {
  const sessions = new Map<string, Turn[]>();
  for (const turn of turns) {
    const known = sessions.get(turn.session);
    if (known) known.push(turn);
    else sessions.set(turn.session, [turn]);
  }
  return [...sessions.values()];
}
