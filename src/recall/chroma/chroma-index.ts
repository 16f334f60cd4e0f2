import type { IndexFactory } from "../index-port.js";
import { remoteIndex } from "../remote/remote-index.js";
import { Collections } from "./collections.js";
import { resolveChroma, type ChromaIndexOptions } from "./options.js";

/** An index in Chroma, for the `index` option: `createPersonaAgent({ index: chromaIndex({ url: "http://chroma:8000" }) })`. */
export const chromaIndex = (options: ChromaIndexOptions = {}): IndexFactory => {
  const settings = resolveChroma(options);
  return remoteIndex(({ model }) => new Collections(settings, model));
};
