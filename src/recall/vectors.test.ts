import { describe, expect, test } from "@jest/globals";
import { dots, dotsInScript } from "./dots.js";
import { fuse } from "./fusion.js";
import type { Memory } from "./index-port.js";
import { quantise, Vectors } from "./vectors.js";

describe("quantised vectors", () => {
  test("rank as the exact ones do", () => {
    const vectors = new Vectors(3);
    for (let i = 0; i < 40; i++) vectors.put(`v${i}`, quantise([Math.cos(i / 10), Math.sin(i / 10), 0.1]));
    const [first, second] = vectors.nearest(quantise([Math.cos(1.2), Math.sin(1.2), 0.1]), 5);
    expect(first![0]).toBe("v12");
    expect(first![1]).toBeCloseTo(1, 2);
    expect(["v11", "v13"]).toContain(second![0]);
  });

  test("take a new version in place and refuse other dimensions", () => {
    const vectors = new Vectors(2);
    vectors.put("a", quantise([1, 0]));
    vectors.put("a", quantise([0, 1]));
    expect(vectors.size).toBe(1);
    expect(vectors.nearest(quantise([0, 1]), 3)[0]).toEqual(["a", 1]);
    expect(() => vectors.put("b", quantise([1, 2, 3]))).toThrow("3 dimensions");
  });

  test("are multiplied exactly, in many blocks and of any length, and gone when removed", () => {
    const dimensions = 390;
    const row = (seed: number) => Int8Array.from({ length: dimensions }, (_, i) => ((seed * 7919 + i * 104_729) % 255) - 127);
    const vectors = new Vectors(dimensions);
    const plain = (a: Int8Array, b: Int8Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.sqrt(norm(a) * norm(b));
    const norm = (a: Int8Array) => a.reduce((sum, value) => sum + value * value, 0);
    for (let i = 0; i < 4000; i++) vectors.put(`v${i}`, row(i));
    for (const [id, cosine] of vectors.nearest(row(3999), 20)) expect(cosine).toBeCloseTo(plain(row(Number(id.slice(1))), row(3999)), 4);
    for (let i = 0; i < 4000; i += 3) vectors.remove(`v${i}`);
    expect(vectors.size).toBe(2666);
    const left = vectors.nearest(row(5), 4000);
    expect(left).toHaveLength(2666);
    for (const [id, cosine] of left.filter((_, i) => i % 100 === 0)) {
      expect(Number(id.slice(1)) % 3).not.toBe(0);
      expect(cosine).toBeCloseTo(plain(row(Number(id.slice(1))), row(5)), 4);
    }
    const [wide, narrow] = [new Int32Array(3), new Int32Array(3)];
    const rows = Int8Array.from({ length: 3 * 16 }, (_, i) => i * 5 - 100);
    dots(rows, rows.subarray(0, 16), 16, 3, wide);
    dotsInScript(rows, rows.subarray(0, 16), 16, 3, narrow);
    expect(wide).toEqual(narrow);
  });

  test("of nothing but zeros or worse are no error", () => {
    expect([...quantise([0, 0])]).toEqual([0, 0]);
    expect([...quantise([NaN, Infinity])]).toEqual([0, 0]);
  });
});

test("fusion adds likeness on the scale of the words, and keeps the parts", () => {
  const record = (id: string) => ({ id: `message:${id}` }) as Memory;
  const [a, b, c] = [record("a"), record("b"), record("c")];
  const words = [{ memory: a, score: 4, parts: { words: 4 } }];
  expect(fuse(words, [], 0.5)).toEqual(words);
  expect(
    fuse(
      words,
      [
        [b, 0.9],
        [a, 0.8],
        [c, 0.7],
      ],
      0.5,
    ),
  ).toEqual([
    { memory: a, score: expect.closeTo(5), parts: { words: 4, meaning: expect.closeTo(1) } },
    { memory: b, score: 2, parts: { meaning: 2 } },
    { memory: c, score: 0, parts: { meaning: 0 } },
  ]);
});
