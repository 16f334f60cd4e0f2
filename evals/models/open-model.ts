import { resolveModel } from "../../src/models/resolve.js";
import { CachedModel } from "./cached-model.js";
import type { CallStore } from "./call-store.js";
import type { Meter } from "./meter.js";
import { scriptedFile } from "./scripted-file.js";

export interface OpenModelOptions {
  readonly calls: CallStore;
  readonly meter: Meter;
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** A model by name, with its answers kept: `keyless`, `scripted:FILE`, or any name that the package takes, such as `openai:gpt-5-mini`. */
export async function openModel(name: string, { calls, meter, baseUrl, apiKey }: OpenModelOptions): Promise<CachedModel> {
  if (name.startsWith("scripted:")) {
    const { model, digest } = await scriptedFile(name.slice("scripted:".length));
    return new CachedModel({ name, inner: () => Promise.resolve(model), calls, meter, params: { digest } });
  }
  let inner: ReturnType<typeof resolveModel> | undefined;
  return new CachedModel({
    name,
    inner: () => (inner ??= resolveModel(name, { baseUrl, apiKey })),
    calls,
    meter,
    params: { ...(baseUrl !== undefined && { baseUrl }) },
  });
}
