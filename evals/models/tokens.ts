import { createRequire } from "node:module";
import type { Tiktoken } from "js-tiktoken/lite";

let encoder: Tiktoken | undefined;
const require = createRequire(import.meta.url);

/** Lines of long prompts come again with every question; their tokens are counted once. */
const LONG = 10_000;
const MAX_LINES = 100_000;
const lines = new Map<string, number>();

/**
 * Tokens of a text as o200k_base counts them. A long text is counted line by line, which is the same, because its tokens end at line ends
 * (except before a line that begins with a space or a slash). The table is read on first use.
 */
export function countTokens(text: string): number {
  if (text.length <= LONG) return encode(text);
  return text.match(/[^\n]*\n+|[^\n]+$/g)!.reduce((sum, line) => sum + tokensOfLine(line), 0);
}

function tokensOfLine(line: string): number {
  const known = lines.get(line);
  if (known !== undefined) return known;
  // A line without an end, as pasted files have them, would take the encoder minutes.
  const count = line.length > 400_000 ? roughTokens(line.length) : encode(line);
  if (lines.size >= MAX_LINES) lines.clear();
  lines.set(line, count);
  return count;
}

function encode(text: string): number {
  const { getEncoding } = require("js-tiktoken") as { readonly getEncoding: (name: string) => Tiktoken };
  encoder ??= getEncoding("o200k_base");
  return encoder.encode(text, [], []).length;
}

/** An estimate before anything is sent: four characters a token. */
export const roughTokens = (characters: number): number => Math.ceil(characters / 4);
