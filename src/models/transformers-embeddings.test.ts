import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onnxModel } from "../testing/onnx.js";
import { resolveEmbeddings } from "./resolve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORDS = ["[PAD]", "[UNK]", "nurse", "hospital", "tea", "sugar"];
/** Of each word, what it means: work, or drink. */
const MEANINGS = [0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1];

/** A model whose words are looked up in a table, written as a Hugging Face folder. */
function tinyModel(folder: string): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("config.json", { model_type: "bert", architectures: ["BertModel"], hidden_size: 2, vocab_size: WORDS.length });
  write("tokenizer_config.json", { tokenizer_class: "BertTokenizer", pad_token: "[PAD]", unk_token: "[UNK]", model_max_length: 64 });
  write("tokenizer.json", {
    version: "1.0",
    added_tokens: [],
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab: Object.fromEntries(WORDS.map((word, i) => [word, i])), unk_token: "[UNK]" },
  });
  const tokens = ["batch", "sequence"];
  writeFileSync(
    join(folder, "onnx", "model.onnx"),
    onnxModel({
      inputs: [
        { name: "input_ids", type: "int64", shape: tokens },
        { name: "attention_mask", type: "int64", shape: tokens },
      ],
      outputs: [{ name: "last_hidden_state", type: "float", shape: [...tokens, 2] }],
      nodes: [{ op: "Gather", inputs: ["table", "input_ids"], outputs: ["last_hidden_state"], attributes: { axis: 0 } }],
      weights: [{ name: "table", shape: [WORDS.length, 2], data: Float32Array.from(MEANINGS) }],
    }),
  );
}

/** In a process of its own: the model's library gives arrays of Node's realm, which is not Jest's. */
async function embed(model: string, texts: readonly string[]): Promise<number[][]> {
  const program = `
    import { resolveEmbeddings } from "./src/models/resolve.ts";
    const [model, ...texts] = process.argv.slice(1);
    const embeddings = await resolveEmbeddings("transformers:" + model);
    console.log(JSON.stringify(await embeddings.embedDocuments(texts)));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", program, model, ...texts],
    { cwd: ROOT, timeout: 60_000 },
  );
  return JSON.parse(stdout) as number[][];
}

describe("sentence embeddings in this process", () => {
  const folder = mkdtempSync(join(tmpdir(), "personagraph-model-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("come from a folder, without network: the mean over the tokens, of length 1", async () => {
    tinyModel(join(folder, "tiny"));
    const [work, drink, both] = await embed(join(folder, "tiny"), ["Nurse hospital", "tea", "tea nurse"]);
    expect([work, drink]).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(both).toEqual([expect.closeTo(Math.SQRT1_2), expect.closeTo(Math.SQRT1_2)]);
  });

  it("say what a folder lacks", async () => {
    mkdirSync(join(folder, "empty"));
    const embeddings = await resolveEmbeddings(`transformers:${join(folder, "empty")}`);
    await expect(embeddings.embedQuery("tea")).rejects.toMatchObject({
      code: "LOCAL_MODEL",
      fix: expect.stringContaining("onnx/model.onnx"),
    });
  });
});
