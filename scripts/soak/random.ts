import { createHash } from "node:crypto";

type Part = string | number;

/** A number from 0 to below 1 that follows from its arguments alone, so that no decision depends on the order of events. */
export const chance = (...parts: readonly Part[]): number =>
  createHash("sha1").update(parts.join("\u001f")).digest().readUIntBE(0, 6) / 2 ** 48;

export const pick = <T>(list: readonly T[], ...parts: readonly Part[]): T => list[Math.floor(chance(...parts) * list.length)]!;

/** A whole number from `from` to `to`, both included. */
export const between = (from: number, to: number, ...parts: readonly Part[]): number =>
  from + Math.floor(chance(...parts) * (to - from + 1));
