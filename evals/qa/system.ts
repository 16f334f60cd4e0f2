import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { CachedModel } from "../models/cached-model.js";
import type { Conversation, Turn } from "../suite.js";
import type { Asked } from "./ask.js";

/** What a system may use. */
export interface Tools {
  readonly model: CachedModel;
  /** Proposes memories, where a system has such a thing. */
  readonly memoryModel: CachedModel;
  readonly embeddings?: string | EmbeddingsInterface | undefined;
  readonly baseUrl?: string | undefined;
  /** Memories put before the model. */
  readonly limit: number;
  /** Tokens of conversation that fit before the model, for those that show all of it. */
  readonly contextTokens: number;
}

export interface Answered {
  readonly text: string;
  /** Ids of the turns that were put before the model, best first. */
  readonly shown: readonly string[];
  /** What the report should know, such as turns that did not fit. */
  readonly notes?: readonly string[];
}

/** Finds the turns for a question; undefined: there is no memory at all. */
export interface Finder {
  remember(turns: readonly Turn[]): Promise<void>;
  find(asked: Asked): Promise<{ readonly turns: readonly Turn[] | undefined; readonly notes?: readonly string[] }>;
  close?(): Promise<void>;
}
/** What finding needs: no model. */
export type FinderTools = Omit<Tools, "model" | "memoryModel">;
export type OpenFinder = (tools: FinderTools) => Promise<Finder> | Finder;

/** A system with the memory of one conversation. Questions are asked apart: none of them is remembered. */
export interface Subject {
  /** Turns in their order, with their times. `whole` says that no session is cut off by the end of them. */
  remember(turns: readonly Turn[], options: { readonly whole: boolean }): Promise<readonly string[]>;
  answer(asked: Asked): Promise<Answered>;
  close(): Promise<void>;
}

/** What a conversation weighs, for an estimate. Tokens are of all turns and all questions. */
export interface Load {
  readonly turns: number;
  readonly exchanges: number;
  readonly sessions: number;
  readonly tokens: number;
  readonly questions: number;
  readonly questionTokens: number;
  readonly limit: number;
  readonly contextTokens: number;
}

export interface Estimate {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
}

export interface System {
  readonly name: string;
  open(conversation: Conversation, tools: Tools): Promise<Subject>;
  /** Where it puts turns into an order without asking a model: for retrieval alone. */
  readonly finder?: OpenFinder;
  /** Calls and tokens of the answering model, and of the memory model. Rough, and rather too high. */
  estimate(load: Load): { readonly model: Estimate; readonly memoryModel: Estimate };
}

export const NO_CALLS: Estimate = { calls: 0, input: 0, output: 0 };
/** Rules, question and a short answer. */
const FIXED = 150;
const ANSWER = 80;

/** One call a question over so many tokens of memory each. */
export const perQuestion = ({ questions, questionTokens }: Load, memory: number): Estimate => ({
  calls: questions,
  input: questions * (FIXED + memory) + questionTokens,
  output: questions * ANSWER,
});
