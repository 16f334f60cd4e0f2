import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { defineConfig, type UserConfig } from "tsdown";

const common = { platform: "node", target: "node20", hash: false, clean: false, logLevel: "warn" } as const;

/** The public entries as ESM and as CJS, with types. Dependencies and peers stay imports. */
const library: UserConfig = {
  ...common,
  entry: {
    index: "src/index.ts",
    middleware: "src/middleware.ts",
    chroma: "src/chroma.ts",
    pgvector: "src/pgvector.ts",
    testing: "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  dts: true,
};

/**
 * The command line and what `personagraph serve` loads: users of the library, which import it by its name, so that it is in the package
 * once. Beside them the langgraph.json of the repository, with its graphs compiled.
 */
const programs: UserConfig = {
  ...common,
  entry: { cli: "./src/cli/main.ts", ...graphEntries() },
  format: ["esm"],
  dts: false,
  plugins: [
    {
      name: "the-library-by-name",
      resolveId: (id: string, importer?: string) =>
        importer !== undefined && resolve(dirname(importer), id) === resolve("src/index.js")
          ? { id: "personagraph", external: true }
          : null,
    },
  ],
  hooks: {
    "build:done": () =>
      writeFileSync("dist/langgraph.json", readFileSync("langgraph.json", "utf8").replaceAll(/(\.\/[\w/-]+)\.ts:/g, "$1.mjs:")),
  },
};

/** Every module that langgraph.json names, and the auth that the environment switches on. */
function graphEntries(): Record<string, string> {
  const files = readFileSync("langgraph.json", "utf8").match(/\.\/[\w/-]+\.ts(?=:)/g) ?? [];
  return Object.fromEntries([...new Set([...files, "./graphs/auth.ts"])].map((file) => [file.slice(2, -3), file]));
}

export default defineConfig([library, programs]);
