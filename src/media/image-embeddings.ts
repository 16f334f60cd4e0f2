import { PersonaError } from "../errors.js";

export const DEFAULT_THRESHOLD = 0.8;

/** A vector as signed bytes, which is all that its direction needs. */
export function quantised(vector: readonly number[] | Float32Array): Int8Array {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  if (!(most > 0 && most < Infinity)) {
    throw new PersonaError({ code: "IMAGE_VECTOR", message: "The image model gave no usable vector.", fix: "Check imageEmbeddings." });
  }
  return Int8Array.from(vector, (value) => Math.round((value / most) * 127));
}

export function cosine(a: Int8Array, b: Int8Array): number {
  if (a.length !== b.length) return 0;
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    squareA += a[i]! * a[i]!;
    squareB += b[i]! * b[i]!;
  }
  return product === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
