import type { Exchange } from "./workload.js";

/** What a process of the soak is started with. */
export interface WorkerOptions {
  readonly folder: string;
  readonly seed: number;
  readonly rate: number;
  readonly process: number;
  readonly processes: number;
  readonly kills: number;
  readonly exchanges: number;
}

/** What the client asks of a process. */
export type Request = { readonly n: number } & (
  | { readonly do: "turn"; readonly exchange: Exchange; readonly thread: string; readonly now: number }
  | { readonly do: "flush"; readonly userId: string; readonly endSession: boolean; readonly now: number }
  /** From here on nothing goes wrong. */
  | { readonly do: "calm" }
);
export type RequestBody = Request extends infer R ? (R extends { n: number } ? Omit<R, "n"> : never) : never;

export type Reply =
  | { readonly ready: true }
  | { readonly n: number; readonly ok: true; readonly pending?: readonly object[] }
  | { readonly n: number; readonly ok: false; readonly error: string }
  | { readonly leak: string }
  | { readonly calls: { readonly answer: number; readonly extract: number; readonly consolidate: number } };

export const storePath = (folder: string): string => `${folder}/memory.db`;
