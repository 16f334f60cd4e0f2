/** `personagraph/chroma`: recall's index in Chroma. Needs the package chromadb. */
export { chromaIndex } from "./recall/chroma/chroma-index.js";
export type { ChromaIndexOptions } from "./recall/chroma/options.js";
