import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { loadPipeline } from "./transformers.js";

/** Texts that the model reads at once: padding to the longest makes larger batches no faster on a CPU. */
const BATCH = 16;

/**
 * Sentence embeddings by a model that runs in this process, through @huggingface/transformers: the mean of the last layer over the
 * tokens, of length 1, as sentence-transformers takes it.
 *
 * @example new PersonaMemory({ embeddings: "transformers:Xenova/all-MiniLM-L6-v2" })
 * @example new PersonaMemory({ embeddings: "transformers:./models/all-MiniLM-L6-v2" }) // a folder; nothing is fetched
 */
export class TransformersEmbeddings implements EmbeddingsInterface {
  /** Folder, or name on the Hugging Face hub. */
  readonly model: string;
  #loaded: ReturnType<typeof loadPipeline<string>> | undefined;

  constructor(model: string) {
    this.model = model;
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    const vectors: number[][] = [];
    for (let i = 0; i < texts.length; i += BATCH) vectors.push(...(await this.#embed(texts.slice(i, i + BATCH))));
    return vectors;
  }

  async embedQuery(text: string): Promise<number[]> {
    return (await this.#embed([text]))[0]!;
  }

  async #embed(texts: string[]): Promise<number[][]> {
    this.#loaded ??= loadPipeline<string>("feature-extraction", this.model);
    // A failure is not remembered: the next use tries again.
    this.#loaded.catch(() => (this.#loaded = undefined));
    const extract = await this.#loaded;
    const { data } = await extract(texts, { pooling: "mean", normalize: true });
    const size = data.length / texts.length;
    return texts.map((_, i) => [...data.subarray(i * size, (i + 1) * size)]);
  }
}
