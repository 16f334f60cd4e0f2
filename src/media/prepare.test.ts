import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { picture } from "../testing/pictures.js";
import { contentHash } from "../store/media-store.js";
import { cropImage, prepareImage, shrinkImage, type ImageLimits } from "./prepare.js";

const LIMITS: ImageLimits = { maxBytes: 1_000_000, maxPixels: 1_000_000, keepPixels: 400_000, keepMetadata: false };
const plain = (width: number, height: number, background = "#c33") => sharp({ create: { width, height, channels: 3, background } });

/** A PNG that says it has so many pixels, in a few bytes. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(50_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

const code = (bytes: Uint8Array, claimed?: string, limits = LIMITS): Promise<string> =>
  prepareImage(bytes, limits, claimed).then(
    ({ id }) => `taken as ${id.slice(-3)}`,
    (error: { code: string }) => error.code,
  );

describe("an image that comes in", () => {
  it.each([
    ["jpeg", (image: Sharp) => image.jpeg(), "jpg"],
    ["png", (image: Sharp) => image.png(), "png"],
    ["webp", (image: Sharp) => image.webp(), "jpg"],
    ["gif", (image: Sharp) => image.gif(), "png"],
    ["avif", (image: Sharp) => image.avif(), "jpg"],
    ["tiff", (image: Sharp) => image.tiff(), "jpg"],
  ])("may be %s, whatever it is called", async (_, encode, extension) => {
    const bytes = await encode(plain(40, 30)).toBuffer();
    const prepared = await prepareImage(bytes, LIMITS, "application/pdf");
    expect([prepared.width, prepared.height, prepared.id]).toEqual([40, 30, `${contentHash(prepared.bytes)}.${extension}`]);
    expect((await sharp(prepared.bytes).metadata()).format).toBe(extension === "jpg" ? "jpeg" : extension);
  });

  it("is stored upright, scaled down and without what it said beside its pixels", async () => {
    const exif = { IFD0: { Copyright: "Ada" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" } };
    const bytes = await plain(900, 800).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    const prepared = await prepareImage(bytes, LIMITS);
    const stored = await sharp(prepared.bytes).metadata();
    expect(stored.exif).toBeUndefined();
    expect(stored.orientation).toBeUndefined();
    expect(prepared.width).toBeLessThan(prepared.height);
    expect(prepared.width * prepared.height).toBeLessThanOrEqual(400_000);
    const kept = await prepareImage(bytes, { ...LIMITS, keepMetadata: true });
    expect((await sharp(kept.bytes).metadata()).exif?.toString("latin1")).toContain("Ada");
  });

  it("has one name, however often it comes", async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map(async (seed) => prepareImage(await picture(seed), LIMITS)));
    expect(one!.id).toBe(again!.id);
    expect(one!.id).not.toBe(other!.id);
  });

  it("that moves is kept as its first frame", async () => {
    const frames = await Promise.all(["#f00", "#00f"].map((colour) => plain(20, 20, colour).png().toBuffer()));
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const prepared = await prepareImage(moving, LIMITS);
    expect([prepared.animated, prepared.width, prepared.height]).toEqual([true, 20, 20]);
    const [red, , blue] = await sharp(prepared.bytes).raw().toBuffer();
    expect([red! > 200, blue! < 50]).toEqual([true, true]);
  });
});

describe("an image that is refused", () => {
  it("says why", async () => {
    const photo = await picture(1);
    expect(await code(Buffer.alloc(0))).toBe("IMAGE_EMPTY");
    expect(await code(Buffer.alloc(1_000_001))).toBe("IMAGE_BYTES");
    expect(await code(Buffer.from("Hello, I am a text."), "image/png")).toBe("IMAGE_TYPE");
    expect(await code(Buffer.from("%PDF-1.7\n%âãÏÓ\n1 0 obj"), "image/png")).toBe("IMAGE_TYPE");
    expect(await code(photo.subarray(0, 2000))).toBe("IMAGE_BROKEN");
    expect(await code(Buffer.concat([photo.subarray(0, 400), Buffer.alloc(3000, 7)]))).toBe("IMAGE_BROKEN");
    expect(await code(await plain(1100, 1000).png().toBuffer())).toBe("IMAGE_PIXELS");
  });

  it("may be a drawing that runs scripts, whatever it claims to be", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("http://127.0.0.1")</script><image href="file:///etc/passwd"/></svg>';
    for (const text of [svg, `<?xml version="1.0"?>${svg}`]) expect(await code(Buffer.from(text), "image/png")).toBe("IMAGE_TYPE");
  });

  it("is refused by its size before it is decoded: 50,000 x 50,000 in a few bytes", async () => {
    const bytes = bomb(50_000, 50_000);
    expect(bytes.length).toBeLessThan(1000);
    expect(await code(bytes)).toBe("IMAGE_PIXELS");
    // Also where it is within the limit, it breaks off where its data end, and is no image.
    expect(await code(bytes, undefined, { ...LIMITS, maxPixels: 3_000_000_000 })).toBe("IMAGE_BROKEN");
  });

  it("names what came and what would be taken", async () => {
    await expect(prepareImage(Buffer.from("%PDF-1.7\n"), LIMITS, "image/png")).rejects.toMatchObject({
      message: expect.stringMatching(/application\/pdf, though they came as "image\/png"/),
      fix: expect.stringContaining("JPEG, PNG, WebP"),
    });
  });
});

describe("a part of an image", () => {
  it("is cut out to the pixel, and never empty", async () => {
    const { bytes } = await prepareImage(await picture(1), LIMITS);
    expect(await cropImage(bytes, { x: 0.25, y: 0.5, width: 0.5, height: 0.25 })).toMatchObject({ width: 160, height: 60 });
    expect(await cropImage(bytes, { x: 0.999, y: 0.999, width: 0.001, height: 0.001 })).toMatchObject({ width: 1, height: 1 });
  });

  it("is scaled down to a number of pixels, and never up", async () => {
    const { bytes } = await prepareImage(await picture(1), LIMITS);
    const size = async (pixels: number) => {
      const { width, height, format } = await sharp(await shrinkImage(bytes, pixels)).metadata();
      return [width, height, format];
    };
    expect(await size(4800)).toEqual([80, 60, "jpeg"]);
    expect(await size(1e9)).toEqual([320, 240, "jpeg"]);
  });
});
