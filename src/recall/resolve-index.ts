import { PersonaError } from "../errors.js";
import type { IndexFactory } from "./index-port.js";

/** An index by its name; undefined is the local one. @throws PersonaError INDEX_UNKNOWN, INDEX_OPTIONS */
export async function resolveIndex(index: string | IndexFactory | undefined): Promise<IndexFactory | undefined> {
  if (typeof index === "function" || index === undefined || index === "local") return index === "local" ? undefined : index;
  const [, url] = /^chroma(?::(.+))?$/.exec(index) ?? [];
  if (!index.startsWith("chroma") || (url === undefined && index !== "chroma")) {
    throw new PersonaError({
      code: "INDEX_UNKNOWN",
      message: `"${index}" names no index.`,
      fix: 'Use "local", "chroma:http://127.0.0.1:8000", or pass chromaIndex({…}) of personagraph/chroma in code.',
    });
  }
  const { chromaIndex } = await import("./chroma/chroma-index.js");
  return chromaIndex(url === undefined ? {} : { url });
}
