import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type * as Transformers from "@huggingface/transformers";
import { PersonaError, reasonOf } from "../errors.js";

/** What a pipeline of @huggingface/transformers gives for a batch: one row, or one table, of numbers an input. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * Loads a pipeline of the optional peer @huggingface/transformers, which runs a model in this process. `place` is a folder with
 * `config.json`, the tokenizer's or preprocessor's files and `onnx/model.onnx`, which is read and nothing fetched; or a name on the
 * Hugging Face hub, which is downloaded on first use into the library's cache.
 * @throws PersonaError `PACKAGE_MISSING`, `LOCAL_MODEL`
 */
export async function loadPipeline<Input>(
  task: Transformers.PipelineType,
  place: string,
): Promise<(inputs: Input[], options?: Readonly<Record<string, unknown>>) => Promise<Tensor>> {
  const { pipeline } = await transformers();
  const local = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  const path = resolve(place);
  try {
    const loaded = await pipeline(task, local ? path : place, {
      dtype: "fp32",
      ...(local && { local_files_only: true, cache_dir: dirname(path) }),
    });
    return loaded as unknown as Awaited<ReturnType<typeof loadPipeline<Input>>>;
  } catch (cause) {
    throw new PersonaError({
      code: "LOCAL_MODEL",
      message: `The model ${JSON.stringify(place)} could not be loaded for ${task}: ${reasonOf(cause)}`,
      fix: local
        ? "The folder has to hold config.json, the files of its tokenizer or preprocessor, and onnx/model.onnx."
        : "Give a folder that holds the model, or the name of one on the Hugging Face hub and a way to reach it.",
      cause,
    });
  }
}

/** The library itself, loaded with the first use. */
export async function transformers(): Promise<typeof Transformers> {
  try {
    return await import("@huggingface/transformers");
  } catch (cause) {
    throw new PersonaError({
      code: "PACKAGE_MISSING",
      message: "Models that run in this process need the package @huggingface/transformers, which is not installed.",
      fix: "npm install @huggingface/transformers",
      cause,
    });
  }
}
