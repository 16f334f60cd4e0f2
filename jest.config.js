import { existsSync } from "node:fs";

/** ESM TypeScript through swc; `npm run jest -- src/store` runs a part of the tests. See CONTRIBUTING.md. */
export default {
  testEnvironment: "node",
  roots: ["src", "prompts", "graphs", "evals", "bench", "scripts", "examples", "page"]
    .filter((part) => existsSync(new URL(part, import.meta.url)))
    .map((part) => `<rootDir>/${part}`),
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: {
    "^personagraph$": "<rootDir>/src/index.ts",
    "^personagraph/middleware$": "<rootDir>/src/middleware.ts",
    "^personagraph/chroma$": "<rootDir>/src/chroma.ts",
    "^personagraph/testing$": "<rootDir>/src/testing/index.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } }],
  },
  reporters: ["default", "<rootDir>/scripts/jest-tally.js"],
  testTimeout: 60000,
  // One worker a core (Jest keeps a core free, which leaves one of two); each loads LangChain anew for every file, so they are renewed.
  maxWorkers: "100%",
  workerIdleMemoryLimit: "1GB",
};
