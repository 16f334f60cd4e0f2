import sharp from "sharp";
import { drawScene } from "./draw.js";

/** A drawn picture as JPEG; the same number gives the same bytes. */
export const picture = (seed: number, width = 320, height = 240): Promise<Buffer> =>
  sharp(Buffer.from(drawScene(seed, width, height)))
    .jpeg({ quality: 90 })
    .toBuffer();

/** A copy as people send them on: the middle of it, smaller, and badly compressed. */
export async function cropped(image: Buffer, keep = 0.75): Promise<Buffer> {
  const { width, height } = await sharp(image).metadata();
  const [w, h] = [Math.round(width * keep), Math.round(height * keep)];
  const part = await sharp(image)
    .extract({ left: Math.round((width - w) * 0.6), top: Math.round((height - h) * 0.3), width: w, height: h })
    .toBuffer();
  return sharp(part)
    .resize(Math.round(w * 0.6))
    .jpeg({ quality: 45 })
    .toBuffer();
}

export const dataUrl = (image: Buffer, mime = "image/jpeg"): string => `data:${mime};base64,${image.toString("base64")}`;

/** Which of some pictures a shown one is most like, by the mean difference of their pixels. */
export const likest =
  (pictures: readonly Buffer[]) =>
  async (shown: Buffer): Promise<number> => {
    const small = (image: Buffer): Promise<Buffer> => sharp(image).resize(16, 16, { fit: "fill" }).removeAlpha().raw().toBuffer();
    const asked = await small(shown);
    const far = await Promise.all(
      pictures.map(async (image) => (await small(image)).reduce((sum, value, i) => sum + Math.abs(value - asked[i]!), 0)),
    );
    return far.indexOf(Math.min(...far));
  };
