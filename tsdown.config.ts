import { defineConfig } from "tsdown";

/** What is published: both entries as ESM and as CJS, with types. Dependencies and peers stay imports. */
export default defineConfig({
  entry: { index: "src/index.ts", middleware: "src/middleware.ts", testing: "src/testing/index.ts" },
  format: ["esm", "cjs"],
  platform: "node",
  target: "node20",
  dts: true,
  hash: false,
  clean: true,
  logLevel: "warn",
});
