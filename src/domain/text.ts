import { createHash } from "node:crypto";

/** A short stable name for a text: 16 hex digits. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** What two sentences must share to say the same thing: letters and digits, whatever their case, accents or punctuation. */
export const sameText = (text: string): string =>
  (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).join(" ");

/** Text that every store takes: no NUL (Postgres), no half surrogate pairs (JSON encoders). */
export const cleanText = (text: string): string => text.replaceAll("\u0000", "").toWellFormed();

/** At most `max` characters, with a mark in the middle that says how much is left out. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor(max / 2);
  return cleanText(`${text.slice(0, half)} […${text.length - 2 * half} characters left out…] ${text.slice(-half)}`);
}

/** At most so many bytes of UTF-8, with the mark of `clip`. */
export function clipBytes(text: string, max = Infinity): string {
  // No character takes more than three bytes a UTF-16 unit: most texts need no counting.
  if (text.length * 3 <= max) return text;
  const bytes = Buffer.byteLength(text);
  return bytes <= max ? text : clip(text, Math.floor((text.length * max) / bytes));
}
