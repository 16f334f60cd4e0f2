import sharp, { type Sharp } from "sharp";
import { cropped, picture } from "../testing/pictures.js";
import { ImageIndex, numbersAsText, type ImageProbe } from "./image-index.js";
import { hashesOf } from "./look.js";
import { prepareImage } from "./prepare.js";

const LIMITS = { maxBytes: 1e7, maxPixels: 1e7, keepPixels: 1e6, keepMetadata: false };

async function probe(bytes: Uint8Array, vector?: Int8Array): Promise<ImageProbe> {
  const { look } = await prepareImage(bytes, LIMITS);
  return { look, hashes: hashesOf(look), vector };
}

async function indexOf(images: readonly Uint8Array[], vectors: readonly (readonly number[])[] = []): Promise<ImageIndex> {
  const index = new ImageIndex();
  for (const [i, bytes] of images.entries()) {
    const { look, hashes } = await probe(bytes);
    const data = vectors[i] && Buffer.from(Int8Array.from(vectors[i])).toString("base64");
    index.put(
      {
        id: `image ${i}`,
        message: `m${i}`,
        width: 1,
        height: 1,
        bytes: 1,
        look: Buffer.from(look).toString("base64"),
        hashes: numbersAsText(hashes),
        ...(data !== undefined && { vector: { model: "clip", data } }),
        recordedAt: 0,
      },
      "clip",
    );
  }
  return index;
}

const found = (index: ImageIndex, asked: ImageProbe): string[] => index.search(asked, 0.8, 5).map(({ id, by }) => `${id}: ${by}`);
const jpeg = (image: Sharp): Promise<Buffer> => image.jpeg({ quality: 60 }).toBuffer();

describe("images are recognised by their looks", () => {
  const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
  let pictures: Buffer[];
  let index: ImageIndex;
  beforeAll(async () => {
    pictures = await Promise.all(SEEDS.map((seed) => picture(seed)));
    index = await indexOf(pictures);
  });

  it.each([
    ["as they are", (image: Buffer) => jpeg(sharp(image))],
    ["scaled", (image: Buffer) => jpeg(sharp(image).resize(90))],
    ["badly compressed", (image: Buffer) => sharp(image).jpeg({ quality: 10 }).toBuffer()],
    ["stretched", (image: Buffer) => jpeg(sharp(image).resize(200, 300, { fit: "fill" }))],
    ["brighter", (image: Buffer) => jpeg(sharp(image).modulate({ brightness: 1.15 }))],
    ["in another format", (image: Buffer) => sharp(image).webp({ quality: 50 }).toBuffer()],
    ["cropped to nine tenths", (image: Buffer) => cropped(image, 0.9)],
    ["cropped to three quarters", (image: Buffer) => cropped(image, 0.75)],
    ["cropped to six tenths", (image: Buffer) => cropped(image, 0.6)],
  ])("%s", async (_, change) => {
    for (const i of [0, 7, 14, 21, 28]) expect(found(index, await probe(await change(pictures[i]!)))).toEqual([`image ${i}: same picture`]);
  });

  it("the other way round: a whole that a part was kept of", async () => {
    const parts = await indexOf(await Promise.all(pictures.slice(0, 20).map((image) => cropped(image, 0.7))));
    expect(found(parts, await probe(pictures[9]!))).toEqual(["image 9: same picture"]);
  });

  it("also where a part of the copy happens to look more like the whole", async () => {
    for (const [seed, keep] of [
      [741, 0.859],
      [891, 0.9115],
    ] as const) {
      const whole = await picture(seed, 640, 480);
      expect(found(await indexOf([whole]), await probe(await cropped(whole, keep)))).toEqual(["image 0: same picture"]);
    }
  });

  it("and not mistaken for one another", async () => {
    for (let seed = 100; seed < 140; seed++) expect([seed, found(index, await probe(await picture(seed)))]).toEqual([seed, []]);
    const other = await sharp(pictures[0]).negate().jpeg().toBuffer();
    expect(found(index, await probe(other))).toEqual([]);
    // The same shapes in other colours are another picture.
    const recoloured = await sharp(pictures[0])
      .recomb([
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ])
      .jpeg()
      .toBuffer();
    expect(found(index, await probe(recoloured))).toEqual([]);
  });

  it("plain surfaces are told apart by their brightness", async () => {
    const plain = (background: string): Promise<Buffer> =>
      sharp({ create: { width: 30, height: 30, channels: 3, background } })
        .png()
        .toBuffer();
    const surfaces = await indexOf([await plain("#ffffff"), await plain("#202020")]);
    expect(found(surfaces, await probe(await plain("#ffffff")))).toEqual(["image 0: same picture"]);
    expect(found(surfaces, await probe(await plain("#808080")))).toEqual([]);
    expect(found(surfaces, await probe(pictures[0]!))).toEqual([]);
  });
});

describe("images are recognised by their vectors", () => {
  it("from the threshold on, after the same picture", async () => {
    const pictures = await Promise.all([1, 2, 3, 4].map((seed) => picture(seed)));
    const index = await indexOf(pictures, [
      [100, 0],
      [90, 30],
      [0, 100],
      [-100, 0],
    ]);
    expect(found(index, await probe(pictures[1]!, Int8Array.from([127, 0])))).toEqual(["image 1: same picture", "image 0: looks like"]);
  });

  it("of the same model alone; others are made anew", async () => {
    const pictures = await Promise.all([1, 2].map((seed) => picture(seed)));
    const index = await indexOf(pictures, [[100, 0]]);
    expect(index.without()).toHaveLength(1);
    const { look, hashes } = await probe(pictures[0]!);
    const record = {
      id: "old",
      message: "m",
      width: 1,
      height: 1,
      bytes: 1,
      look: Buffer.from(look).toString("base64"),
      hashes: numbersAsText(hashes),
      recordedAt: 0,
    };
    index.put({ ...record, vector: { model: "another", data: "f38=" } }, "clip");
    expect(index.without()).toHaveLength(2);
  });
});
