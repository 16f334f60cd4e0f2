import { createHash } from "node:crypto";

/** Options in an order that depends on `seed` alone, labelled (a), (b), …; where the data have no order of their own, the right one comes first. */
export function labelled(right: string, wrong: readonly string[], seed: string): { options: Record<string, string>; answer: string } {
  const place = (text: string): string => createHash("sha256").update(`${seed}\n${text}`).digest("hex");
  const ordered = [right, ...wrong].map((text, n) => ({ text, n, place: place(text) })).sort((a, b) => (a.place < b.place ? -1 : 1));
  const label = (n: number): string => `(${String.fromCharCode(97 + n)})`;
  return {
    options: Object.fromEntries(ordered.map(({ text }, n) => [label(n), text])),
    answer: label(ordered.findIndex(({ n }) => n === 0)),
  };
}
