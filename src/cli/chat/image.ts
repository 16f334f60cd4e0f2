import { readFile } from "node:fs/promises";
import { fileTypeFromBuffer } from "file-type";

/** What is said with an image, as LangChain's content blocks. */
export type ChatContent = string | readonly object[];

const USAGE = 'Write /image <file> and, if you like, what it is: /image "my photos/truck.jpg" This is Bessie.';

/** Reads `/image <file> words`. The file may stand in quotes. @throws Error that says how it is written, or why the file cannot be read */
export async function imageMessage(line: string): Promise<ChatContent> {
  const [, quoted, bare, words = ""] = /^\/image\s+(?:"([^"]+)"|(\S+))\s*(.*)$/.exec(line) ?? [];
  const path = quoted ?? bare;
  if (path === undefined) throw new Error(USAGE);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Error(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  });
  const mime = (await fileTypeFromBuffer(bytes))?.mime ?? "application/octet-stream";
  const image = { type: "image_url", image_url: { url: `data:${mime};base64,${bytes.toString("base64")}` } };
  return words === "" ? [image] : [{ type: "text", text: words }, image];
}
