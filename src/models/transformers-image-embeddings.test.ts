import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { onnxModel } from "../testing/onnx.js";
import { resolveImageEmbeddings } from "./transformers-image-embeddings.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A model that sees the mean colour of each quarter of an image, written as a Hugging Face folder of CLIP's kind. */
function tinyModel(folder: string): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("config.json", { model_type: "clip", architectures: ["CLIPModel"], projection_dim: 12 });
  write("preprocessor_config.json", {
    feature_extractor_type: "CLIPFeatureExtractor",
    do_resize: true,
    size: 8,
    resample: 3,
    do_center_crop: true,
    crop_size: 8,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  });
  writeFileSync(
    join(folder, "onnx", "vision_model.onnx"),
    onnxModel({
      inputs: [{ name: "pixel_values", type: "float", shape: ["batch", 3, 8, 8] }],
      outputs: [{ name: "image_embeds", type: "float", shape: ["batch", 12] }],
      nodes: [
        { op: "AveragePool", inputs: ["pixel_values"], outputs: ["quarters"], attributes: { kernel_shape: [4, 4], strides: [4, 4] } },
        { op: "Flatten", inputs: ["quarters"], outputs: ["image_embeds"], attributes: { axis: 1 } },
      ],
      weights: [],
    }),
  );
}

/** In a process of its own: the model's library gives arrays of Node's realm, which is not Jest's. */
async function run(program: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, ...args], {
    cwd: ROOT,
    timeout: 60_000,
  });
  return JSON.parse(stdout) as unknown;
}

describe("image embeddings in this process", () => {
  const folder = mkdtempSync(join(tmpdir(), "personagraph-clip-"));
  beforeAll(() => tinyModel(join(folder, "tiny")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("come from a folder, without network: one vector an image, in their order", async () => {
    const paths = await Promise.all(
      ["#ff0000", "#0000ff"].map(async (background, i) => {
        const path = join(folder, `${i}.png`);
        await sharp({ create: { width: 40, height: 30, channels: 3, background } })
          .png()
          .toFile(path);
        return path;
      }),
    );
    const vectors = await run(
      `import { readFileSync } from "node:fs";
       import { resolveImageEmbeddings } from "./src/models/transformers-image-embeddings.ts";
       const [model, ...paths] = process.argv.slice(1);
       const vectors = await resolveImageEmbeddings("transformers:" + model).embedImages(paths.map((path) => readFileSync(path)));
       console.log(JSON.stringify(vectors.map((vector) => [...vector].map(Math.round))));`,
      join(folder, "tiny"),
      ...paths,
    );
    const [on, off] = [Array<number>(4).fill(1), Array<number>(4).fill(-1)];
    expect(vectors).toEqual([
      [...on, ...off, ...off],
      [...off, ...off, ...on],
    ]);
  });

  it("let an image recall what looks like it, and not the same picture alone", async () => {
    const found = await run(
      `import sharp from "sharp";
       import { PersonaMemory } from "./src/index.ts";
       const memory = new PersonaMemory({ store: ":memory:", imageEmbeddings: "transformers:" + process.argv[1], images: { patience: 60 } });
       const draw = (ground, shapes) => sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200" fill="' + ground + '"/>' + shapes + "</svg>")).png().toBuffer();
       const dots = (n) => Array.from({ length: n }, (_, i) => '<circle cx="' + ((i * 67) % 190 + 5) + '" cy="' + ((i * 31) % 190 + 5) + '" r="9" fill="#333"/>').join("");
       await memory.remember("ada", [
         { role: "user", text: "My red wall.", images: [await draw("#d02020", dots(9))] },
         { role: "user", text: "My blue wall.", images: [await draw("#2020d0", dots(7))] },
       ]);
       const { hits } = await memory.recall("ada", { image: await draw("#c82a20", dots(13)) });
       console.log(JSON.stringify(hits.map(({ text, why }) => [text.split("\\n")[0], Object.keys(why)])));
       await memory.close();`,
      join(folder, "tiny"),
    );
    expect(found).toEqual([["My red wall.", ["looks like"]]]);
  });

  it("say what is wrong with a name or a folder", async () => {
    for (const name of ["clip", "openai:clip", "transformers:"])
      expect(() => resolveImageEmbeddings(name)).toThrow(expect.objectContaining({ code: "EMBEDDINGS_UNKNOWN" }));
    mkdirSync(join(folder, "empty"));
    await expect(resolveImageEmbeddings(`transformers:${join(folder, "empty")}`).embedImages([Buffer.from("x")])).rejects.toMatchObject({
      code: "LOCAL_MODEL",
    });
  });
});
