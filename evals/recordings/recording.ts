import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { z } from "zod";
import { CachedModel } from "../models/cached-model.js";
import { CallSchema, type Call, type CallStore } from "../models/call-store.js";
import { Meter } from "../models/meter.js";
import { isFree } from "../models/prices.js";

/** Answers of one model to the prompts of a scenario. `npm run eval:record -- --model NAME` makes them again. */
export const RecordingSchema = z
  .object({
    schema: z.literal("personagraph-recording/1"),
    model: z.string(),
    /** Rules and scripts say so here: what they answered is not what a language model answers. */
    languageModel: z.boolean(),
    note: z.string(),
    calls: z.record(z.string().regex(/^[0-9a-f]{64}$/), CallSchema.omit({ ms: true })),
  })
  .refine(({ model, languageModel }) => !(isFree(model) && languageModel), "keyless and scripted models are no language models");
export type Recording = z.infer<typeof RecordingSchema>;

export type RecordingName = "prompts" | "four-sessions";
export const recordingFile = (name: RecordingName): string => fileURLToPath(new URL(`./${name}.json`, import.meta.url));

/** @throws Error that names what is wrong with the file */
export function readRecording(name: RecordingName): Recording {
  const file = recordingFile(name);
  const read = RecordingSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!read.success) throw new Error(`${file} is no recording: ${z.prettifyError(read.error)}`);
  return read.data;
}

/** The key holds the scenario and not the model, so that a recording of another model answers the same prompts. */
const modelOver = (name: RecordingName, calls: CallStore, inner: () => Promise<BaseChatModel>): CachedModel =>
  new CachedModel({ name: `recorded:${name}`, inner, calls, meter: new Meter(), sameIds: true });

/** A model that answers from a recording, and fails with the way out where it has no answer. */
export function recordedModel(name: RecordingName): CachedModel {
  const { calls, model } = readRecording(name);
  const store: CallStore = { get: async (key) => calls[key] && { ...calls[key], ms: 0 }, put: async () => {} };
  return modelOver(name, store, () => {
    throw new Error(
      `The recording ${name} (${model}) has no answer to this prompt: a prompt, a schema or what is recalled has changed. Make it again: npm run eval:record -- --model ${model}`,
    );
  });
}

/** A model that answers itself and keeps its answers; `save` writes them. */
export function recordingModel(name: RecordingName, modelName: string, model: BaseChatModel): { model: CachedModel; save: () => number } {
  const calls = new Map<string, Call>();
  const store: CallStore = { get: async (key) => calls.get(key), put: async (key, call) => void calls.set(key, call) };
  return {
    model: modelOver(name, store, () => Promise.resolve(model)),
    save() {
      const languageModel = !isFree(modelName);
      const said = languageModel ? `Recorded from ${modelName}.` : `Recorded from ${modelName}: rules or a script, not a language model.`;
      const sorted = [...calls]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, { ms: _, ...call }]) => [key, { ...call, message: withoutIds(call.message) }] as const);
      const recording: Recording = {
        schema: "personagraph-recording/1",
        model: modelName,
        languageModel,
        note: `${said} Made again by: npm run eval:record -- --model ${modelName}`,
        calls: Object.fromEntries(sorted),
      };
      writeFileSync(recordingFile(name), `${JSON.stringify(RecordingSchema.parse(recording), null, 1)}\n`);
      return calls.size;
    },
  };
}

/** Ids of messages change with every call and mean nothing in a recording. */
const withoutIds = (message: Call["message"]): Call["message"] => {
  const { id: _, ...data } = message.data as typeof message.data & { id?: string };
  return { ...message, data: data };
};
