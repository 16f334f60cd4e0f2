import { createRequire } from "node:module";
import type { Tiktoken } from "js-tiktoken/lite";

let encoder: Tiktoken | undefined;
const require = createRequire(import.meta.url);

/** Tokens of a text as o200k_base counts them; very long texts by four characters a token. The table is read on first use. */
export function countTokens(text: string): number {
  if (text.length > 400_000) return roughTokens(text.length);
  const { getEncoding } = require("js-tiktoken") as { readonly getEncoding: (name: string) => Tiktoken };
  encoder ??= getEncoding("o200k_base");
  return encoder.encode(text, [], []).length;
}

/** An estimate before anything is sent: four characters a token. */
export const roughTokens = (characters: number): number => Math.ceil(characters / 4);
